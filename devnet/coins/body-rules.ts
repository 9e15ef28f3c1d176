/**
 * Judges a whole block's transactions, coins among them: on a network that keeps coins.
 * @module
 */
import { bytesToHex, equalBytes } from '../../protocol/bytes.js';
import { txsHashOf } from '../../protocol/merkle.js';
import { polwTermsOf } from '../../protocol/polw.js';
import { targetOfBits } from '../../protocol/target.js';
import type { Transaction } from '../../protocol/transaction.js';
import type { Block } from '../block.js';
import { createBody, type Money, type Network } from '../body.js';
import type { BodyFault } from './body-faults.js';
import type { CoinView } from './coin-view.js';
import { CoinsWithinBlock } from './coins-within-block.js';
import { findPolwCoinbaseFault } from './polw-rules.js';
import { findTransferFault, type TransactionContext } from './transaction-rules.js';

/** Most transactions of a block, its coinbase among them. */
export const MAX_BLOCK_TRANSACTIONS = 2_000;

/** Most gas of a block, its coinbase's among it. */
export const MAX_BLOCK_GAS = 10_000_000;

/** What Proof of Less Work asks of a block, or undefined where it is not active for it. */
export function termsOf({ targetBits, timestamp }: { targetBits: number; timestamp: bigint }, money: Money) {
  return polwTermsOf(
    { target: targetOfBits(targetBits), timestampMs: timestamp, blockTimeMs: money.blockTimeMs },
    money.emission,
  );
}

/**
 * The first fault of a block's transactions.
 * @param view - by the block's deps
 * @returns undefined for good ones
 */
export function findBodyFault(
  block: Block,
  network: Network & { readonly money: Money },
  view: CoinView,
): BodyFault | 'wrong-transactions' | undefined {
  const { header, chain, transactions, uncles } = block;
  const { networkId, money } = network;
  if (transactions.length > MAX_BLOCK_TRANSACTIONS) return 'TooManyTransactions';
  const transfers = transactions.slice(0, -1);
  const coinbase = transactions.at(-1);
  if (!coinbase) return 'wrong-transactions';
  if (transfers.some(({ unsigned }, i) => i > 0 && unsigned.gasPrice > transfers[i - 1]!.unsigned.gasPrice))
    return 'TxGasPriceNonDecreasing';
  if (transactions.reduce((sum, { unsigned }) => sum + unsigned.gasAmount, 0) > MAX_BLOCK_GAS)
    return 'TooMuchGasUsed';
  if (!equalBytes(txsHashOf(transactions), header.txsHash)) return 'InvalidTxsMerkleRoot';
  if (spendsTwice(transactions)) return 'BlockDoubleSpending';
  const context: TransactionContext = { chain, networkId, timestampMs: header.timestamp, view };
  const terms = termsOf(header, money);
  const fault = terms
    ? findPolwCoinbaseFault(coinbase, { ...context, terms, uncles })
    : findPlainCoinbaseFault(coinbase, block, network);
  if (fault) return fault;
  const within = new CoinsWithinBlock(view, chain);
  for (const transfer of transfers) {
    const transferFault = findTransferFault(transfer, { ...context, view: within });
    if (transferFault) return `ExistInvalidTx ${transferFault}`;
    within.add(transfer);
  }
  return undefined;
}

/** Whether two transactions spend one coin. Within one it is that one's fault. */
function spendsTwice(transactions: readonly Transaction[]): boolean {
  const spent = new Set<string>();
  for (const { unsigned } of transactions) {
    const keys = new Set(unsigned.inputs.map(({ key }) => bytesToHex(key)));
    for (const key of keys) {
      if (spent.has(key)) return true;
      spent.add(key);
    }
  }
  return false;
}

function findPlainCoinbaseFault(
  coinbase: Transaction,
  { chain, header, miner, uncles }: Block,
  network: Network,
): 'wrong-transactions' | undefined {
  const { timestamp, targetBits } = header;
  const expected = createBody({ chain, timestamp, targetBits, miner, uncles }, network);
  return equalBytes(coinbase.bytes, expected.transactions.at(-1)!.bytes) ? undefined : 'wrong-transactions';
}
