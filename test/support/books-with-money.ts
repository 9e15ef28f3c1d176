/**
 * Books in which a pool has coins and miners are owed, for tests of whoever pays them.
 * @module
 */
import type { Group } from '../../ledger/accounts.js';
import type { Ledger } from '../../ledger/ledger.js';
import { blockReward, maturity, settlementClose, settlementPart } from '../../ledger/movements.js';
import type { MadeCoin } from '../../ledger/transaction.js';

const FENCE = { name: 'settlement', number: 1 } as const;

/** Miners of one part of a settlement. */
const PART = 250;

/** Books what blocks brought, and their ends of locks. @param hashes - of the blocks, one for each coin */
export async function bookRewards(
  ledger: Ledger,
  coins: readonly MadeCoin[],
  hashes: readonly string[],
  timeMs: number,
): Promise<void> {
  for (const [i, coin] of coins.entries()) {
    const transactions = [blockReward(hashes[i]!, Math.min(timeMs, coin.lockTimeMs || timeMs), coin)];
    await ledger.post({ fence: FENCE, transactions });
    if (coin.lockTimeMs > timeMs || coin.lockTimeMs === 0) continue;
    await ledger.post({ fence: FENCE, transactions: [maturity(coin)] });
  }
}

/**
 * A settlement that credits miners.
 * @param number - of the settlement, from 1
 * @param owed - by key of the account, attoALPH
 * @param fee - of the pool, attoALPH
 */
export async function creditMiners(
  ledger: Ledger,
  number: number,
  owed: ReadonlyMap<string, bigint>,
  timeMs: number,
  fee = 0n,
): Promise<void> {
  const credits = [...owed].map(([key, amount]) => ({ key, amount }));
  for (let at = 0; at < credits.length; at += PART)
    await ledger.post({
      fence: FENCE,
      transactions: [settlementPart(number, at / PART, timeMs, credits.slice(at, at + PART))],
      settlement: { number, closes: false },
    });
  const sum = credits.reduce((total, { amount }) => total + amount, 0n);
  await ledger.post({
    fence: FENCE,
    transactions: [settlementClose(number, timeMs, { credits: sum, fee, remainder: 0n })],
    settlement: { number, closes: true },
  });
}

/** A coin of a group by number. */
export function moneyCoin(number: number, amount: bigint, group: Group, lockTimeMs = 0): MadeCoin {
  return { group, key: number.toString(16).padStart(64, '0'), amount, lockTimeMs };
}
