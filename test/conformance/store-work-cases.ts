import assert from 'node:assert/strict';
import { batchOf, hashOf, type TestShare } from '../support/batches.js';
import type { StoreCase } from './store-conformance.js';
import { A, B, share, workThreeTimes } from './store-shares.js';

/** What becomes of shares: sums, and what is kept of each worker. */
export const workCases: readonly StoreCase[] = [
  [
    '24 hours at 1 EH/s are summed exactly',
    async (_lab, store) => {
      // Odd, so that nothing that rounds can hit it: some 10^19 hashes in each slice of ten seconds.
      const work = 10n ** 19n + 12_345_677n;
      let number = 0;
      for (let hour = 0; hour < 24; hour++)
        await store.apply(
          batchOf(
            A,
            ++number,
            Array.from({ length: 360 }, (_, i) => share(work, hour * 3_600_000 + i * 10_000)),
          ),
        );
      const expected = work * 8640n;
      assert.ok(expected > 2n ** 76n);
      assert.deepEqual(await workThreeTimes(store), [expected, expected, expected]);
      const slices = await store.slices(0, 86_400_000);
      const squares = slices.flatMap(({ entries }) => entries).reduce((sum, e) => sum + e.workSquared, 0n);
      assert.equal(squares, work * work * 8640n);
      const [day] = await store.series({ of: 'pool' }, 86_400_000, 0, 86_400_000);
      assert.deepEqual(day, { startMs: 0, shares: 8640, work: expected, workers: 1 });
      const account = await store.series({ of: 'account', account: 'aa' }, 600_000, 0, 86_400_000);
      assert.equal(account.length, 144);
      assert.equal(
        account.reduce((sum, point) => sum + point.work, 0n),
        expected,
      );
    },
  ],
  [
    'limbs carry: sums of works around 2^32, 2^53, 2^63, 2^64 and 2^84',
    async (_lab, store) => {
      const works = [32n, 33n, 53n, 63n, 64n, 83n, 84n].flatMap((bits) => [
        2n ** bits - 1n,
        2n ** bits,
        2n ** bits + 1n,
      ]);
      let sum = 0n;
      for (const [i, work] of works.entries()) {
        sum += work * 3n;
        await store.apply(batchOf(A, i + 1, [share(work), share(work), share(work)]));
        assert.deepEqual(await workThreeTimes(store), [sum, sum, sum]);
        assert.equal((await store.worker({ account: 'aa', name: 'rig' }))?.lastWork, work);
      }
      const slices = await store.slices(0, 20_000);
      assert.deepEqual(
        slices.map(({ entries }) => entries[0]!.workSquared),
        works.map((work) => 3n * work * work),
      );
    },
  ],
  [
    "a worker's last share, best share and address, in whatever order journals come",
    async (_lab, store) => {
      const at = (timeMs: number, work: bigint, hash: number, address: string): TestShare => ({
        account: 'aa',
        name: 'rig',
        timeMs,
        work,
        hash,
        address,
      });
      await store.apply(batchOf(A, 1, [at(55_000, 500n, 9, 'first')]));
      const id = (await store.worker({ account: 'aa', name: 'rig' }))!.id;
      await store.apply(batchOf(B, 1, [at(25_000, 300n, 3, 'older')]));
      assert.deepEqual(await store.worker({ account: 'aa', name: 'rig' }), {
        id,
        identity: { account: 'aa', name: 'rig' },
        address: 'first',
        firstShareMs: 20_000,
        lastShareMs: 55_000,
        bestHash: hashOf(3),
        lastWork: 500n,
        shares: 2,
        work: 800n,
        rejects: {},
      });
      await store.apply(batchOf(A, 2, [at(65_000, 2n ** 70n, 200, 'newest, and longer than the first')]));
      const worker = await store.worker({ account: 'aa', name: 'rig' });
      assert.equal(worker?.address, 'newest, and longer than the first');
      assert.equal(worker.lastWork, 2n ** 70n);
      assert.deepEqual(worker.bestHash, hashOf(3));
      await store.apply(batchOf(A, 3, [at(75_000, 16n, 200, 'short')]));
      assert.equal((await store.worker({ account: 'aa', name: 'rig' }))?.address, 'short');
    },
  ],
  [
    'rejects are counted by reason; those of a worker without any accepted share are dropped',
    async (_lab, store) => {
      const stale = { account: 'aa', name: 'rig', reason: 'stale', count: 3 } as const;
      await store.apply(batchOf(A, 1, [], { rejects: [stale] }));
      assert.equal(await store.worker({ account: 'aa', name: 'rig' }), undefined);
      assert.deepEqual(await store.workersOf('aa', { offset: 0, limit: 10 }), []);
      await store.apply(batchOf(A, 2, [share(16n)], { rejects: [stale] }));
      await store.apply(
        batchOf(A, 3, [], { rejects: [stale, { account: 'aa', name: 'rig', reason: 'unrecorded' }] }),
      );
      const worker = await store.worker({ account: 'aa', name: 'rig' });
      assert.deepEqual(worker?.rejects, { stale: 6, unrecorded: 1 });
      assert.deepEqual([worker.shares, worker.work, worker.lastShareMs], [1, 16n, 10_000]);
    },
  ],
  [
    'names are bytes, not patterns or paths',
    async (_lab, store) => {
      const names = ['__proto__', 'constructor', 'a', 'A', 'a.', '..', '_', '-', '', '0', '1', '01'];
      await store.apply(
        batchOf(
          A,
          1,
          names.map((name, i) => share(BigInt(16 + i), 10_000, name)),
        ),
      );
      for (const [i, name] of names.entries())
        assert.equal((await store.worker({ account: 'aa', name }))?.work, BigInt(16 + i), name);
      assert.equal(await store.worker({ account: 'a', name: 'a' }), undefined);
      assert.equal(await store.worker({ account: 'aa', name: 'b' }), undefined);
    },
  ],
  [
    "workers beyond an account's limit are summed under one name, and nothing is lost",
    async (lab) => {
      const store = await lab.open({ maxWorkersOfAccount: 3 });
      const names = Array.from({ length: 8 }, (_, i) => `w${i}`);
      const bring = (number: number): Promise<unknown> =>
        store.apply(
          batchOf(
            A,
            number,
            names.map((name, i) => ({ ...share(2n ** BigInt(i + 4), 10_000 + i, name), hash: 100 - i })),
            { rejects: [{ account: 'aa', name: 'w7', reason: 'stale' }] },
          ),
        );
      await bring(1);
      await bring(2);
      const workers = await store.workersOf('aa', { offset: 0, limit: 10 });
      assert.deepEqual(
        workers.map(({ identity, shares, work }) => [identity.name, shares, work]),
        [
          ['*', 10, 2n * (2n ** 12n - 2n ** 7n)],
          ['w0', 2, 32n],
          ['w1', 2, 64n],
          ['w2', 2, 128n],
        ],
      );
      const [overflow] = workers;
      assert.deepEqual(overflow?.bestHash, hashOf(93));
      assert.deepEqual([overflow.lastShareMs, overflow.lastWork], [10_007, 2n ** 11n]);
      const entries = (await store.slices(0, 20_000)).map((slice) =>
        slice.entries.find((e) => e.worker === overflow.id),
      );
      const squares = [7, 8, 9, 10, 11].reduce((sum, bits) => sum + 4n ** BigInt(bits), 0n);
      for (const entry of entries) {
        assert.deepEqual(
          [entry?.shares, entry?.work, entry?.workSquared],
          [5, 2n ** 12n - 2n ** 7n, squares],
        );
      }
    },
  ],
  [
    'a batch of 10,000 workers, some on 16 chains, is applied wholly',
    async (_lab, store) => {
      const shares = Array.from({ length: 10_000 }, (_, i) =>
        Array.from({ length: i % 100 === 0 ? 16 : 1 }, (_, chain) => ({
          account: `a${i % 7}`,
          name: `w${i}`,
          timeMs: 10_000,
          chain,
          work: 1000n + BigInt(i),
        })),
      ).flat();
      assert.equal(await store.apply(batchOf(A, 1, shares)), 'applied');
      const expected = shares.reduce((sum, { work }) => sum + work, 0n);
      const [pool] = await store.series({ of: 'pool' }, 600_000, 0, 600_000);
      assert.deepEqual(pool, { startMs: 0, shares: shares.length, work: expected, workers: 10_000 });
      const [slice] = await store.slices(0, 20_000);
      assert.equal(slice?.entries.length, shares.length);
      const ids = slice.entries.map(({ worker }) => worker);
      const workers = await store.workersById([...new Set(ids)]);
      assert.equal(
        workers.reduce((sum, { work }) => sum + work, 0n),
        expected,
      );
    },
  ],
];
