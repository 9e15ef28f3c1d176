/**
 * Leases of tasks in the embedded store. It takes one process only; the leases are for what runs in it, and for its
 * earlier runs.
 * @module
 */
import type { LeaseName, TaskLease } from '../../ports/task-leases.js';
import { checkLeaseOwner, checkLeaseTtl, nextFence } from '../task-leases.js';
import { integer, type Sql, text } from './sql.js';

/** @throws RangeError */
export function takeLease(
  sql: Sql,
  nowMs: number,
  name: LeaseName,
  owner: string,
  ttlMs: number,
): TaskLease | undefined {
  checkLeaseOwner(owner);
  checkLeaseTtl(ttlMs);
  return sql.transaction(() => {
    const held = sql.row('SELECT fence, owner, expires_ms FROM leases WHERE name = ?', name);
    if (held !== undefined && text(held[1]) !== owner && integer(held[2]) > nowMs) return undefined;
    const lease = { fence: nextFence(held && integer(held[0]), nowMs), expiresMs: nowMs + ttlMs };
    sql.run(
      `INSERT INTO leases VALUES (?, ?, ?, ?) ON CONFLICT (name)
        DO UPDATE SET fence = excluded.fence, owner = excluded.owner, expires_ms = excluded.expires_ms`,
      name,
      lease.fence,
      owner,
      lease.expiresMs,
    );
    return lease;
  });
}

/** @throws RangeError */
export function renewLease(
  sql: Sql,
  nowMs: number,
  name: LeaseName,
  fence: number,
  ttlMs: number,
): TaskLease | undefined {
  checkLeaseTtl(ttlMs);
  const expiresMs = nowMs + ttlMs;
  const renewed = sql.run(
    "UPDATE leases SET expires_ms = ? WHERE name = ? AND fence = ? AND owner <> ''",
    expiresMs,
    name,
    fence,
  );
  return renewed > 0 ? { fence, expiresMs } : undefined;
}

export function releaseLease(sql: Sql, name: LeaseName, fence: number): void {
  sql.run("UPDATE leases SET owner = '', expires_ms = 0 WHERE name = ? AND fence = ?", name, fence);
}
