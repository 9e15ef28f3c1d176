/**
 * Leases of extranonce blocks in Redis. A block's score is the end of its lease or when it was given back: it is free
 * from then on, and has rested since.
 * @module
 */
import type { ExtranonceLease } from '../../ports/store.js';
import type { StoreKeys } from './keys.js';
import type { RedisLink } from './redis-link.js';

/** @param blocks - number of blocks that there are */
export async function leaseExtranonces(
  link: RedisLink,
  keys: StoreKeys,
  blocks: number,
  owner: string,
  count: number,
  ttlMs: number,
): Promise<readonly ExtranonceLease[]> {
  const args = [owner, count, ttlMs, blocks];
  const answer = (await link.script('lease-extranonces-2', keysOf(keys), args)) as string[];
  return Array.from({ length: answer.length / 3 }, (_, i) => ({
    block: Number(answer[3 * i]),
    releasedMs: answer[3 * i + 1] === '' ? undefined : Number(answer[3 * i + 1]),
    expiresMs: Number(answer[3 * i + 2]),
  }));
}

/** A lease that ran out is renewed too, as long as nobody else has taken the block. */
export async function renewExtranonces(
  link: RedisLink,
  keys: StoreKeys,
  owner: string,
  blocks: readonly number[],
  ttlMs: number,
): Promise<readonly number[]> {
  return (await link.script('renew-extranonces-2', keysOf(keys), [owner, ttlMs, ...blocks])) as number[];
}

export async function releaseExtranonces(
  link: RedisLink,
  keys: StoreKeys,
  owner: string,
  blocks: readonly number[],
): Promise<void> {
  await link.script('release-extranonces-2', keysOf(keys), [owner, ...blocks]);
}

export async function releaseAllExtranonces(link: RedisLink, keys: StoreKeys, owner: string): Promise<void> {
  await link.script('release-all-extranonces-2', keysOf(keys), [owner]);
}

function keysOf({ extranonces, extranonceOwners }: StoreKeys): readonly string[] {
  return [extranonces, extranonceOwners];
}
