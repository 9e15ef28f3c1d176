import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'libsql';
import { adoptJournals } from '../../../pool/journal/adopt-journals.js';
import { lockFolder } from '../../../pool/journal/folder-lock.js';
import { journalsFolder } from '../../../pool/journal/journal-folder.js';
import { openJournal } from '../../../pool/journal/open-journal.js';
import { Acknowledgements, startJournalProcess } from '../../support/journal-kill.js';
import { testFolder } from '../../support/journal-writing.js';
import { waitFor } from '../../support/wait.js';

const PARTS = { clock: Date.now, onSegmentClosed: () => {}, onEvent: () => {} };

test('a journal of a living process is left alone, and adopted once that was killed', async (t) => {
  const folder = testFolder(t);
  const told = new Acknowledgements();
  const owner = await startJournalProcess(t, [folder, '16'], told);
  assert.deepEqual(adoptJournals(folder), []);
  assert.equal(lockFolder(join(journalsFolder(folder), owner.id)), undefined);
  await owner.kill();
  const adopted = adoptJournals(folder);
  assert.deepEqual(
    adopted.map(({ id }) => id),
    [owner.id],
  );
  assert.deepEqual(adoptJournals(folder), [], 'it has an owner again: this process');
  adopted[0]!.release();
  assert.equal(adoptJournals(folder).length, 1);
});

test('two processes beside each other have a journal each, and leave the other one alone', async (t) => {
  const folder = testFolder(t);
  const told = new Acknowledgements();
  const [one, other] = await Promise.all([
    startJournalProcess(t, [folder, '16'], told),
    startJournalProcess(t, [folder, '100000'], told),
  ]);
  assert.notEqual(one.id, other.id);
  await one.kill();
  assert.deepEqual(
    adoptJournals(folder).map(({ id }) => id),
    [one.id],
  );
  // The other one goes on.
  const acknowledged = told.acknowledged.size;
  await waitFor('more shares', () => told.acknowledged.size > acknowledged);
});

test('within one process a journal has one owner too', (t) => {
  const folder = testFolder(t);
  const journal = openJournal({ folder, maxUnconfirmedBytes: 1e9 }, PARTS);
  const other = openJournal({ folder, maxUnconfirmedBytes: 1e9 }, PARTS);
  assert.notEqual(journal.id, other.id);
  assert.equal(lockFolder(journal.path), undefined);
  assert.deepEqual(adoptJournals(folder), []);
  journal.close();
  assert.deepEqual(adoptJournals(folder), [], 'closed, but not given up');
  journal.release();
  const [adopted] = adoptJournals(folder);
  assert.equal(adopted!.id, journal.id);
  adopted!.remove();
  assert.ok(!existsSync(journal.path));
  other.close();
  other.release();
});

test('what is no journal is left alone, and a folder that is gone is none', (t) => {
  const folder = testFolder(t);
  assert.deepEqual(adoptJournals(folder), []);
  assert.equal(lockFolder(join(folder, 'gone')), undefined);
  mkdirSync(join(journalsFolder(folder), 'something'), { recursive: true });
  assert.deepEqual(adoptJournals(folder), []);
  assert.deepEqual(readdirSync(journalsFolder(folder)), ['something']);
});

test("another program that reads a journal's lock keeps nobody from taking it", (t) => {
  const folder = testFolder(t);
  lockFolder(folder)?.release();
  const path = join(folder, 'owner.db');
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
  const writer = new Database(path);
  writer.exec('CREATE TABLE noted (value)');
  writer.close();
  const reader = new Database(path);
  t.after(() => reader.close());
  reader.exec('BEGIN');
  reader.prepare('SELECT * FROM noted').all();
  const lock = lockFolder(folder);
  assert.notEqual(lock, undefined);
  assert.equal(lockFolder(folder), undefined);
  lock?.release();
});
