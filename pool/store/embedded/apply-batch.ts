/**
 * Taking a batch into the embedded store: all of it in one transaction, the journal's mark in it.
 * @module
 */
import type { Batch } from '../../domain/batch.js';
import type { BlockListing } from '../../domain/block-fate.js';
import type { BlockFound, BlockStateChange } from '../../domain/block-record.js';
import type { WorkerIdentity } from '../../domain/worker-identity.js';
import type { ApplyOutcome } from '../../ports/store.js';
import {
  batchContent,
  earningWorkers,
  isLess,
  OVERFLOW_WORKER,
  type WorkerDelta,
  type WorkerRef,
} from '../batch-content.js';
import { advances } from '../block-states.js';
import { MAX_WORKERS_OF_ACCOUNT } from '../retention.js';
import { bucketOf, DAY_MS, TEN_MINUTES_MS } from '../series-buckets.js';
import { splitWork } from '../work-limbs.js';
import { bigInteger, blob, integer, type Sql, text } from './sql.js';

/** Scopes of the table `series`. */
export const SCOPES = { pool: 0, account: 1, worker: 2 } as const;

/** Applies a batch. @param maxWorkers - stored workers of one account; further ones count under one name */
export function applyBatch(
  sql: Sql,
  batch: Batch,
  allowGap: boolean,
  maxWorkers: number = MAX_WORKERS_OF_ACCOUNT,
): ApplyOutcome {
  return sql.transaction(() => {
    const mark = sql.row('SELECT number FROM journals WHERE journal = ?', batch.journal);
    const applied = mark === undefined ? 0 : integer(mark[0]);
    if (batch.number <= applied) return 'already';
    if (batch.number > applied + 1 && !allowGap) return 'gap';
    reportThrough(sql, batch.journal, batch.number, batch.throughMs, false);
    const earning = earningWorkers(batch);
    const refs = batch.workers.map(({ identity, address }, i) =>
      refOf(sql, identity, earning[i] ? address : undefined, maxWorkers),
    );
    const content = batchContent(batch, refs);
    for (const delta of content.workers) addToWorker(sql, delta);
    for (const { startMs, content: bytes } of content.slices)
      sql.run('INSERT INTO slices VALUES (?, ?, ?, ?)', startMs, batch.journal, batch.number, bytes);
    for (const { account, step, startMs, earned } of content.series) {
      if (account === undefined) addToSeries(sql, SCOPES.pool, 0, step, startMs, earned, 0);
      else addToSeries(sql, SCOPES.account, accountId(sql, account), step, startMs, earned, 0);
    }
    for (const found of batch.blocksFound) addBlock(sql, found);
    for (const change of batch.blockStates) changeBlock(sql, change);
    return 'applied';
  });
}

/** Notes how far a journal is. Its numbers and times only grow. */
export function reportThrough(
  sql: Sql,
  journal: string,
  number: number,
  throughMs: number,
  finished: boolean,
): void {
  sql.run(
    `INSERT INTO journals VALUES (?, ?, ?, ?) ON CONFLICT (journal) DO UPDATE SET
      number = max(number, excluded.number),
      through_ms = max(through_ms, excluded.through_ms),
      finished = max(finished, excluded.finished)`,
    journal,
    number,
    throughMs,
    finished ? 1 : 0,
  );
}

/** Number of an account, given to it if it has none. */
function accountId(sql: Sql, account: string): number {
  const known = sql.row('SELECT id FROM accounts WHERE account = ?', account);
  if (known !== undefined) return integer(known[0]);
  return integer(sql.rows('INSERT INTO accounts (account) VALUES (?) RETURNING id', account)[0]![0]);
}

/** The stored worker of an identity; made if an address is given, else undefined if there is none. */
function refOf(
  sql: Sql,
  { account, name }: WorkerIdentity,
  address: string | undefined,
  maxWorkers: number,
): WorkerRef | undefined {
  const find =
    'SELECT w.id FROM workers w JOIN accounts a ON a.id = w.account WHERE a.account = ? AND w.name = ?';
  const known = sql.row(find, account, name);
  if (known !== undefined) return { id: integer(known[0]), name };
  if (address === undefined) return undefined;
  const owner = accountId(sql, account);
  let stored = name;
  if (integer(sql.row('SELECT workers FROM accounts WHERE id = ?', owner)![0]) >= maxWorkers) {
    stored = OVERFLOW_WORKER;
    const overflow = sql.row(find, account, stored);
    if (overflow !== undefined) return { id: integer(overflow[0]), name: stored };
  }
  // What is summed begins at nothing; what is compared, at what anything replaces.
  const [row] = sql.rows(
    `INSERT INTO workers (account, name, address, first_share_ms, last_share_ms, best_hash,
      last_work_low, last_work_high, shares, work_low, work_high)
      VALUES (?, ?, ?, 0, -1, x'', 0, 0, 0, 0, 0) RETURNING id`,
    owner,
    stored,
    address,
  );
  sql.run('UPDATE accounts SET workers = workers + 1 WHERE id = ?', owner);
  return { id: integer(row![0]), name: stored };
}

function addToWorker(
  sql: Sql,
  { id, address, last, shares, work, rejects, tenMinutes, identity }: WorkerDelta,
): void {
  for (const [reason, count] of rejects)
    sql.run(
      'INSERT INTO rejects VALUES (?, ?, ?) ON CONFLICT (worker, reason) DO UPDATE SET count = count + excluded.count',
      id,
      reason,
      count,
    );
  if (last === undefined) return;
  const [firstMs, lastMs, bestHash, lastLow, lastHigh, oldAddress] = sql.row(
    'SELECT first_share_ms, last_share_ms, best_hash, last_work_low, last_work_high, address FROM workers WHERE id = ?',
    id,
  )!;
  const isNew = integer(lastMs) < 0;
  const newer = last.lastMs >= integer(lastMs);
  const lastWork = newer ? splitWork(last.work) : { low: bigInteger(lastLow), high: bigInteger(lastHigh) };
  const best = blob(bestHash);
  const added = splitWork(work);
  sql.run(
    `UPDATE workers SET address = ?, first_share_ms = ?, last_share_ms = ?, best_hash = ?, last_work_low = ?,
      last_work_high = ?, shares = shares + ?, work_low = work_low + ?, work_high = work_high + ? WHERE id = ?`,
    newer ? address : text(oldAddress),
    isNew ? last.firstMs : Math.min(integer(firstMs), last.firstMs),
    newer ? last.lastMs : integer(lastMs),
    best.length === 0 || isLess(last.bestHash, best) ? last.bestHash : best,
    lastWork.low,
    lastWork.high,
    shares,
    added.low,
    added.high,
    id,
  );
  for (const [startMs, earned] of tenMinutes) {
    if (addToSeries(sql, SCOPES.worker, id, TEN_MINUTES_MS, startMs, earned, 1))
      countWorker(sql, identity.account, TEN_MINUTES_MS, startMs);
    const day = bucketOf(startMs, DAY_MS);
    if (sql.run('INSERT INTO worker_days VALUES (?, ?) ON CONFLICT DO NOTHING', day, id) > 0)
      countWorker(sql, identity.account, DAY_MS, day);
  }
}

/** @returns whether the bucket is new */
function addToSeries(
  sql: Sql,
  scope: number,
  subject: number,
  step: number,
  startMs: number,
  { shares, work }: { readonly shares: number; readonly work: bigint },
  workers: number,
): boolean {
  const { low, high } = splitWork(work);
  const [row] = sql.rows(
    `INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET shares = shares + excluded.shares,
      work_low = work_low + excluded.work_low, work_high = work_high + excluded.work_high RETURNING shares`,
    scope,
    subject,
    step,
    startMs,
    shares,
    low,
    high,
    workers,
  );
  return integer(row![0]) === shares;
}

/** One more worker in a bucket of its account and of the pool. */
function countWorker(sql: Sql, account: string, step: number, startMs: number): void {
  for (const [scope, subject] of [
    [SCOPES.pool, 0],
    [SCOPES.account, accountId(sql, account)],
  ] as const)
    sql.run(
      'INSERT INTO series VALUES (?, ?, ?, ?, 0, 0, 0, 1) ON CONFLICT DO UPDATE SET workers = workers + 1',
      scope,
      subject,
      step,
      startMs,
    );
}

function addBlock(sql: Sql, found: BlockFound): void {
  const added = sql.run(
    "INSERT INTO blocks VALUES (?, ?, 'sent', ?, ?) ON CONFLICT DO NOTHING",
    found.hash,
    found.foundMs,
    found.foundMs,
    JSON.stringify(found),
  );
  const early = sql.row('SELECT state, state_ms FROM early_block_states WHERE hash = ?', found.hash);
  if (added === 0 || early === undefined) return;
  setState(sql, found.hash, text(early[0]), integer(early[1]));
  sql.run('DELETE FROM early_block_states WHERE hash = ?', found.hash);
}

function changeBlock(sql: Sql, { hash, state, atMs }: BlockStateChange): void {
  const known = sql.row('SELECT state FROM blocks WHERE hash = ?', hash);
  if (known !== undefined) {
    if (advances(text(known[0]) as BlockListing, state)) setState(sql, hash, state, atMs);
    return;
  }
  const early = sql.row('SELECT state FROM early_block_states WHERE hash = ?', hash);
  if (early === undefined || advances(text(early[0]) as BlockListing, state))
    sql.run('INSERT OR REPLACE INTO early_block_states VALUES (?, ?, ?)', hash, state, atMs);
}

function setState(sql: Sql, hash: string, state: string, atMs: number): void {
  sql.run('UPDATE blocks SET state = ?, state_ms = ? WHERE hash = ?', state, atMs, hash);
}
