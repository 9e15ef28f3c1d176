import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { boundsOf, type ClaimedWindow, isShort, SLICE_MS } from '../../audit/acknowledged-work.js';
import type { RunWindow } from '../../audit/audit-run.js';
import type { AcknowledgedShares } from '../../audit/work-log-text.js';
import { findsBySlice, pplnsWindow, workIn } from '../../pool/credit/windows.js';
import { seededRandom } from '../support/seeded-random.js';

/** The miner's clock is that of the pool and this, ms. */
const TOLERANCE_MS = 5_000;

interface Mined {
  /** Times of shares on the pool's clock, and what others did in the same slices. */
  readonly shares: readonly { readonly atMs: number; readonly latencyMs: number; readonly work: bigint }[];
  readonly windows: readonly RunWindow[];
}

/** A miner with a tenth of a pool, and the pool's PPLNS windows: of a pool that finds a block every `finds` ms. */
function mined(random: () => number, seconds: number, findsMs: number): Mined {
  const shares = Array.from({ length: seconds / 4 }, (_, i) => ({
    atMs: i * 4_000 + Math.floor(random() * 4_000),
    latencyMs: Math.floor(random() * 300),
    work: 1_000_000n,
  }));
  const slices = Array.from({ length: seconds / 10 }, (_, i) => ({
    startMs: i * SLICE_MS,
    total: 25_000_000n + BigInt(Math.floor(random() * 1_000_000)),
  }));
  const expectedHashes = BigInt(Math.floor((findsMs / SLICE_MS) * 25_000_000));
  const finds = Array.from({ length: Math.floor((seconds * 1_000) / findsMs) }, (_, i) => ({
    hash: i.toString(16).padStart(64, '0'),
    foundMs: Math.floor(random() * seconds * 1_000),
    expectedHashes,
  }));
  const windows = findsBySlice(finds).map((group): RunWindow => {
    const { fromMs, toMs, oldest } = pplnsWindow(group, slices);
    return { fromMs, toMs, ...oldest, total: 0n };
  });
  return { shares, windows };
}

/** What the pool counts: each share in the slice of its time, the oldest slice of a window in part. */
function claims({ shares, windows }: Mined, counts: (i: number) => boolean = () => true): ClaimedWindow[] {
  const slices = new Map<number, bigint>();
  for (const [i, { atMs, work }] of shares.entries()) {
    const startMs = atMs - (atMs % SLICE_MS);
    if (counts(i)) slices.set(startMs, (slices.get(startMs) ?? 0n) + work);
  }
  return windows.map((window) => {
    const { fromMs, toMs, part, of } = window;
    let work = 0n;
    for (const [sliceMs, done] of slices)
      work += workIn({ fromMs, toMs, oldest: { part, of } }, sliceMs, done);
    return { window, work };
  });
}

function logOf({ shares }: Mined, offsetMs: number): AcknowledgedShares[] {
  return shares.map(({ atMs, latencyMs, work }) => ({
    sentMs: atMs - latencyMs + offsetMs,
    answeredMs: atMs + latencyMs + offsetMs,
    work,
    count: 1,
  }));
}

const worlds = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
  findsMs: fc.constantFrom(4_000, 15_000, 60_000, 300_000),
  offsetMs: fc.integer({ min: -TOLERANCE_MS, max: TOLERANCE_MS }),
});

test('an honest pool of any size is never short, wherever shares lie in slices, and whatever the clocks', () => {
  fc.assert(
    fc.property(worlds, ({ seed, findsMs, offsetMs }) => {
      const world = mined(seededRandom(seed), 1_800, findsMs);
      const bounds = boundsOf(claims(world), logOf(world, offsetMs), TOLERANCE_MS);
      assert.ok(
        !isShort(bounds, world.windows.length),
        JSON.stringify(bounds, (_, v) => `${v}`),
      );
      assert.ok(bounds.most + 1n >= bounds.claimed - BigInt(world.windows.length));
    }),
    { numRuns: 40 },
  );
});

test('a pool that leaves out every fourth share is caught, of any size', () => {
  fc.assert(
    fc.property(worlds, ({ seed, findsMs, offsetMs }) => {
      const world = mined(seededRandom(seed), 7_200, findsMs);
      const bounds = boundsOf(
        claims(world, (i) => i % 4 !== 0),
        logOf(world, offsetMs),
        TOLERANCE_MS,
      );
      assert.ok(
        isShort(bounds, world.windows.length),
        JSON.stringify({ findsMs, ...bounds }, (_, v) => (typeof v === 'bigint' ? `${v}` : v)),
      );
    }),
    { numRuns: 12 },
  );
});

test('a small pool that leaves out a tenth is caught', () => {
  const world = mined(seededRandom(7), 7_200, 300_000);
  const bounds = boundsOf(
    claims(world, (i) => i % 10 !== 0),
    logOf(world, 2_000),
    TOLERANCE_MS,
  );
  assert.ok(isShort(bounds, world.windows.length));
});

test('a share whose answer came late may be in any slice until then, and a log without shares proves nothing', () => {
  const window: RunWindow = { fromMs: 100_000, toMs: 110_000, part: 1n, of: 1n, total: 1n };
  const share = (sentMs: number, answeredMs: number) => ({ sentMs, answeredMs, work: 100n, count: 1 });
  const bounds = (...shares: AcknowledgedShares[]) => boundsOf([{ window, work: 0n }], shares, 0);
  assert.deepEqual(bounds(share(102_000, 108_000)), { least: 100n, most: 100n, claimed: 0n });
  assert.deepEqual(bounds(share(102_000, 112_000)), { least: 0n, most: 100n, claimed: 0n });
  assert.deepEqual(bounds(share(112_000, 113_000)), { least: 0n, most: 0n, claimed: 0n });
  assert.deepEqual(bounds(), { least: 0n, most: 0n, claimed: 0n });
});
