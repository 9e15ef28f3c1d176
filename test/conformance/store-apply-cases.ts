import assert from 'node:assert/strict';
import { batchOf } from '../support/batches.js';
import type { StoreCase } from './store-conformance.js';
import { A, B, share, workThreeTimes } from './store-shares.js';

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
];
