import assert from 'node:assert/strict';
import type { Store } from '../../pool/core/store.js';
import { batchOf, hashOf, type TestShare } from '../support/batches.js';
import type { StoreCase } from './store-conformance.js';

const A = '00000000000000a1';
const B = '00000000000000b2';
const share = (work: bigint, timeMs = 10_000, name = 'rig'): TestShare => ({
  account: 'aa',
  name,
  timeMs,
  work,
});

/** Work of one worker by its total, by all slices, and by the pool's chart: they must agree. */
async function workThreeTimes(store: Store, name = 'rig'): Promise<[bigint, bigint, bigint]> {
  const worker = await store.worker({ account: 'aa', name });
  const slices = await store.slices(0, Number.MAX_SAFE_INTEGER);
  const entries = slices.flatMap((slice) => slice.entries).filter((entry) => entry.worker === worker?.id);
  const series = await store.series(
    { of: 'worker', identity: { account: 'aa', name } },
    86_400_000,
    0,
    86_400_000,
  );
  const sum = (works: readonly bigint[]): bigint => works.reduce((a, b) => a + b, 0n);
  return [worker?.work ?? 0n, sum(entries.map(({ work }) => work)), sum(series.map(({ work }) => work))];
}

/** What batches do, and what they don't do twice. */
export const applyCases: readonly StoreCase[] = [
  [
    'a batch is applied once',
    async (_lab, store) => {
      const batch = batchOf(A, 1, [share(100n), share(50n)], { throughMs: 12_345 });
      assert.equal(await store.apply(batch), 'applied');
      assert.equal(await store.apply(batch), 'already');
      assert.equal(await store.apply(batch, true), 'already');
      assert.deepEqual(await workThreeTimes(store), [150n, 150n, 150n]);
      assert.deepEqual(await store.marks([A, B]), [
        { journal: A, number: 1, throughMs: 12_345, finished: false },
      ]);
    },
  ],
  [
    'a gap is refused, and taken when it is allowed',
    async (_lab, store) => {
      assert.equal(await store.apply(batchOf(A, 2, [share(16n)])), 'gap');
      assert.deepEqual(await store.marks([A]), []);
      assert.equal(await store.worker({ account: 'aa', name: 'rig' }), undefined);
      assert.equal(await store.apply(batchOf(A, 1, [share(16n)])), 'applied');
      assert.equal(await store.apply(batchOf(A, 4, [share(16n)])), 'gap');
      assert.equal(await store.apply(batchOf(A, 4, [share(64n)]), true), 'applied');
      assert.equal(await store.apply(batchOf(A, 3, [share(32n)])), 'already');
      assert.equal((await store.marks([A]))[0]?.number, 4);
      assert.deepEqual(await workThreeTimes(store), [80n, 80n, 80n]);
    },
  ],
  [
    'the same batch from two clients at once is applied once',
    async (lab, store) => {
      const beside = await lab.openBeside(store);
      for (let number = 1; number <= 20; number++) {
        const batch = batchOf(A, number, [share(1000n), share(24n, 10_000, `rig${number}`)]);
        const outcomes = await Promise.all(
          [store, beside, store, beside].map((client) => client.apply(batch)),
        );
        assert.deepEqual(outcomes.toSorted(), ['already', 'already', 'already', 'applied']);
      }
      assert.deepEqual(await workThreeTimes(store), [20_000n, 20_000n, 20_000n]);
      assert.equal((await store.workersOf('aa', { offset: 0, limit: 100 })).length, 21);
    },
  ],
  [
    'two clients that bring the same new worker give it one number',
    async (lab, store) => {
      const beside = await lab.openBeside(store);
      const names = Array.from({ length: 50 }, (_, i) => `w${i}`);
      const shares = names.map((name) => share(16n, 10_000, name));
      await Promise.all([
        store.apply(batchOf(A, 1, shares)),
        beside.apply(batchOf(B, 1, shares.toReversed())),
      ]);
      const workers = await store.workersOf('aa', { offset: 0, limit: 100 });
      assert.equal(new Set(workers.map(({ id }) => id)).size, 50);
      for (const worker of workers) assert.deepEqual([worker.shares, worker.work], [2, 32n]);
      for (const slice of await beside.slices(10_000, 20_000))
        assert.deepEqual(
          slice.entries.map(({ worker }) => worker).toSorted((a, b) => a - b),
          workers.map(({ id }) => id).toSorted((a, b) => a - b),
        );
    },
  ],
  [
    'two journals add to one slice',
    async (_lab, store) => {
      const target = (first: number): Uint8Array => new Uint8Array(32).fill(first, 3, 7);
      const targets = [undefined, target(1), ...Array.from({ length: 12 }, () => undefined), target(2)];
      await store.apply(
        batchOf(
          A,
          1,
          [
            { ...share(16n), chain: 3 },
            { ...share(17n), chain: 3 },
          ],
          { targets },
        ),
      );
      await store.apply(batchOf(B, 1, [{ ...share(64n), chain: 3 }, share(18n, 20_000)]));
      const id = (await store.worker({ account: 'aa', name: 'rig' }))!.id;
      const all = Array.from({ length: 16 }, (_, chain) => targets[chain]);
      const none = Array.from({ length: 16 }, () => undefined);
      const entry = { worker: id, chain: 3, shares: 1 };
      assert.deepEqual(await store.slices(10_000, 20_000), [
        {
          startMs: 10_000,
          journal: A,
          number: 1,
          entries: [{ ...entry, shares: 2, work: 33n, workSquared: 256n + 289n }],
          targets: all,
        },
        {
          startMs: 10_000,
          journal: B,
          number: 1,
          entries: [{ ...entry, work: 64n, workSquared: 4096n }],
          targets: none,
        },
      ]);
      assert.equal((await store.slices(10_000, 20_001)).length, 3);
      assert.equal((await store.slices(10_001, 20_000)).length, 0);
    },
  ],
  [
    'a journal may add to a slice by several batches',
    async (_lab, store) => {
      for (let number = 1; number <= 12; number++)
        await store.apply(batchOf(A, number, [share(BigInt(number))]));
      const slices = await store.slices(0, 20_000);
      assert.deepEqual(
        slices.map(({ entries }) => entries[0]!.work),
        Array.from({ length: 12 }, (_, i) => BigInt(i + 1)),
      );
    },
  ],
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
    'journals report how far they are, and never go back',
    async (_lab, store) => {
      assert.deepEqual(await store.journals(), []);
      assert.deepEqual(await store.marks([]), []);
      await store.reportThrough(B, 5_000, false);
      await store.reportThrough(B, 4_000, false);
      assert.deepEqual(await store.journals(), [
        { journal: B, number: 0, throughMs: 5_000, finished: false },
      ]);
      await store.apply(batchOf(B, 1, [share(16n)], { throughMs: 3_000 }));
      await store.reportThrough(B, 9_000, true);
      await store.reportThrough(B, 9_500, false);
      await store.reportThrough(A, 1_750_000_000_000, false);
      const marks = await store.journals();
      assert.deepEqual(
        marks.toSorted((a, b) => (a.journal < b.journal ? -1 : 1)),
        [
          { journal: A, number: 0, throughMs: 1_750_000_000_000, finished: false },
          { journal: B, number: 1, throughMs: 9_500, finished: true },
        ],
      );
      assert.equal(await store.apply(batchOf(A, 1, [share(16n)])), 'applied');
      assert.equal((await store.marks([A]))[0]?.throughMs, 1_750_000_000_000);
    },
  ],
  [
    'an empty batch moves the mark',
    async (_lab, store) => {
      assert.equal(await store.apply(batchOf(A, 1, [], { throughMs: 77 })), 'applied');
      assert.deepEqual(await store.marks([A]), [{ journal: A, number: 1, throughMs: 77, finished: false }]);
      assert.deepEqual(await store.slices(0, Number.MAX_SAFE_INTEGER), []);
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
