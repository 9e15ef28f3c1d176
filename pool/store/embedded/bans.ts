/**
 * Bans in the embedded store.
 * @module
 */
import type { Ban } from '../../ports/store.js';
import { banEndMs, MAX_BANS } from '../retention.js';
import { integer, type Sql, text } from './sql.js';

export function readBans(sql: Sql, nowMs: number): Ban[] {
  return sql
    .rows('SELECT address, until_ms, reason FROM bans WHERE until_ms > ? ORDER BY address', nowMs)
    .map(([address, untilMs, reason]) => ({
      address: text(address),
      untilMs: integer(untilMs),
      reason: text(reason),
    }));
}

/** Adds a ban, or replaces the one of its address. */
export function addBan(
  sql: Sql,
  nowMs: number,
  { address, untilMs, reason }: Ban,
  maxBans: number = MAX_BANS,
): void {
  sql.transaction(() => {
    sql.run('DELETE FROM bans WHERE until_ms <= ?', nowMs);
    sql.run('DELETE FROM bans WHERE address = ?', address);
    const count = integer(sql.row('SELECT count(*) FROM bans')![0]);
    if (count >= maxBans)
      sql.run(
        'DELETE FROM bans WHERE address IN (SELECT address FROM bans ORDER BY until_ms, address LIMIT ?)',
        count - maxBans + 1,
      );
    sql.run('INSERT INTO bans VALUES (?, ?, ?)', address, banEndMs(untilMs, nowMs), reason);
  });
}
