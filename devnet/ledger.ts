/**
 * Coins: the outputs of main-chain blocks, found by looking through the blocks that are kept. Nothing spends them yet.
 * The coins of blocks that lie too deep to be kept are gone with them.
 * @module
 */
import { bytesToHex, equalBytes } from '../protocol/bytes.js';
import type { Transaction } from '../protocol/transaction.js';
import { restTransactionOf } from '../protocol/transaction-decoder.js';
import type { Block } from './block.js';
import type { ChainState } from './chain-state.js';

/** An output that is there to be spent. */
export interface Coin {
  /** As REST shows it. */
  readonly hint: number;
  /** Hex. */
  readonly key: string;
  /** attoALPH. */
  readonly amount: bigint;
  /** ms since the epoch. */
  readonly lockTimeMs: number;
  /** Hex. */
  readonly additionalData: string;
}

/** The coins of a lockup script, oldest first. */
export function coinsOf(state: ChainState, lockupScript: Uint8Array): Coin[] {
  const coins: Coin[] = [];
  for (const block of state.blocks()) {
    for (const transaction of block.transactions) {
      const { outputs } = transaction.unsigned;
      const paysIt = outputs.some((output) => equalBytes(output.lockupScript, lockupScript));
      if (!paysIt || !state.isMain(block)) continue;
      const shown = shownOutputsOf(transaction);
      for (const [i, output] of outputs.entries()) {
        if (!equalBytes(output.lockupScript, lockupScript)) continue;
        const { hint, key } = shown[i]!;
        coins.push({
          hint,
          key,
          amount: output.amount,
          lockTimeMs: Number(output.lockTimeMs),
          additionalData: bytesToHex(output.additionalData),
        });
      }
    }
  }
  return coins;
}

/** The outputs of a transaction as REST shows them. Reading one takes a while, and balances are asked for again. */
function shownOutputsOf(transaction: Transaction): ShownOutputs {
  let outputs = shownOutputs.get(transaction);
  if (!outputs) {
    outputs = restTransactionOf(transaction).unsigned.fixedOutputs;
    shownOutputs.set(transaction, outputs);
  }
  return outputs;
}

type ShownOutputs = ReturnType<typeof restTransactionOf>['unsigned']['fixedOutputs'];

/** Lives as long as the transactions do. */
const shownOutputs = new WeakMap<Transaction, ShownOutputs>();

/** A transaction of a main-chain block, and its place there. */
export interface PlacedTransaction {
  readonly block: Block;
  readonly index: number;
  readonly transaction: Transaction;
}

/** The transaction of an id, if it is in a main-chain block. @param id - hex */
export function findTransaction(state: ChainState, id: string): PlacedTransaction | undefined {
  for (const block of state.blocks()) {
    for (const [index, transaction] of block.transactions.entries())
      if (bytesToHex(transaction.id) === id && state.isMain(block)) return { block, index, transaction };
  }
  return undefined;
}
