/**
 * Removing from the embedded store what its time is over for.
 * @module
 */
import { OPEN_BLOCK_STATES } from '../../domain/block-record.js';
import { keepSlicesFrom, type Retention } from '../retention.js';
import { DAY_MS, TEN_MINUTES_MS } from '../series-buckets.js';
import { SCOPES } from './apply-batch.js';
import { oldestOpenMs } from './fates.js';
import { integer, type Sql } from './sql.js';

/** Each kind in a transaction of its own, so that nothing waits for all of them. */
export function prune(sql: Sql, nowMs: number, retention: Retention): void {
  const open = JSON.stringify(OPEN_BLOCK_STATES);
  sql.transaction(() => {
    const oldestMs = oldestOpenMs(sql);
    sql.run('DELETE FROM slices WHERE start_ms < ?', keepSlicesFrom(nowMs, retention.slicesMs, oldestMs));
  });
  sql.transaction(() => {
    const old = 'FROM blocks WHERE found_ms < ? AND state NOT IN (SELECT value FROM json_each(?))';
    const oldArguments = [nowMs - retention.blocksMs, open] as const;
    sql.run(`DELETE FROM block_fates WHERE hash IN (SELECT hash ${old})`, ...oldArguments);
    sql.run(`DELETE ${old}`, ...oldArguments);
    sql.run('DELETE FROM early_block_states WHERE state_ms < ?', nowMs - retention.blocksMs);
    sql.run('DELETE FROM bans WHERE until_ms <= ?', nowMs);
    sql.run(
      'DELETE FROM journals WHERE finished = 1 AND through_ms < ?',
      nowMs - retention.finishedJournalsMs,
    );
  });
  sql.transaction(() => pruneSeries(sql, nowMs, retention));
  sql.transaction(() => pruneWorkers(sql, nowMs - retention.workersMs));
}

/** By its key, subject after subject: a scan of the whole table would take seconds in a large pool. */
function pruneSeries(sql: Sql, nowMs: number, retention: Retention): void {
  const remove = (scope: number, subject: number, step: number, keepMs: number): void => {
    const before = nowMs - keepMs - step;
    sql.run(
      'DELETE FROM series WHERE scope = ? AND subject = ? AND step = ? AND start_ms <= ?',
      scope,
      subject,
      step,
      before,
    );
  };
  const accounts = sql.rows('SELECT id FROM accounts').map(([id]) => integer(id));
  for (const [scope, subjects] of [
    [SCOPES.pool, [0]],
    [SCOPES.account, accounts],
  ] as const)
    for (const subject of subjects) {
      remove(scope, subject, TEN_MINUTES_MS, retention.tenMinutesMs);
      remove(scope, subject, DAY_MS, retention.daysMs);
    }
  for (const [id] of sql.rows('SELECT id FROM workers'))
    remove(SCOPES.worker, integer(id), TEN_MINUTES_MS, retention.workerSeriesMs);
  sql.run('DELETE FROM worker_days WHERE day_ms <= ?', nowMs - retention.workerSeriesMs - DAY_MS);
}

/** Workers that are long gone, with all that is theirs; then accounts that have none left, and no chart. */
function pruneWorkers(sql: Sql, lastShareBeforeMs: number): void {
  for (const [id, account] of sql.rows(
    'SELECT id, account FROM workers WHERE last_share_ms < ?',
    lastShareBeforeMs,
  )) {
    sql.run('DELETE FROM rejects WHERE worker = ?', id!);
    sql.run('DELETE FROM series WHERE scope = ? AND subject = ?', SCOPES.worker, id!);
    sql.run('DELETE FROM workers WHERE id = ?', id!);
    sql.run('UPDATE accounts SET workers = workers - 1 WHERE id = ?', account!);
  }
  sql.run(
    `DELETE FROM accounts WHERE workers = 0
      AND NOT EXISTS (SELECT 1 FROM series WHERE scope = ? AND subject = accounts.id)`,
    SCOPES.account,
  );
}
