/**
 * Which coins pay an amount. Fees follow from the number of inputs and outputs.
 * @module
 */
import { MAX_INPUTS, MIN_OUTPUT_AMOUNT } from '../protocol/transaction.js';
import { type TransferInput, transferFee } from '../protocol/transfer.js';

/** What a transaction spends. */
export interface CoinNeed {
  /** attoALPH, that leave the wallet or go to outputs of its own; the fee is among it unless it comes on top. */
  readonly amount: bigint;
  /** Outputs, without the change. */
  readonly outputs: number;
  /** Whether the fee is paid beside the amount. */
  readonly feeOnTop: boolean;
}

/** Coins for a need, and what follows from them. */
export interface CoinChoice {
  readonly inputs: readonly TransferInput[];
  /** attoALPH: 0, or at least 0.001 ALPH. */
  readonly change: bigint;
  /** attoALPH. */
  readonly fee: bigint;
}

/** Coins of one address, the smallest first. Those of one amount are in the order of their keys, so that a plan is always the same. */
export function sortedCoins(coins: readonly TransferInput[]): TransferInput[] {
  return [...coins].sort((a, b) =>
    a.amount === b.amount ? compareBytes(a.key, b.key) : a.amount < b.amount ? -1 : 1,
  );
}

/**
 * Few coins, and of these the smallest that will do: while no coin is enough for what lacks, the largest one is taken, and then the
 * smallest that is. So large coins are left for large amounts.
 * @param coins - the smallest first
 * @returns undefined if 256 of them, or all, are not enough
 */
export function chooseCoins(coins: readonly TransferInput[], need: CoinNeed): CoinChoice | undefined {
  const inputs: TransferInput[] = [];
  let [sum, most] = [0n, coins.length];
  while (inputs.length < MAX_INPUTS && most > 0) {
    const lacking = costOf(need, inputs.length + 1, need.outputs + 1) + MIN_OUTPUT_AMOUNT - sum;
    const at = Math.min(firstOfAtLeast(coins, lacking, most), most - 1);
    const coin = coins[at]!;
    // Only the last coin is another one than the largest that is left.
    most = at;
    inputs.push(coin);
    sum += coin.amount;
    const choice = settled(inputs, sum, need);
    if (choice !== undefined) return choice;
  }
  return undefined;
}

/** The most that can be chosen for a number of outputs with change, attoALPH; may be below 0. */
export function largestAmount(coins: readonly TransferInput[], need: Omit<CoinNeed, 'amount'>): bigint {
  const largest = coins.slice(-MAX_INPUTS);
  const sum = largest.reduce((total, { amount }) => total + amount, 0n);
  return sum - MIN_OUTPUT_AMOUNT - costOf({ ...need, amount: 0n }, largest.length, need.outputs + 1);
}

function settled(inputs: readonly TransferInput[], sum: bigint, need: CoinNeed): CoinChoice | undefined {
  if (sum === costOf(need, inputs.length, need.outputs))
    return { inputs, change: 0n, fee: transferFee(inputs.length, need.outputs) };
  const change = sum - costOf(need, inputs.length, need.outputs + 1);
  if (change < MIN_OUTPUT_AMOUNT) return undefined;
  return { inputs, change, fee: transferFee(inputs.length, need.outputs + 1) };
}

function costOf({ amount, feeOnTop }: CoinNeed, inputs: number, outputs: number): bigint {
  return feeOnTop ? amount + transferFee(inputs, outputs) : amount;
}

/** Index of the first coin of at least an amount among the first `end`; `end` if there is none. */
function firstOfAtLeast(coins: readonly TransferInput[], amount: bigint, end: number): number {
  let [from, to] = [0, end];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (coins[middle]!.amount >= amount) to = middle;
    else from = middle + 1;
  }
  return from;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - (b[i] ?? 0);
  return 0;
}
