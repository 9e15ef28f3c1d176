/**
 * A pool with three miners that has found blocks and credited them, over books in memory.
 * @module
 */
import type { AcknowledgedShares } from '../../audit/work-log-text.js';
import { INTERVAL_MS } from '../../pool/settlement/interval.js';
import { addressOfLockupScript } from '../../protocol/address.js';
import { hexToBytes } from '../../protocol/bytes.js';
import { accountKey, SettlementWorld } from './settlement-world.js';

const ALPH = 10n ** 18n;
const SLICE_MS = 10_000;

/** Expected hashes of each block's target. */
export const EXPECTED = 30_000n;

/** Time for which a reward is locked, ms. */
export const LOCK_MS = 30_000_000;

export interface SettledOptions {
  /** Each is of five blocks, found within a quarter of an hour. */
  readonly runs: number;
  /** Whether the pool writes down a share of the first miner: all unless said. */
  readonly counts?: (share: number) => boolean;
  /** When it begins, the start of an interval, ms since the epoch. */
  readonly startMs?: number;
}

export interface SettledWorld {
  readonly world: SettlementWorld;
  /** What the first miner was told that counts. */
  readonly shares: readonly AcknowledgedShares[];
  /** Of all blocks, in the order in which they were found. */
  readonly hashes: readonly string[];
  /** When each was found, ms since the epoch. */
  readonly foundMs: readonly number[];
}

/** The address of an account. */
export function addressOfKey(key: string): string {
  return addressOfLockupScript(hexToBytes(key)).text;
}

/** What the block with this place among those of its run brings, attoALPH. */
export function rewardOfBlock(place: number): bigint {
  return 3n * ALPH + BigInt(place);
}

export async function settledWorld({
  runs,
  counts = () => true,
  startMs,
}: SettledOptions): Promise<SettledWorld> {
  const [one, two, three] = [1, 2, 3].map(accountKey) as [string, string, string];
  const world = new SettlementWorld();
  world.nowMs = startMs ?? world.nowMs;
  const settlement = await world.settle();
  const shares: AcknowledgedShares[] = [];
  const hashes: string[] = [];
  const foundMs: number[] = [];
  for (let run = 0; run < runs; run++) {
    const found: string[] = [];
    for (let slice = 0; slice < 100; slice++) {
      world.pass(4_000);
      if (counts(slice)) world.share(one, 1_000n);
      shares.push({ sentMs: world.nowMs - 50, answeredMs: world.nowMs + 50, work: 1_000n, count: 1 });
      world.share(two, 2_500n);
      if (slice % 7 === 0) world.share(three, 777n);
      world.pass(SLICE_MS - 4_000);
      if (slice % 20 !== 19) continue;
      found.push(world.find({ expected: EXPECTED, account: two }));
      foundMs.push(world.nowMs);
    }
    world.pass(2 * INTERVAL_MS);
    await world.settle(settlement);
    for (const [place, hash] of found.entries()) world.end(hash, {}, rewardOfBlock(place));
    await world.settle(settlement);
    world.pass(LOCK_MS);
    for (const hash of found) world.mature(hash);
    await world.settle(settlement);
    hashes.push(...found);
  }
  return { world, shares, hashes, foundMs };
}
