/**
 * Coins from other groups of the wallet for a payout that no group can pay alone, though all together can. Pure.
 * @module
 */
import { MAX_INPUTS, MIN_OUTPUT_AMOUNT } from '../../protocol/transaction.js';
import { type TransferInput, transferFee } from '../../protocol/transfer.js';
import { chooseCoins, largestAmount, sortedCoins } from '../coins.js';

/** Coins that go from one group of the wallet to another. */
export interface Move {
  readonly fromGroup: number;
  readonly toGroup: number;
  readonly inputs: readonly TransferInput[];
  /** That arrives, attoALPH. */
  readonly amount: bigint;
  /** Stays in `fromGroup`, attoALPH. */
  readonly change: bigint;
  readonly fee: bigint;
}

/** Less is not moved, ALPH: a fee is 0.002 ALPH at least. */
const LEAST_MOVE_ALPH = 1;

/** The same in attoALPH. */
export const LEAST_MOVE = BigInt(LEAST_MOVE_ALPH) * 10n ** 18n;

/**
 * Moves into the group that has the most, out of the others, the richest of them first.
 * @param coins - by group: outputs that are neither locked nor reserved
 * @param wanted - that one transaction is to pay, attoALPH
 * @returns none if nothing must be moved, or all groups together can't pay it
 */
export function planMoves(coins: readonly (readonly TransferInput[])[], wanted: bigint): readonly Move[] {
  const sorted = coins.map(sortedCoins);
  const most = sorted.map((list) => largestAmount(list, { outputs: 1, feeOnTop: true }));
  const groups = [...coins.keys()].sort((a, b) => (most[a]! === most[b]! ? 0 : most[a]! > most[b]! ? -1 : 1));
  const [toGroup, ...others] = groups as [number, ...number[]];
  // Whoever pays may need a change, and a fee for the largest transaction.
  const margin = transferFee(MAX_INPUTS, 2) + MIN_OUTPUT_AMOUNT;
  let lacking = wanted + margin - (most[toGroup]! > 0n ? most[toGroup]! : 0n);
  const moves: Move[] = [];
  for (const fromGroup of others) {
    if (lacking <= 0n) break;
    const amount = least(most[fromGroup]!, lacking < LEAST_MOVE ? LEAST_MOVE : lacking);
    if (amount < LEAST_MOVE) continue;
    const choice = chooseCoins(sorted[fromGroup]!, { amount, outputs: 1, feeOnTop: true });
    if (choice === undefined) continue;
    moves.push({ fromGroup, toGroup, amount, ...choice });
    lacking -= amount;
  }
  return lacking <= 0n ? moves : [];
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
