import assert from 'node:assert/strict';
import { test } from 'node:test';
import { difficultyOfWork } from '../../../pool/domain/difficulty.js';
import type { BlockNote } from '../../../pool/journal/block-notes.js';
import { BlockNotes, MAX_WAITING_BLOCK_CHARS } from '../../../pool/journal/block-notes.js';
import { RECORD } from '../../../pool/journal/segment-format.js';
import { FailingFiles } from '../../support/failing-files.js';
import {
  testAccount,
  testBlock,
  testFolder,
  testHash,
  writerHarness,
} from '../../support/journal-writing.js';

const EASY = difficultyOfWork(16n);

function found(hash: string, chars = 100): BlockNote {
  return { tag: RECORD.blockFound, block: testBlock(hash, { txsBlob: 'a'.repeat(chars) }) };
}

function state(hash: string): BlockNote {
  return { tag: RECORD.blockState, block: { hash, state: 'accepted', atMs: 1 } };
}

function harness() {
  const told: string[] = [];
  const notes = new BlockNotes({
    onWaiting: (hash) => told.push(`${hash} waits`),
    onLost: (hash) => told.push(`${hash} lost`),
  });
  return { notes, told, hashes: () => notes.all.map(({ block }) => block.hash) };
}

test('what is recorded at once is not told of', () => {
  const { notes, told } = harness();
  notes.add(found('a'));
  notes.add(state('a'));
  assert.equal(notes.waits, false);
  assert.equal(notes.recorded(), 0);
  assert.deepEqual(notes.all, []);
  assert.deepEqual(told, []);
});

test('what fails waits in its order, is told once, and counts when it is recorded', () => {
  const { notes, told, hashes } = harness();
  notes.add(found('a'));
  notes.failed();
  notes.failed();
  notes.add(state('a'));
  notes.add(found('b'));
  notes.failed();
  assert.equal(notes.waits, true);
  assert.deepEqual(hashes(), ['a', 'a', 'b']);
  notes.add(found('c'));
  assert.equal(notes.recorded(), 2, 'c did not wait');
  assert.equal(notes.waits, false);
  assert.deepEqual(told, ['a waits', 'b waits']);
});

test('beyond the room for them the oldest are kept, and what is lost takes its state along', () => {
  const { notes, told, hashes } = harness();
  const half = MAX_WAITING_BLOCK_CHARS / 2 - 10_000;
  for (const hash of ['a', 'b', 'c']) {
    notes.add(found(hash, half));
    notes.add(state(hash));
    notes.failed();
  }
  notes.add(found('small'));
  notes.failed();
  assert.deepEqual(hashes(), ['a', 'a', 'b', 'b', 'small']);
  assert.deepEqual(told, ['a waits', 'b waits', 'c lost', 'small waits']);
  notes.end();
  assert.deepEqual(told.slice(4), ['a lost', 'b lost', 'small lost']);
  assert.equal(notes.waits, false);
});

test('the state of a block that is on record is kept, however much waits', () => {
  const { notes, told, hashes } = harness();
  notes.add(found('a', MAX_WAITING_BLOCK_CHARS - 10_000));
  for (let n = 0; n < 100; n++) notes.add(state(`recorded ${n}`));
  notes.failed();
  assert.equal(hashes().length, 101);
  assert.ok(notes.waitingBytes >= MAX_WAITING_BLOCK_CHARS - 10_000);
  notes.end();
  assert.deepEqual(told, ['a waits', 'a lost'], 'of the others the find is on record');
});

test('room for shares that is none for the block that waits is no room', (t) => {
  const files = new FailingFiles();
  const journal = writerHarness(testFolder(t), { files });
  const { writer } = journal;
  files.room = 0;
  writer.blockFound(testBlock('a', { txsBlob: 'a'.repeat(200_000) }));
  assert.equal(writer.commit(), false);
  for (let tries = 0; tries < 5; tries++) {
    files.room = 150_000;
    journal.nowMs += 1000;
    writer.tick();
    assert.equal(writer.writable, false);
  }
  files.room = 1_000_000;
  journal.nowMs += 1000;
  writer.tick();
  assert.equal(writer.writable, true);
  assert.deepEqual(
    journal.events.map(({ type }) => type),
    ['unwritable', 'blockWaits', 'writable', 'blocksRecorded'],
  );
  writer.close();
});

test('a journal that is closed tries once more to write what waits', (t) => {
  const files = new FailingFiles();
  const journal = writerHarness(testFolder(t), { files });
  files.room = 0;
  journal.writer.blockFound(testBlock('a'));
  assert.equal(journal.writer.commit(), false);
  files.room = Number.POSITIVE_INFINITY;
  journal.nowMs += 10;
  journal.writer.close();
  assert.deepEqual(
    journal.batches().flatMap(({ blocksFound }) => blocksFound.map(({ hash }) => hash)),
    ['a'],
  );
});

test('a block that is found on a full disk is on record when there is room, before what comes then', (t) => {
  const files = new FailingFiles();
  const journal = writerHarness(testFolder(t), { files });
  const { writer } = journal;
  const worker = writer.worker(testAccount(1), 'rig');
  writer.share(worker, 0, EASY, testHash(1));
  assert.equal(writer.commit(), true);
  files.room = 0;
  writer.share(worker, 0, EASY, testHash(1));
  writer.blockFound(testBlock('a'));
  assert.equal(writer.commit(), false);
  writer.blockState({ hash: 'a', state: 'accepted', atMs: 7 });
  assert.equal(writer.commit(), false);
  writer.blockFound(testBlock('b'));
  assert.equal(writer.commit(), false);
  for (let tries = 0; tries < 3; tries++) {
    journal.nowMs += 1000;
    writer.tick();
  }
  files.room = Number.POSITIVE_INFINITY;
  journal.nowMs += 1000;
  writer.tick();
  // Nobody mines here any more: nothing but the time brings it.
  const [first, second] = journal.batches();
  assert.equal(first!.slices[0]!.entries[0]!.shares, 1);
  assert.deepEqual(
    [second!.blocksFound.map(({ hash, work }) => [hash, work]), second!.blockStates],
    [
      // Their shares were refused.
      [
        ['a', '0'],
        ['b', '0'],
      ],
      [{ hash: 'a', state: 'accepted', atMs: 7 }],
    ],
  );
  writer.share(worker, 0, EASY, testHash(1));
  assert.equal(writer.commit(), true);
  writer.close();
  assert.equal(journal.batches().length, 3);
  assert.equal(journal.batches()[2]!.blocksFound.length, 0, 'once');
  assert.deepEqual(
    journal.events.map((event) => ('hash' in event ? `${event.type} ${event.hash}` : event.type)),
    ['unwritable', 'blockWaits a', 'blockWaits b', 'writable', 'blocksRecorded'],
  );
});

test('at the limit a block is recorded all the same', (t) => {
  const journal = writerHarness(testFolder(t), { maxUnconfirmedBytes: 200 });
  const { writer } = journal;
  const worker = writer.worker(testAccount(1), 'rig');
  while (writer.writable) {
    writer.share(worker, 0, EASY, testHash(1));
    assert.equal(writer.commit(), true);
  }
  writer.reject(worker, 'unrecorded');
  assert.equal(writer.commit(), false);
  writer.blockFound(testBlock('a'));
  assert.equal(writer.commit(), false);
  writer.tick();
  assert.equal(writer.writable, false);
  writer.share(worker, 0, EASY, testHash(1));
  assert.equal(writer.commit(), false, 'shares are still refused');
  writer.close();
  const batches = journal.batches();
  assert.deepEqual(
    batches.flatMap(({ blocksFound }) => blocksFound.map(({ hash }) => hash)),
    ['a'],
  );
});

test('what waits at the end is told as lost', (t) => {
  const files = new FailingFiles();
  const journal = writerHarness(testFolder(t), { files });
  files.room = 0;
  journal.writer.blockFound(testBlock('a'));
  assert.equal(journal.writer.commit(), false);
  journal.writer.close();
  assert.deepEqual(
    journal.events.map(({ type }) => type),
    ['unwritable', 'blockWaits', 'blockUnrecorded'],
  );
});
