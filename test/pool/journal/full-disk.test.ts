import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { difficultyOfWork } from '../../../pool/domain/difficulty.js';
import { adoptJournals } from '../../../pool/journal/adopt-journals.js';
import { journalFile, listJournalFiles } from '../../../pool/journal/journal-folder.js';
import { openJournal } from '../../../pool/journal/open-journal.js';
import { readSegment } from '../../../pool/journal/read-segment.js';
import { FailingFiles } from '../../support/failing-files.js';
import { MISSING_SMALL_DISK, SmallDisk } from '../../support/full-disk.js';
import {
  Acknowledgements,
  accountOfWork,
  chainOfWork,
  startJournalProcess,
  sumsOfBatches,
} from '../../support/journal-kill.js';
import {
  testAccount,
  testFolder,
  testHash,
  type WriterHarness,
  writerHarness,
} from '../../support/journal-writing.js';
import { skipWhen } from '../../support/requirement.js';
import { waitFor } from '../../support/wait.js';

const HASH = testHash(1);
const EASY = difficultyOfWork(16n);

/** Notes and commits some shares of their own work; tells what became of them. */
function commitShares(harness: WriterHarness, told: Acknowledgements, first: bigint, count: number): boolean {
  const { writer } = harness;
  const works = Array.from({ length: count }, (_, n) => first + BigInt(n));
  for (const work of works) {
    told.asked.add(work);
    writer.share(writer.worker(accountOfWork(work), 'rig'), chainOfWork(work), difficultyOfWork(work), HASH);
  }
  const done = writer.commit();
  for (const work of works) (done ? told.acknowledged : told.refused).add(work);
  return done;
}

for (const [what, spoil, mend] of [
  [
    'a full disk',
    (files: FailingFiles) => {
      files.room = 0;
    },
    (files: FailingFiles) => {
      files.room = Number.POSITIVE_INFINITY;
    },
  ],
  [
    'a disk that fills in the middle of a commit',
    (files: FailingFiles) => {
      files.room = 30;
    },
    (files: FailingFiles) => {
      files.room = Number.POSITIVE_INFINITY;
    },
  ],
  [
    'writing that fails',
    (files: FailingFiles) => files.failing.add('write'),
    (files: FailingFiles) => files.failing.clear(),
  ],
  [
    'writing that fails when all is written',
    (files: FailingFiles) => {
      files.failAfterwards = true;
      files.failing.add('write');
    },
    (files: FailingFiles) => {
      files.failAfterwards = false;
      files.failing.clear();
    },
  ],
  [
    'writing and cutting off that fail',
    (files: FailingFiles) => {
      files.failAfterwards = true;
      files.failing.add('write').add('truncate');
    },
    (files: FailingFiles) => {
      files.failAfterwards = false;
      files.failing.clear();
    },
  ],
  [
    'everything that fails',
    (files: FailingFiles) =>
      files.failing.add('write').add('truncate').add('remove').add('create').add('close'),
    (files: FailingFiles) => files.failing.clear(),
  ],
] as const) {
  for (const begun of [false, true]) {
    test(`${what}, ${begun ? 'within a segment' : 'before the first commit'}: refused shares never count, and it recovers`, (t) => {
      const files = new FailingFiles();
      const harness = writerHarness(testFolder(t), { files });
      const { writer } = harness;
      const told = new Acknowledgements();
      if (begun) assert.equal(commitShares(harness, told, 100n, 3), true);
      spoil(files);
      assert.equal(commitShares(harness, told, 200n, 3), false);
      assert.equal(writer.writable, false);
      assert.deepEqual(
        harness.events.map(({ type }) => type),
        ['unwritable'],
      );
      // Nothing is even tried until a second has passed.
      assert.equal(commitShares(harness, told, 300n, 3), false);
      for (let tries = 0; tries < 3; tries++) {
        harness.nowMs += 1000;
        writer.tick();
        assert.equal(writer.writable, false);
      }
      mend(files);
      writer.tick();
      assert.equal(writer.writable, false, 'tried a moment ago');
      harness.nowMs += 1000;
      writer.tick();
      assert.equal(writer.writable, true);
      assert.equal(commitShares(harness, told, 400n, 3), true);
      writer.close();
      told.check(sumsOfBatches(harness.batches()));
      assert.equal(told.acknowledged.size, begun ? 6 : 3);
      assert.deepEqual(
        harness.batches().map(({ number }) => number),
        begun ? [1, 2] : [1],
      );
      assert.deepEqual(
        harness.events.map(({ type }) => type),
        ['unwritable', 'writable'],
      );
      assert.ok(harness.segments.writeErrors > 0);
      assert.deepEqual(readdirSync(harness.folder).length, begun ? 2 : 1, 'nothing else is left');
    });
  }
}

test('whatever fails and whenever: what was acknowledged counts, what was refused does not', (t) => {
  const root = testFolder(t);
  let run = 0;
  const step = fc.record({
    room: fc.option(fc.nat(200), { nil: Number.POSITIVE_INFINITY, freq: 2 }),
    failing: fc.subarray(['create', 'write', 'truncate', 'close', 'remove'] as const),
    fails: fc.boolean(),
    shares: fc.nat(4),
    waitMs: fc.nat(6000),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const folder = join(root, `${run++}`);
      mkdirSync(folder);
      const files = new FailingFiles();
      const harness = writerHarness(folder, { files });
      const told = new Acknowledgements();
      let work = 16n;
      for (const { room, failing, fails, shares, waitMs } of steps) {
        files.room = room;
        files.failing.clear();
        if (fails) for (const operation of failing) files.failing.add(operation);
        commitShares(harness, told, work, shares);
        work += 10n;
        harness.nowMs += waitMs;
        harness.writer.tick();
      }
      files.room = Number.POSITIVE_INFINITY;
      files.failing.clear();
      harness.nowMs += 1000;
      harness.writer.tick();
      assert.equal(harness.writer.writable, true);
      harness.writer.close();
      told.check(sumsOfBatches(harness.batches()));
      assert.deepEqual(
        harness.batches().map(({ number }) => number),
        harness.closed.map(({ number }) => number),
      );
    }),
    { numRuns: 100 },
  );
});

test('at the limit shares are refused until the store has caught up', (t) => {
  const harness = writerHarness(testFolder(t), { maxUnconfirmedBytes: 20_000 });
  const { writer, segments } = harness;
  const told = new Acknowledgements();
  let work = 16n;
  while (writer.writable) {
    assert.equal(commitShares(harness, told, work, 10), true);
    work += 10n;
    assert.ok(work < 10_000n);
  }
  assert.ok(segments.unconfirmedBytes >= 20_000 && segments.unconfirmedBytes < 21_000);
  assert.equal(commitShares(harness, told, work, 1), false);
  assert.deepEqual(
    harness.events.map((event) => event.type === 'unwritable' && event.reason),
    ['limit'],
  );
  harness.nowMs += 10_000;
  writer.tick();
  assert.equal(writer.writable, false, 'closed, but not stored');
  // The recorder has made a batch of it, which is smaller.
  segments.progress({ taken: harness.closed.length, unconfirmedBytes: 19_000 });
  assert.equal(writer.writable, false, 'barely');
  segments.progress({ taken: harness.closed.length, unconfirmedBytes: 18_000 });
  assert.equal(writer.writable, true);
  assert.equal(commitShares(harness, told, work + 10n, 1), true);
  writer.close();
  told.check(sumsOfBatches(harness.batches()));
  assert.deepEqual(
    harness.events.map(({ type }) => type),
    ['unwritable', 'writable'],
  );
});

test('a process that may write no longer files refuses, and goes on in new ones', async (t) => {
  const folder = testFolder(t);
  const told = new Acknowledgements();
  // Blocks of 1024 bytes: the segment is full within some hundred commits; the try after a second has no room in it.
  const owner = await startJournalProcess(t, [folder, '16'], told, 'ulimit -f 32');
  await waitFor('refusals', () => told.refused.size > 20);
  await owner.kill();
  assert.ok(told.acknowledged.size > 100);
  assert.ok(owner.events.includes('unwritable'));
  const [adopted] = adoptJournals(folder);
  // It may have been killed when it had just begun a new one: that has no content.
  const batches = listJournalFiles(adopted!.path).flatMap(
    ({ number }) => readSegment(readFileSync(journalFile(adopted!.path, number, 'seg'))) ?? [],
  );
  told.check(sumsOfBatches(batches));
});

// Where none can be mounted, a limit of the process shows the same above.
test('a real file system that is full and has room again', {
  skip: skipWhen(MISSING_SMALL_DISK),
}, async (t) => {
  const disk = SmallDisk.mount(t, 512 * 1024);
  const events: string[] = [];
  const journal = openJournal(
    { folder: disk.folder, maxUnconfirmedBytes: 1e9 },
    { clock: Date.now, onSegmentClosed: () => {}, onEvent: ({ type }) => events.push(type) },
  );
  t.after(() => journal.release());
  const worker = journal.worker(testAccount(1), 'rig');
  const commit = (): boolean => {
    for (let n = 0; n < 100; n++) journal.share(worker, 0, EASY, HASH);
    return journal.commit();
  };
  disk.fill(200 * 1024);
  let acknowledged = 0;
  while (commit()) acknowledged += 100;
  assert.ok(acknowledged > 10_000);
  assert.equal(journal.writable, false);
  disk.free();
  await waitFor('it recovers', () => journal.writable);
  assert.equal(commit(), true);
  acknowledged += 100;
  journal.close();
  const shares = listJournalFiles(journal.path)
    .map(({ number }) => readSegment(readFileSync(journalFile(journal.path, number, 'seg')))!)
    .flatMap(({ slices }) => slices.flatMap(({ entries }) => entries))
    .reduce((sum, entry) => sum + entry.shares, 0);
  assert.equal(shares, acknowledged);
  assert.deepEqual(events, ['unwritable', 'writable']);
});

test('a journal is locked, and one that was left is taken over, on a disk without room', {
  skip: skipWhen(MISSING_SMALL_DISK),
}, (t) => {
  const disk = SmallDisk.mount(t, 512 * 1024);
  const parts = { clock: Date.now, onSegmentClosed: () => {}, onEvent: () => {} };
  const options = { folder: disk.folder, maxUnconfirmedBytes: 1e9 };
  const left = openJournal(options, parts);
  left.share(left.worker(testAccount(1), 'rig'), 0, EASY, HASH);
  assert.equal(left.commit(), true);
  left.close();
  left.release();
  disk.fill();
  const mine = openJournal(options, parts);
  t.after(() => mine.release());
  const adopted = adoptJournals(disk.folder, new Set([mine.id]));
  assert.deepEqual(
    adopted.map(({ id }) => id),
    [left.id],
  );
  for (const { release } of adopted) release();
});
