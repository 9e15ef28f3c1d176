/**
 * What the embedded store gives back.
 * @module
 */

import { type BlockListing, stateOfListing } from '../../domain/block-fate.js';
import type { BlockFound } from '../../domain/block-record.js';
import { REJECT_REASON_NAMES, type RejectReason } from '../../domain/reject-reasons.js';
import type { WorkerIdentity } from '../../domain/worker-identity.js';
import type {
  JournalMark,
  Page,
  SeriesPoint,
  SeriesScope,
  SeriesStep,
  StoredBlock,
  StoredSlice,
  StoredWorker,
  StoredWorkerId,
} from '../../ports/store.js';
import { decodeFate } from '../fate-text.js';
import { asDays, bucketRange, DAY_MS, TEN_MINUTES_MS } from '../series-buckets.js';
import { decodeSlice } from '../slice-codec.js';
import { joinWork } from '../work-limbs.js';
import { SCOPES } from './apply-batch.js';
import { bigInteger, blob, integer, type Sql, type SqlRow, type SqlValue, text } from './sql.js';

/** @param only - these; without it all */
export function readMarks(sql: Sql, only?: readonly string[]): JournalMark[] {
  return sql
    .rows(
      `SELECT journal, number, through_ms, finished FROM journals
        ${only === undefined ? '' : 'WHERE journal IN (SELECT value FROM json_each(?))'} ORDER BY journal`,
      ...(only === undefined ? [] : [JSON.stringify(only)]),
    )
    .map(([journal, number, throughMs, finished]) => ({
      journal: text(journal),
      number: integer(number),
      throughMs: integer(throughMs),
      finished: integer(finished) === 1,
    }));
}

const WORKER = `SELECT w.id, a.account, w.name, w.address, w.first_share_ms, w.last_share_ms, w.best_hash,
  w.last_work_low, w.last_work_high, w.shares, w.work_low, w.work_high
  FROM workers w JOIN accounts a ON a.id = w.account`;

export function readWorker(sql: Sql, { account, name }: WorkerIdentity): StoredWorker | undefined {
  return asWorkers(sql, sql.rows(`${WORKER} WHERE a.account = ? AND w.name = ?`, account, name))[0];
}

/** By name. */
export function readWorkersOf(sql: Sql, account: string, { offset, limit }: Page): StoredWorker[] {
  return asWorkers(
    sql,
    sql.rows(`${WORKER} WHERE a.account = ? ORDER BY w.name LIMIT ? OFFSET ?`, account, limit, offset),
  );
}

/** By number. */
export function readWorkersById(sql: Sql, ids: readonly StoredWorkerId[]): StoredWorker[] {
  return asWorkers(
    sql,
    sql.rows(`${WORKER} WHERE w.id IN (SELECT value FROM json_each(?)) ORDER BY w.id`, JSON.stringify(ids)),
  );
}

function asWorkers(sql: Sql, rows: readonly SqlRow[]): StoredWorker[] {
  const rejects = new Map<number, Partial<Record<RejectReason, number>>>();
  const ids = JSON.stringify(rows.map(([id]) => integer(id)));
  for (const [worker, reason, count] of sql.rows(
    'SELECT worker, reason, count FROM rejects WHERE worker IN (SELECT value FROM json_each(?))',
    ids,
  )) {
    const id = integer(worker);
    const name = REJECT_REASON_NAMES[integer(reason)];
    if (name !== undefined) rejects.set(id, { ...rejects.get(id), [name]: integer(count) });
  }
  return rows.map(
    ([id, account, name, address, firstMs, lastMs, best, lastLow, lastHigh, shares, low, high]) => ({
      id: integer(id),
      identity: { account: text(account), name: text(name) },
      address: text(address),
      firstShareMs: integer(firstMs),
      lastShareMs: integer(lastMs),
      bestHash: blob(best),
      lastWork: joinWork(bigInteger(lastLow), bigInteger(lastHigh)),
      shares: integer(shares),
      work: joinWork(bigInteger(low), bigInteger(high)),
      rejects: rejects.get(integer(id)) ?? {},
    }),
  );
}

export function readSlices(sql: Sql, fromMs: number, toMs: number): StoredSlice[] {
  return sql
    .rows(
      `SELECT start_ms, journal, number, content FROM slices WHERE start_ms >= ? AND start_ms < ?
        ORDER BY start_ms, journal, number`,
      whole(fromMs),
      whole(toMs),
    )
    .map(([startMs, journal, number, content]) => ({
      startMs: integer(startMs),
      journal: text(journal),
      number: integer(number),
      ...decodeSlice(blob(content)),
    }));
}

const BLOCK = `SELECT b.block, b.state, b.state_ms, f.fate
  FROM blocks b LEFT JOIN block_fates f ON f.hash = b.hash`;

export function readBlocks(
  sql: Sql,
  { offset, limit }: Page,
  listed?: readonly BlockListing[],
): StoredBlock[] {
  return sql
    .rows(
      `${BLOCK}
        ${listed === undefined ? '' : 'WHERE b.state IN (SELECT value FROM json_each(?))'}
        ORDER BY b.found_ms DESC, b.hash DESC LIMIT ? OFFSET ?`,
      ...(listed === undefined ? [] : [JSON.stringify(listed)]),
      limit,
      offset,
    )
    .map(asBlock);
}

export function countBlocks(sql: Sql, listed?: readonly BlockListing[]): number {
  const row = sql.row(
    `SELECT count(*) FROM blocks
      ${listed === undefined ? '' : 'WHERE state IN (SELECT value FROM json_each(?))'}`,
    ...(listed === undefined ? [] : [JSON.stringify(listed)]),
  );
  return integer(row![0]);
}

export function readBlock(sql: Sql, hash: string): StoredBlock | undefined {
  const row = sql.row(`${BLOCK} WHERE b.hash = ?`, hash);
  return row === undefined ? undefined : asBlock(row);
}

function asBlock([block, listing, stateMs, fate]: SqlRow): StoredBlock {
  return {
    ...(JSON.parse(text(block)) as BlockFound),
    state: stateOfListing(text(listing) as BlockListing),
    stateMs: integer(stateMs),
    fate: fate === null ? undefined : decodeFate(text(fate)),
  };
}

export function readSeries(
  sql: Sql,
  scope: SeriesScope,
  step: SeriesStep,
  fromMs: number,
  toMs: number,
): SeriesPoint[] {
  const subject = subjectOf(sql, scope);
  if (subject === undefined) return [];
  const { first, end } = bucketRange(fromMs, toMs, step);
  const keptIn = scope.of === 'worker' ? TEN_MINUTES_MS : step;
  const points = sql
    .rows(
      `SELECT start_ms, shares, work_low, work_high, workers FROM series
        WHERE scope = ? AND subject = ? AND step = ? AND start_ms >= ? AND start_ms < ? ORDER BY start_ms`,
      SCOPES[scope.of],
      subject,
      keptIn,
      first,
      end,
    )
    .map(([startMs, shares, low, high, workers]) => ({
      startMs: integer(startMs),
      shares: integer(shares),
      work: joinWork(bigInteger(low), bigInteger(high)),
      workers: integer(workers),
    }));
  return keptIn !== step && step === DAY_MS ? asDays(points) : points;
}

function subjectOf(sql: Sql, scope: SeriesScope): SqlValue | undefined {
  if (scope.of === 'pool') return 0n;
  if (scope.of === 'account') return sql.row('SELECT id FROM accounts WHERE account = ?', scope.account)?.[0];
  return sql.row(
    'SELECT w.id FROM workers w JOIN accounts a ON a.id = w.account WHERE a.account = ? AND w.name = ?',
    scope.identity.account,
    scope.identity.name,
  )?.[0];
}

/** A bound of a range as SQLite takes it: ranges may be open. */
function whole(timeMs: number): number {
  return Math.min(Math.max(Math.ceil(timeMs), 0), Number.MAX_SAFE_INTEGER);
}
