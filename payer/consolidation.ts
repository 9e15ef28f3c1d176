/**
 * Keeps the wallet's coins few and large enough: blocks bring some 0.15 ALPH each, and a transaction spends 256 coins at most, while
 * a round needs a coin for each of its transactions. Pure, and of one group at a time.
 *
 * With too many coins the smallest are merged into one; with too few the largest is split. The largest coins are left for payouts.
 * @module
 */
import { MAX_INPUTS, MIN_OUTPUT_AMOUNT } from '../protocol/transaction.js';
import { type TransferInput, transferFee } from '../protocol/transfer.js';
import { sortedCoins } from './coins.js';

/** Coins of a group from which on the smallest are merged. */
export const MANY_COINS = 64;

/** Coins of a group below which the largest is split. */
export const FEW_COINS = 8;

/** Largest coins that merging leaves alone: payouts go on meanwhile. */
export const SPARED_COINS = 16;

/** Least part of a coin that is split, ALPH: with smaller ones more transactions would pay less each. */
const LEAST_PART_ALPH = 10;

/** The same in attoALPH. */
export const LEAST_PART = BigInt(LEAST_PART_ALPH) * 10n ** 18n;

/** Outputs of an address from which on somebody should know: a full node lists 5,000 unless it is told otherwise. */
export const WARN_OUTPUTS = 3000;

/** A transfer from an address of the wallet to itself. */
export interface Consolidation {
  readonly kind: 'merge' | 'split';
  /** 1 to 256. */
  readonly inputs: readonly TransferInput[];
  /** What comes back, an output each, attoALPH. */
  readonly outputs: readonly bigint[];
  readonly fee: bigint;
}

/**
 * What is to be done with the coins of a group. Transfers of one plan share no coin, and none spends an output of another.
 * @param coins - outputs that are neither locked nor reserved
 * @param coming - outputs of the group that transfers on their way will bring: they are not made a second time
 */
export function planConsolidation(coins: readonly TransferInput[], coming = 0): readonly Consolidation[] {
  const sorted = sortedCoins(coins);
  if (sorted.length > MANY_COINS) return merges(sorted);
  const lacking = FEW_COINS - sorted.length - coming;
  const largest = sorted.at(-1);
  if (lacking <= 0 || largest === undefined) return [];
  const split = splitOf(largest, lacking + 1);
  return split === undefined ? [] : [split];
}

/** What to say about so many outputs at an address, locked ones included; undefined if nothing is. */
export function outputsWarning(address: string, outputs: number): string | undefined {
  if (outputs < WARN_OUTPUTS) return undefined;
  return (
    `${address} has ${outputs} outputs: from 5,000 on a full node lists them no more, unless its setting ` +
    'alephium.api.default-utxos-limit is higher'
  );
}

/** Merges the smallest until the rest is few enough. */
function merges(sorted: readonly TransferInput[]): readonly Consolidation[] {
  const found: Consolidation[] = [];
  let rest = sorted;
  // Each merge leaves a coin in place of many.
  while (rest.length + found.length > MANY_COINS && rest.length > SPARED_COINS + 1) {
    const inputs = rest.slice(0, Math.min(MAX_INPUTS, rest.length - SPARED_COINS));
    rest = rest.slice(inputs.length);
    const fee = transferFee(inputs.length, 1);
    const amount = inputs.reduce((sum, coin) => sum + coin.amount, 0n) - fee;
    if (amount >= MIN_OUTPUT_AMOUNT) found.push({ kind: 'merge', inputs, outputs: [amount], fee });
  }
  return found;
}

/** Equal parts, as many as are wanted or as are large enough; the first bears what cannot be divided. */
function splitOf(coin: TransferInput, wanted: number): Consolidation | undefined {
  for (let parts = wanted; parts > 1; parts--) {
    const fee = transferFee(1, parts);
    const part = (coin.amount - fee) / BigInt(parts);
    if (part < LEAST_PART) continue;
    const first = coin.amount - fee - part * BigInt(parts - 1);
    const outputs = Array.from({ length: parts }, (_, i) => (i === 0 ? first : part));
    return { kind: 'split', inputs: [coin], outputs, fee };
  }
  return undefined;
}
