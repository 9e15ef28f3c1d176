/**
 * Rules of both stores for leases of tasks.
 * @module
 */

/** Longest lease of a task, ms: so long the task rests at most when its owner is gone for good. */
export const MAX_TASK_LEASE_MS = 3_600_000;

/** Longest name of an owner, characters. */
const MAX_OWNER_CHARS = 64;

/** @throws RangeError unless it is whole ms in range */
export function checkLeaseTtl(ttlMs: number): void {
  if (!Number.isInteger(ttlMs) || ttlMs < 1 || ttlMs > MAX_TASK_LEASE_MS)
    throw new RangeError(`"ttlMs" expected whole ms from 1 to ${MAX_TASK_LEASE_MS}, got ${ttlMs}`);
}

/** @throws RangeError unless its length is in range */
export function checkLeaseOwner(owner: string): void {
  if (owner.length < 1 || owner.length > MAX_OWNER_CHARS)
    throw new RangeError(`"owner" expected 1 to ${MAX_OWNER_CHARS} characters, got ${owner.length}`);
}

/**
 * Fence of the next taking. It is no less than the time, so that it grows also where the last one was lost: Redis' replica
 * may lack the newest writes when it takes over, and so may a database after a power cut. The script take-lease-1 does the same.
 * @param last - fence of the last taking; undefined if none is known
 * @param nowMs - the store's time, ms since the epoch
 */
export function nextFence(last: number | undefined, nowMs: number): number {
  return Math.max((last ?? 0) + 1, Math.floor(nowMs));
}
