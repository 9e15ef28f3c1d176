/**
 * Settling: matured blocks and the tables of work that their windows are in become one amount for each account.
 *
 * Tables are read row by row in order of the accounts, and merged: no more than a part of a settlement is in memory, however
 * many miners there are.
 * @module
 */
import { partOf, shareableOf } from './share-out.js';
import type { WorkRow } from './work-table.js';

/** A block whose reward is shared out. */
export interface MaturedBlock {
  /** 64 hex digits. */
  readonly hash: string;
  /** Number of its window in its table. */
  readonly window: number;
  /** What it brought, net of what the pool itself put in, attoALPH, at least 0. */
  readonly reward: bigint;
}

/** A table of work, and the blocks whose windows are in it. */
export interface SettledTable {
  /** Work of all accounts, by window. */
  readonly totals: readonly bigint[];
  readonly blocks: readonly MaturedBlock[];
  /** In order of the accounts, each once. */
  readonly rows: AsyncIterable<WorkRow> | Iterable<WorkRow>;
}

/** What an account gets. */
export interface Credit {
  /** Hex of the account's lockup script. */
  readonly key: string;
  /** attoALPH, above 0. */
  readonly amount: bigint;
}

/** What a settlement comes to, attoALPH: together what its blocks brought. */
export interface Settled {
  readonly credits: bigint;
  readonly fee: bigint;
  readonly remainder: bigint;
}

/** Accounts of a part of a settlement: a part is one commit. */
export const CREDITS_IN_PART = 64;

/** The least that is computed with for a block: what its window's accounts share, by which total. */
interface Sharing {
  readonly window: number;
  readonly shared: bigint;
  readonly total: bigint;
}

/**
 * Shares the rewards of blocks out.
 * @param tables - at least one block each, as a rule one or two tables
 * @param feeMillionths - 0 to 1,000,000
 * @param creditsInPart - at least 1
 * @returns parts, each account in one of them; at the end the sums
 * @throws RangeError if a reward or fee is out of range, a window is none of its table's, rows are out of order, or work exceeds its total
 */
export async function* settle(
  tables: readonly SettledTable[],
  feeMillionths: number,
  creditsInPart = CREDITS_IN_PART,
): AsyncGenerator<readonly Credit[], Settled> {
  let fee = 0n;
  let left = 0n;
  let credits = 0n;
  const sharings = tables.map(({ totals, blocks }) =>
    blocks.map(({ hash, window, reward }): Sharing => {
      const total = totals[window];
      if (total === undefined) throw new RangeError(`block ${hash}: no window ${window} in its table`);
      const shareable = shareableOf(reward, feeMillionths);
      fee += shareable.fee;
      left += shareable.shared;
      return { window, shared: shareable.shared, total };
    }),
  );
  let part: Credit[] = [];
  for await (const { account, works } of merged(tables.map(({ rows }) => rows))) {
    let amount = 0n;
    for (const [table, work] of works.entries())
      if (work !== undefined) amount += amountOf(work, sharings[table]!);
    if (amount === 0n) continue;
    credits += amount;
    part.push({ key: account, amount });
    if (part.length < creditsInPart) continue;
    yield part;
    part = [];
  }
  if (credits > left) throw new RangeError(`"tables" expected credits of at most ${left}, got ${credits}`);
  if (part.length > 0) yield part;
  return { credits, fee, remainder: left - credits };
}

/** What the blocks of a table bring an account. */
function amountOf(work: readonly bigint[], sharings: readonly Sharing[]): bigint {
  let amount = 0n;
  for (const { window, shared, total } of sharings) {
    const its = work[window]!;
    if (its > 0n) amount += partOf(shared, its, total);
  }
  return amount;
}

/** Rows of one account in all tables; undefined where a table has none. */
interface MergedRow {
  readonly account: string;
  readonly works: readonly (readonly bigint[] | undefined)[];
}

async function* merged(
  tables: readonly (AsyncIterable<WorkRow> | Iterable<WorkRow>)[],
): AsyncGenerator<MergedRow> {
  const readers = tables.map(rowsInOrder);
  const rows = await Promise.all(readers.map((reader) => next(reader)));
  for (;;) {
    let account: string | undefined;
    for (const row of rows)
      if (row !== undefined && (account === undefined || row.account < account)) account = row.account;
    if (account === undefined) return;
    const works: (readonly bigint[] | undefined)[] = [];
    for (const [table, row] of rows.entries()) {
      works.push(row?.account === account ? row.work : undefined);
      if (row?.account === account) rows[table] = await next(readers[table]!);
    }
    yield { account, works };
  }
}

async function* rowsInOrder(rows: AsyncIterable<WorkRow> | Iterable<WorkRow>): AsyncGenerator<WorkRow> {
  let last: string | undefined;
  for await (const row of rows) {
    if (last !== undefined && row.account <= last)
      throw new RangeError(`"rows" expected accounts in order, got ${row.account} after ${last}`);
    last = row.account;
    yield row;
  }
}

async function next(reader: AsyncGenerator<WorkRow>): Promise<WorkRow | undefined> {
  const { value, done } = await reader.next();
  return done === true ? undefined : value;
}
