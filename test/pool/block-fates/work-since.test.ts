import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { workSince } from '../../../pool/block-fates/work-since.js';
import type { Store } from '../../../pool/ports/store.js';
import { batchOf, blockOf } from '../../support/batches.js';
import { embeddedStoreLab } from '../../support/embedded-store-lab.js';
import { seededRandom } from '../../support/seeded-random.js';

const SLICE = 10_000;
const DAY = 86_400_000;
const A = '00000000000000a1';

/** Shares at some times, each of a work of its own; blocks at others. */
async function openStore(
  t: TestContext,
  shares: readonly number[],
  finds: readonly number[],
): Promise<Store> {
  const lab = await embeddedStoreLab();
  t.after(() => lab.close());
  const store = await lab.open();
  await store.apply(
    batchOf(
      A,
      1,
      shares.map((timeMs, i) => ({ account: 'aa', timeMs, work: BigInt(i + 1) ** 3n })),
      { blocksFound: finds.map((foundMs, i) => blockOf(i, foundMs)) },
    ),
  );
  return store;
}

test('work between finds is exact to slices, over slices, ten minutes and days', async (t) => {
  const random = seededRandom(7);
  const shares = Array.from({ length: 2_000 }, () => Math.floor(random() * 3.2 * DAY));
  const finds = [0, 5, 9_999, 10_000, 600_000, 601_000, DAY - 1, DAY + 5 * SLICE, 3.1 * DAY].map(Math.floor);
  const store = await openStore(t, shares, finds);
  let fromMs = 0;
  for (const foundMs of finds) {
    const toMs = (Math.floor(foundMs / SLICE) + 1) * SLICE;
    const expected = shares.reduce(
      (sum, timeMs, i) => (timeMs >= fromMs && timeMs < toMs ? sum + BigInt(i + 1) ** 3n : sum),
      0n,
    );
    assert.equal(await workSince(store, foundMs), expected, `${foundMs}`);
    fromMs = toMs;
  }
});

test('finds that were refused do not count', async (t) => {
  const store = await openStore(t, [5_000, 15_000, 25_000], [6_000, 16_000, 26_000]);
  assert.equal(await workSince(store, 26_000), 27n);
  const { hash } = blockOf(1, 0);
  await store.apply(batchOf(A, 2, [], { blockStates: [{ hash, state: 'refused', atMs: 1 }] }));
  assert.equal(await workSince(store, 26_000), 35n);
});
