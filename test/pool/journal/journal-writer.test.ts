import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { SLICE_MS } from '../../../pool/core/batch.js';
import { difficultyOfWork } from '../../../pool/core/difficulty.js';
import { REJECT_REASON_NAMES } from '../../../pool/core/outcome.js';
import {
  MANY_SEGMENT_WORKERS,
  MAX_SEGMENT_BYTES,
  MAX_SEGMENT_WORKERS,
  YOUNG_SEGMENT_MS,
} from '../../../pool/journal/journal-writer.js';
import { MAX_COMMIT_BYTES } from '../../../pool/journal/record-buffer.js';
import {
  JOURNAL_ID,
  START_MS,
  testAccount,
  testBlock,
  testFolder,
  testHash,
  writerHarness,
} from '../../support/journal-writing.js';

const EASY = difficultyOfWork(16n);

test('a share comes out as it went in', (t) => {
  const harness = writerHarness(testFolder(t));
  const { writer } = harness;
  const worker = writer.worker(testAccount(1), 'rig');
  writer.target(5, testHash('target'));
  writer.share(worker, 5, difficultyOfWork(2n ** 84n), testHash(1));
  harness.nowMs += 123;
  assert.equal(writer.commit(), true);
  writer.close();
  const [batch] = harness.batches();
  assert.deepEqual(batch, {
    journal: JOURNAL_ID,
    number: 1,
    throughMs: START_MS + 123,
    workers: [
      {
        identity: { account: testAccount(1).key, name: 'rig' },
        address: testAccount(1).address,
        lastShareMs: START_MS + 123,
        bestHash: testHash(1),
        lastWork: 2n ** 84n,
        rejects: {},
      },
    ],
    slices: [
      {
        startMs: START_MS,
        entries: [{ worker: 0, chain: 5, shares: 1, work: 2n ** 84n, workSquared: 2n ** 168n }],
        targets: Array.from({ length: 16 }, (_, chain) => (chain === 5 ? testHash('target') : undefined)),
      },
    ],
    blocksFound: [],
    blockStates: [],
  });
  assert.deepEqual(
    harness.closed.map(({ number }) => number),
    [1],
  );
});

/** Something that a pool does with its journal. */
const operation = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      op: fc.constant('share' as const),
      worker: fc.nat(5),
      chain: fc.nat(15),
      work: fc.nat(3),
      hash: fc.nat(1000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('reject' as const),
      worker: fc.nat(5),
      reason: fc.nat(REJECT_REASON_NAMES.length - 1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('target' as const), chain: fc.nat(15), target: fc.nat(3) }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('block' as const), hash: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('state' as const), hash: fc.nat() }) },
  { weight: 5, arbitrary: fc.record({ op: fc.constant('commit' as const) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('wait' as const), ms: fc.nat(15_000) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('tick' as const) }) },
);

const WORKS = [16n, 17n, 2n ** 40n + 1n, 2n ** 84n].map(difficultyOfWork);

test('whatever is committed is in the batches, exactly, and nothing else', (t) => {
  const root = testFolder(t);
  let run = 0;
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
      const folder = `${root}/${run++}`;
      const harness = writerHarness(makeFolder(folder));
      const { writer } = harness;
      const expected = new Map<string, { shares: number; work: bigint; squares: bigint }>();
      const best = new Map<string, Buffer>();
      const rejects = new Map<string, number>();
      const blocks: string[] = [];
      const states: string[] = [];
      for (const step of operations) {
        switch (step.op) {
          case 'share': {
            // Two objects of the same work are the same difficulty.
            const difficulty =
              step.hash % 2 === 0 ? WORKS[step.work]! : difficultyOfWork(WORKS[step.work]!.work);
            writer.share(
              writer.worker(testAccount(step.worker), 'rig'),
              step.chain,
              difficulty,
              testHash(step.hash),
            );
            const key = `${testAccount(step.worker).key} ${step.chain}`;
            const sum = expected.get(key) ?? { shares: 0, work: 0n, squares: 0n };
            sum.shares += 1;
            sum.work += difficulty.work;
            sum.squares += difficulty.work ** 2n;
            expected.set(key, sum);
            const hash = Buffer.from(testHash(step.hash));
            const old = best.get(testAccount(step.worker).key);
            if (old === undefined || hash.compare(old) < 0) best.set(testAccount(step.worker).key, hash);
            break;
          }
          case 'reject': {
            const reason = REJECT_REASON_NAMES[step.reason]!;
            writer.reject(writer.worker(testAccount(step.worker), 'rig'), reason);
            const key = `${testAccount(step.worker).key} ${reason}`;
            rejects.set(key, (rejects.get(key) ?? 0) + 1);
            break;
          }
          case 'target':
            writer.target(step.chain, testHash(`target ${step.target}`));
            break;
          case 'block':
            writer.blockFound(testBlock(`${step.hash}`));
            blocks.push(`${step.hash}`);
            break;
          case 'state':
            writer.blockState({ hash: `${step.hash}`, state: 'accepted', atMs: 5 });
            states.push(`${step.hash}`);
            break;
          case 'commit':
            assert.equal(writer.commit(), true);
            break;
          case 'wait':
            harness.nowMs += step.ms;
            break;
          case 'tick':
            writer.tick();
            break;
        }
      }
      writer.close();
      const batches = harness.batches();
      assert.deepEqual(
        batches.map(({ number }) => number),
        harness.closed.map(({ number }) => number),
      );
      assert.deepEqual(
        batches.map(({ number }) => number),
        batches.map((_, i) => i + 1),
      );
      let throughMs = 0;
      const got = new Map<string, { shares: number; work: bigint; squares: bigint }>();
      const gotBest = new Map<string, Buffer>();
      const gotRejects = new Map<string, number>();
      for (const batch of batches) {
        assert.ok(batch.throughMs >= throughMs);
        for (const worker of batch.workers) {
          if (worker.lastShareMs !== undefined) assert.ok(worker.lastShareMs >= throughMs);
          const key = worker.identity.account;
          if (worker.bestHash !== undefined) {
            const old = gotBest.get(key);
            const hash = Buffer.from(worker.bestHash);
            if (old === undefined || hash.compare(old) < 0) gotBest.set(key, hash);
          }
          for (const [reason, count] of Object.entries(worker.rejects))
            gotRejects.set(`${key} ${reason}`, (gotRejects.get(`${key} ${reason}`) ?? 0) + count);
        }
        throughMs = batch.throughMs;
        assert.ok(batch.slices.length <= 1);
        for (const slice of batch.slices) {
          assert.equal(slice.startMs % SLICE_MS, 0);
          assert.ok(batch.throughMs <= slice.startMs + SLICE_MS);
          for (const entry of slice.entries) {
            const key = `${batch.workers[entry.worker]!.identity.account} ${entry.chain}`;
            const sum = got.get(key) ?? { shares: 0, work: 0n, squares: 0n };
            sum.shares += entry.shares;
            sum.work += entry.work;
            sum.squares += entry.workSquared;
            got.set(key, sum);
          }
        }
      }
      assert.deepEqual(sorted(got), sorted(expected));
      assert.deepEqual(sorted(gotBest), sorted(best));
      assert.deepEqual(sorted(gotRejects), sorted(rejects));
      assert.deepEqual(
        batches.flatMap(({ blocksFound }) => blocksFound.map(({ hash }) => hash)),
        blocks,
      );
      assert.deepEqual(
        batches.flatMap(({ blockStates }) => blockStates.map(({ hash }) => hash)),
        states,
      );
    }),
    { numRuns: 150 },
  );
});

test('a segment ends with its slice, without a further share', (t) => {
  const harness = writerHarness(testFolder(t));
  const { writer } = harness;
  writer.share(writer.worker(testAccount(1), ''), 0, EASY, testHash(1));
  writer.commit();
  harness.nowMs += SLICE_MS - 1;
  writer.tick();
  assert.equal(harness.closed.length, 0);
  harness.nowMs += 1;
  writer.tick();
  assert.equal(harness.closed.length, 1);
  assert.equal(harness.batches()[0]!.throughMs, START_MS + SLICE_MS);
});

test('slices without a share make no segments, and are told of', (t) => {
  const harness = writerHarness(testFolder(t));
  const { writer } = harness;
  writer.tick();
  writer.target(1, testHash(1));
  assert.equal(writer.commit(), true);
  harness.nowMs += SLICE_MS;
  writer.tick();
  writer.tick();
  assert.deepEqual(harness.through, [
    { throughMs: START_MS, number: 0 },
    { throughMs: START_MS + SLICE_MS, number: 0 },
  ]);
  assert.deepEqual(readdirSync(harness.folder), []);
  // What follows is not before what was told, even if the clock goes back.
  harness.nowMs -= 15_000;
  writer.share(writer.worker(testAccount(1), ''), 0, EASY, testHash(1));
  writer.commit();
  writer.close();
  assert.equal(harness.batches()[0]!.slices[0]!.startMs, START_MS + SLICE_MS);
});

test('a share that is committed beyond the end of its slice counts within it', (t) => {
  const harness = writerHarness(testFolder(t));
  const { writer } = harness;
  harness.nowMs += SLICE_MS - 1;
  writer.share(writer.worker(testAccount(1), ''), 0, EASY, testHash(1));
  harness.nowMs += 30;
  writer.tick();
  assert.equal(writer.commit(), true);
  writer.tick();
  assert.equal(harness.batches()[0]!.workers[0]!.lastShareMs, START_MS + SLICE_MS - 1);
});

test('a block closes the segment with the next tick', (t) => {
  const harness = writerHarness(testFolder(t));
  const { writer } = harness;
  writer.blockFound(testBlock('ab'));
  writer.tick();
  assert.equal(harness.closed.length, 0);
  writer.commit();
  writer.tick();
  assert.deepEqual(harness.batches()[0]!.blocksFound, [testBlock('ab')]);
  writer.share(writer.worker(testAccount(1), ''), 0, EASY, testHash(1));
  writer.commit();
  writer.tick();
  assert.equal(harness.closed.length, 1, 'and only that one');
});

test('a segment with many workers is closed: soon, or when it is 2 s old', (t) => {
  const harness = writerHarness(testFolder(t));
  const { writer } = harness;
  const addTo = (workers: number): void => {
    for (let n = 0; n < workers; n++) {
      writer.share(writer.worker(testAccount(n), 'rig'), 0, EASY, testHash(1));
      writer.commit();
    }
  };
  addTo(MAX_SEGMENT_WORKERS);
  assert.equal(harness.closed.length, 0);
  addTo(1);
  assert.equal(harness.closed.length, 1);
  addTo(MANY_SEGMENT_WORKERS);
  harness.nowMs += YOUNG_SEGMENT_MS - 1;
  writer.tick();
  assert.equal(harness.closed.length, 1);
  harness.nowMs += 1;
  writer.tick();
  assert.equal(harness.closed.length, 2);
});

test('a segment that is long is closed', (t) => {
  const harness = writerHarness(testFolder(t));
  const { writer } = harness;
  const hash = testHash(2);
  const worker = writer.worker(testAccount(1), 'rig');
  for (let bytes = 0; bytes < MAX_SEGMENT_BYTES; bytes += 70_000) {
    for (let n = 0; n < 10_000; n++) writer.share(worker, 0, EASY, hash);
    writer.commit();
  }
  writer.share(worker, 0, EASY, hash);
  writer.commit();
  assert.equal(harness.closed.length, 1);
  assert.ok(harness.closed[0]!.bytes < MAX_SEGMENT_BYTES + 100_000);
});

test('a commit that is too long is refused whole, and the next one counts', (t) => {
  const harness = writerHarness(testFolder(t));
  const { writer } = harness;
  writer.share(writer.worker(testAccount(1), ''), 0, EASY, testHash(1));
  assert.equal(writer.commit(), true);
  writer.share(writer.worker(testAccount(2), ''), 0, difficultyOfWork(99n), testHash(1));
  writer.blockFound(testBlock('big', { txsBlob: 'a'.repeat(MAX_COMMIT_BYTES) }));
  assert.equal(writer.commit(), false);
  assert.deepEqual(harness.events, [{ type: 'blockUnrecorded', hash: 'big' }]);
  assert.equal(writer.writable, true);
  writer.share(writer.worker(testAccount(2), ''), 0, difficultyOfWork(99n), testHash(1));
  assert.equal(writer.commit(), true);
  writer.close();
  assert.deepEqual(
    harness.batches().map(({ workers, slices }) => [workers.length, slices[0]!.entries[0]!.work]),
    [
      [1, 16n],
      [1, 99n],
    ],
  );
});

test('another form of the address of an account is told, as the same worker', (t) => {
  const harness = writerHarness(testFolder(t));
  const { writer } = harness;
  const worker = writer.worker(testAccount(1, 0), 'rig');
  writer.share(worker, 0, EASY, testHash(1));
  assert.equal(writer.worker(testAccount(1, 2), 'rig'), worker);
  writer.share(worker, 0, EASY, testHash(2));
  writer.commit();
  writer.close();
  const [batch] = harness.batches();
  assert.equal(batch!.workers.length, 1);
  assert.equal(batch!.workers[0]!.address, testAccount(1, 2).address);
  assert.equal(batch!.slices[0]!.entries[0]!.shares, 2);
});

test('a worker that all have released leaves its number to another one', (t) => {
  const harness = writerHarness(testFolder(t));
  const { writer } = harness;
  const first = writer.worker(testAccount(1), 'rig');
  assert.equal(writer.worker(testAccount(1), 'rig'), first);
  writer.share(first, 0, EASY, testHash(1));
  writer.commit();
  writer.releaseWorker(first);
  assert.notEqual(writer.worker(testAccount(2), 'rig'), first);
  writer.releaseWorker(first);
  assert.throws(() => writer.releaseWorker(first), RangeError);
  assert.throws(() => writer.share(first, 0, EASY, testHash(1)), RangeError);
  assert.equal(writer.worker(testAccount(3), 'rig'), first);
  assert.equal(writer.workers, 2);
  writer.share(first, 0, EASY, testHash(2));
  writer.commit();
  writer.close();
  const [batch] = harness.batches();
  assert.deepEqual(
    batch!.workers.map(({ identity, bestHash }) => [identity.account, bestHash]),
    [
      [testAccount(1).key, testHash(1)],
      [testAccount(3).key, testHash(2)],
    ],
  );
});

function makeFolder(path: string): string {
  mkdirSync(path);
  return path;
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
