import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { SLICE_MS } from '../../../pool/domain/batch.js';
import { difficultyOfWork } from '../../../pool/domain/difficulty.js';
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
