/**
 * What a run owes an account, computed from its facts alone: in another way than the pool computes it, so that a fault of one shows.
 * @module
 */
import type { Row, Run } from './audit-run.js';

const WHOLE = 1_000_000n;

/** A run's sums as they follow from its blocks, attoALPH. */
export interface RunSums {
  readonly rewards: bigint;
  readonly fee: bigint;
  /** What accounts share. */
  readonly shared: bigint;
}

/** The pool's fee is rounded down for each block. */
export function sumsOf({ facts, blocks }: Run): RunSums {
  let rewards = 0n;
  let fee = 0n;
  for (const { reward } of blocks) {
    rewards += reward;
    fee += feeOf(reward, facts.feeMillionths);
  }
  return { rewards, fee, shared: rewards - fee };
}

/**
 * What an account gets of a run, attoALPH: of each block its part by work, rounded down.
 * @param rows - the account's, by key of their table
 */
export function creditOf(
  { facts, tables, blocks }: Run,
  account: string,
  rows: ReadonlyMap<string, Row>,
): bigint {
  const byKey = new Map(tables.map((table) => [table.key, table]));
  let credit = 0n;
  for (const { reward, by } of blocks) {
    const shared = reward - feeOf(reward, facts.feeMillionths);
    if ('finder' in by) {
      if (by.finder === account) credit += shared;
      continue;
    }
    const work = rows.get(by.table)?.work[by.window] ?? 0n;
    const total = byKey.get(by.table)?.windows[by.window]?.total ?? 0n;
    if (work > 0n && total > 0n) credit += (shared * work) / total;
  }
  return credit;
}

/** The most that rounding leaves over: less than one attoALPH for each account and block. Blocks without work leave all. */
export function mostRemainder({ facts, tables, blocks }: Run): bigint {
  const byKey = new Map(tables.map((table) => [table.key, table]));
  let most = 0n;
  for (const { reward, by } of blocks) {
    if ('finder' in by) continue;
    const table = byKey.get(by.table);
    if (table === undefined) continue;
    if (table.windows[by.window]?.total === 0n) most += reward - feeOf(reward, facts.feeMillionths);
    else most += BigInt(table.accounts);
  }
  return most;
}

function feeOf(reward: bigint, feeMillionths: number): bigint {
  return (reward * BigInt(feeMillionths)) / WHOLE;
}
