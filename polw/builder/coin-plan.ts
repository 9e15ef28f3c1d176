/**
 * Which coins a chain's blocks on one parent burn, and what change they give.
 *
 * The coins of a chain are shaped here, and nowhere else: each block spends the largest, and may take small ones along or
 * split the change, so that some outputs of a useful size are left:
 *
 * | coins | inputs | change |
 * |---|---|---|
 * | fewer than 4 of a useful size | as few as will do | in two halves, where both are of a useful size |
 * | more than 6, or a small one among more than 4 | the smallest, too | one output |
 * | more than 8 | the two smallest, too | one output |
 *
 * A useful size is three times what a block burns.
 * @module
 */
import { polwGasFee } from '../../protocol/polw-coinbase.js';
import { MIN_OUTPUT_AMOUNT } from '../../protocol/transaction.js';
import type { Coin } from '../fund/fund-block.js';

/** What all blocks of a chain on one parent spend, and how they give change. */
export interface CoinPlan {
  /** 1 to 3. */
  readonly inputs: readonly Coin[];
  /** Amount of a second change output, attoALPH; undefined for one output. The first takes what is left. */
  readonly second: bigint | undefined;
}

/** What a block needs. */
export interface BlockNeed {
  /** attoALPH. */
  readonly burnt: bigint;
  /** Uncles that it pays. */
  readonly uncles: number;
}

/** Most inputs of a coinbase of ours. */
export const MOST_INPUTS = 3;

const USEFUL_TIMES_BURNT = 3n;
const FEWEST_COINS = 4;
const ENOUGH_COINS = 6;
const TOO_MANY_COINS = 8;

/**
 * Chooses coins for a parent.
 * @param coins - distinct ones that its blocks can spend, in any order
 * @returns undefined if the three largest do not make up for a block
 */
export function planCoins(coins: readonly Coin[], need: BlockNeed): CoinPlan | undefined {
  const sorted = coins.toSorted(largestFirst);
  let taken = 1;
  while (taken <= Math.min(MOST_INPUTS, sorted.length)) {
    if (changeOf({ inputs: sorted.slice(0, taken), second: undefined }, need) !== undefined) break;
    taken++;
  }
  if (taken > Math.min(MOST_INPUTS, sorted.length)) return undefined;
  const useful = USEFUL_TIMES_BURNT * need.burnt;
  const smallest = sorted.slice(Math.max(taken, sorted.length - mergedOf(sorted, useful))).reverse();
  const inputs = [...sorted.slice(0, taken), ...smallest].slice(0, MOST_INPUTS);
  const one: CoinPlan = { inputs, second: undefined };
  const left = sorted.filter((coin) => coin.amount >= useful && !inputs.includes(coin)).length;
  // One is left where the change is of a useful size itself.
  if (left + 1 >= FEWEST_COINS) return one;
  const [change = 0n] = changeOf(one, need) ?? [];
  const half = change / 2n;
  const two: CoinPlan = { inputs, second: half };
  const split = half >= useful && changeOf(two, need)?.every((amount) => amount >= useful) === true;
  return split ? two : one;
}

/** How many of the smallest coins go along. */
function mergedOf(sorted: readonly Coin[], useful: bigint): number {
  if (sorted.length > TOO_MANY_COINS) return 2;
  if (sorted.length > ENOUGH_COINS) return 1;
  return sorted.length > FEWEST_COINS && sorted.at(-1)!.amount < useful ? 1 : 0;
}

/**
 * Change of a block by a plan: none, or outputs that are not dust. Inputs are exactly what is burnt, paid for gas and
 * given back.
 * @returns undefined if the plan does not serve that block
 */
export function changeOf({ inputs, second }: CoinPlan, { burnt, uncles }: BlockNeed): bigint[] | undefined {
  const spent = inputs.reduce((sum, { amount }) => sum + amount, 0n);
  const restOf = (outputs: number): bigint => spent - burnt - polwGasFee(inputs.length, 1 + uncles + outputs);
  if (second !== undefined) {
    const rest = restOf(2) - second;
    if (rest >= MIN_OUTPUT_AMOUNT) return [rest, second];
  }
  const rest = restOf(1);
  if (rest >= MIN_OUTPUT_AMOUNT) return [rest];
  return restOf(0) === 0n ? [] : undefined;
}

/** The same order for the same coins: by amount, and by key. */
function largestFirst(a: Coin, b: Coin): number {
  if (a.amount !== b.amount) return a.amount > b.amount ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}
