/**
 * Leases of extranonce blocks in the embedded store. A block's `free_ms` is the end of its lease or when it was given
 * back: it is free from then on, and has rested since.
 * @module
 */
import type { ExtranonceLease } from '../../ports/store.js';
import { integer, type Sql } from './sql.js';

/** @param blocks - number of blocks that there are */
export function leaseExtranonces(
  sql: Sql,
  nowMs: number,
  blocks: number,
  owner: string,
  count: number,
  ttlMs: number,
): ExtranonceLease[] {
  const expiresMs = nowMs + ttlMs;
  return sql.transaction(() => {
    const leases: ExtranonceLease[] = [];
    let next = integer(sql.row('SELECT coalesce(max(block) + 1, 0) FROM extranonces')![0]);
    for (; leases.length < count && next < blocks; next++) {
      sql.run('INSERT INTO extranonces VALUES (?, ?, ?)', next, owner, expiresMs);
      leases.push({ block: next, releasedMs: undefined, expiresMs });
    }
    const rested = sql.rows(
      'SELECT block, free_ms FROM extranonces WHERE free_ms <= ? ORDER BY free_ms, block LIMIT ?',
      nowMs,
      count - leases.length,
    );
    for (const [block, freeMs] of rested) {
      sql.run('UPDATE extranonces SET owner = ?, free_ms = ? WHERE block = ?', owner, expiresMs, block!);
      leases.push({ block: integer(block), releasedMs: integer(freeMs), expiresMs });
    }
    return leases;
  });
}

/** A lease that ran out is renewed too, as long as nobody else has taken the block. */
export function renewExtranonces(
  sql: Sql,
  nowMs: number,
  owner: string,
  blocks: readonly number[],
  ttlMs: number,
): number[] {
  return sql.transaction(() =>
    blocks.filter(
      (block) =>
        sql.run(
          'UPDATE extranonces SET free_ms = ? WHERE block = ? AND owner = ?',
          nowMs + ttlMs,
          block,
          owner,
        ) > 0,
    ),
  );
}

export function releaseExtranonces(sql: Sql, nowMs: number, owner: string, blocks: readonly number[]): void {
  sql.transaction(() => {
    // One that ran out before has rested since.
    for (const block of blocks)
      sql.run(
        'UPDATE extranonces SET owner = NULL, free_ms = min(free_ms, ?) WHERE block = ? AND owner = ?',
        nowMs,
        block,
        owner,
      );
  });
}

export function releaseAllExtranonces(sql: Sql, nowMs: number, owner: string): void {
  sql.run('UPDATE extranonces SET owner = NULL, free_ms = min(free_ms, ?) WHERE owner = ?', nowMs, owner);
}
