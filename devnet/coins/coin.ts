/**
 * Coins of a simulated network that keeps them: outputs, and which blocks made and spent them.
 * @module
 */
import { groupOfLockupScript, hintOfLockupScript, P2PKH, P2SH } from '../../protocol/address.js';
import { bytesToHex } from '../../protocol/bytes.js';
import type { ChainIndex } from '../../protocol/chain.js';
import { outputKeyOf } from '../../protocol/output-reference.js';
import type { Output, Transaction } from '../../protocol/transaction.js';
import { restTransactionOf } from '../../protocol/transaction-decoder.js';
import type { Block, BlockId } from '../block.js';

/** An output. */
export interface Coin {
  /** As REST shows it. */
  readonly hint: number;
  /** Hex. */
  readonly key: string;
  readonly output: Output;
  /** Group that holds it. */
  readonly group: number;
}

/** Where a transaction is. */
export interface Place {
  readonly block: BlockId;
  readonly chain: ChainIndex;
  readonly height: number;
  /** Of the block, ms since the epoch. */
  readonly timestampMs: number;
  /** Hex. */
  readonly transaction: string;
  /** The block lies too deep to be replaced: it is an ancestor of every block to come. */
  final: boolean;
}

/** A block by its place. */
export type BlockRef = Pick<Place, 'block' | 'chain' | 'height'>;

/** A coin, and what blocks did with it. */
export interface CoinEntry {
  readonly coin: Coin;
  /** The same transaction may be in several branches. */
  createdBy: Place[];
  spentBy: Place[];
}

/** A block of a chain (g, g) that found a transaction void: it spends what another one had spent. */
export interface Verdict {
  readonly by: BlockRef;
  /** As of a place. */
  final: boolean;
}

/** All that blocks did with coins, of every branch. */
export interface CoinSource {
  /** @param key - hex */
  get(key: string): CoinEntry | undefined;
  /** Coins that pay a lockup script, in the order in which they were seen. */
  ofScript(lockupScript: Uint8Array): CoinEntry[];
  /** Blocks that found a transaction void, of any branch. @param id - hex */
  verdicts(id: string): readonly Verdict[];
}

/** The place of one of a block's transactions. */
export function placeOf(block: Block, transaction: Transaction): Place {
  return {
    block: block.id,
    chain: block.chain,
    height: block.height,
    timestampMs: Number(block.header.timestamp),
    transaction: bytesToHex(transaction.id),
    final: block.height === 0,
  };
}

/**
 * The outputs of a transaction.
 * @throws DecodeError if one pays nobody that can be paid
 */
export function coinsMadeBy(transaction: Transaction): readonly Coin[] {
  let coins = made.get(transaction);
  if (!coins) {
    coins = transaction.unsigned.outputs.map((output, i) => ({
      hint: hintOf(transaction, i),
      key: bytesToHex(outputKeyOf(transaction.id, i)),
      output,
      group: groupOfLockupScript(output.lockupScript),
    }));
    made.set(transaction, coins);
  }
  return coins;
}

/** Naming them takes a while, and each transaction that waits is looked at for every template. */
const made = new WeakMap<Transaction, readonly Coin[]>();

function hintOf(transaction: Transaction, index: number): number {
  const { lockupScript } = transaction.unsigned.outputs[index]!;
  const type = lockupScript[0];
  if (type === P2PKH || type === P2SH) return hintOfLockupScript(lockupScript);
  return restTransactionOf(transaction).unsigned.fixedOutputs[index]!.hint;
}
