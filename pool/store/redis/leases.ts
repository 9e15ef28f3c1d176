/**
 * Leases of tasks in Redis.
 * @module
 */
import type { LeaseName, TaskLease } from '../../ports/task-leases.js';
import { checkLeaseOwner, checkLeaseTtl } from '../task-leases.js';
import type { StoreKeys } from './keys.js';
import type { RedisLink } from './redis-link.js';

/** @throws RangeError */
export async function takeLease(
  link: RedisLink,
  { leases }: Pick<StoreKeys, 'leases'>,
  name: LeaseName,
  owner: string,
  ttlMs: number,
): Promise<TaskLease | undefined> {
  checkLeaseOwner(owner);
  checkLeaseTtl(ttlMs);
  return leaseOf(await link.script('take-lease-1', [leases], [name, owner, ttlMs]));
}

/** @throws RangeError */
export async function renewLease(
  link: RedisLink,
  { leases }: Pick<StoreKeys, 'leases'>,
  name: LeaseName,
  fence: number,
  ttlMs: number,
): Promise<TaskLease | undefined> {
  checkLeaseTtl(ttlMs);
  return leaseOf(await link.script('renew-lease-1', [leases], [name, fence, ttlMs]));
}

export async function releaseLease(
  link: RedisLink,
  { leases }: Pick<StoreKeys, 'leases'>,
  name: LeaseName,
  fence: number,
): Promise<void> {
  await link.script('release-lease-1', [leases], [name, fence]);
}

/** @param answer - fence and end, or null */
function leaseOf(answer: unknown): TaskLease | undefined {
  if (answer === null) return undefined;
  const [fence, expiresMs] = answer as [string, string];
  return { fence: Number(fence), expiresMs: Number(expiresMs) };
}
