import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { journalFile } from '../../../pool/journal/journal-folder.js';
import { RETENTION_MS } from '../../../pool/recorder/journal-drain.js';
import { JOURNAL_ID, testAccount, testBlock, testHash } from '../../support/journal-writing.js';
import { EASY, RecorderSetting } from '../../support/recorder-setting.js';
import { waitFor } from '../../support/wait.js';

test('a dead journal is drained, finished and removed after an hour', async (t) => {
  const setting = new RecorderSetting(t);
  setting.store.away = true;
  setting.write(3);
  // The fourth is open, with a torn commit at its end.
  const { writer } = setting.harness;
  const worker = writer.worker(testAccount(2), 'rig');
  for (const seed of [1, 2]) {
    writer.share(worker, 3, EASY, testHash(seed));
    writer.commit();
  }
  writer.blockFound(testBlock('aa'));
  writer.commit();
  const open = journalFile(setting.folder, 4, 'seg');
  truncateSync(open, readFileSync(open).length - 3);
  // The fifth was just being made.
  writeFileSync(journalFile(setting.folder, 5, 'seg'), readFileSync(open).subarray(0, 40));
  await setting.recorder.close();
  setting.store.away = false;
  setting.start(false);
  await setting.flushed();
  assert.deepEqual(setting.numbers(), [1, 2, 3, 4]);
  assert.equal(setting.store.shares(), 5);
  assert.deepEqual(setting.store.state.get(JOURNAL_ID)!.batches[3]!.blocksFound, []);
  assert.equal(setting.store.state.get(JOURNAL_ID)!.finished, true);
  assert.deepEqual(setting.told('finished').length, 1);
  assert.deepEqual(setting.told('damaged'), []);
  assert.deepEqual(setting.told('emptied'), []);
  // Within the hour it heals; another one that adopts it does so too.
  setting.store.restore(new Map());
  await setting.recorder.close();
  setting.start(false);
  await setting.flushed();
  assert.deepEqual(setting.numbers(), [1, 2, 3, 4]);
  assert.equal(setting.store.state.get(JOURNAL_ID)!.finished, true);
  setting.ahead(RETENTION_MS);
  await setting.flushed();
  assert.equal(setting.told('emptied').length, 1);
  assert.deepEqual(setting.files(), []);
});

test('what was confirmed long ago is not sent again to a store that has forgotten the journal', async (t) => {
  const setting = new RecorderSetting(t);
  setting.write(3);
  setting.recorder.finish(JOURNAL_ID);
  await setting.flushed();
  assert.equal(setting.store.state.get(JOURNAL_ID)!.finished, true);
  await setting.recorder.close();
  setting.store.restore(new Map());
  setting.aheadMs += RETENTION_MS + 1000;
  setting.start(false);
  await setting.flushed();
  assert.deepEqual(setting.numbers(), []);
  assert.equal(setting.told('emptied').length, 1);
});

test('a death between any two steps loses and doubles nothing', async (t) => {
  const setting = new RecorderSetting(t);
  setting.write(2);
  await setting.flushed();
  setting.store.away = true;
  setting.write(2);
  await waitFor('batches', () => setting.files().filter((name) => name.endsWith('.batch')).length === 2);
  await setting.recorder.close();
  // The batch was renamed, its segment was not removed; another was being written.
  writeFileSync(journalFile(setting.folder, 4, 'seg'), 'whatever');
  writeFileSync(`${journalFile(setting.folder, 5, 'batch')}.tmp`, 'half');
  // The third was applied, and the answer did not come.
  setting.store.away = false;
  setting.start(false);
  await setting.flushed();
  assert.deepEqual(setting.numbers(), [1, 2, 3, 4]);
  assert.deepEqual(setting.told('damaged'), []);
});

test('damage costs what is behind it in that segment, is told, and the file is kept', async (t) => {
  const setting = new RecorderSetting(t);
  const { writer } = setting.harness;
  const worker = writer.worker(testAccount(1), 'rig');
  for (let n = 0; n < 3; n++) {
    writer.share(worker, 0, EASY, testHash(n));
    writer.commit();
  }
  const path = journalFile(setting.folder, 1, 'seg');
  const bytes = readFileSync(path);
  // In the last frame but two, as the share of the second commit.
  bytes[bytes.length - 40]! ^= 1;
  writeFileSync(path, bytes);
  setting.harness.nowMs += 10_000;
  writer.tick();
  setting.hand();
  setting.write(1);
  await setting.flushed();
  assert.deepEqual(setting.numbers(), [1, 2]);
  const [damaged] = setting.told('damaged');
  assert.ok(damaged?.type === 'damaged' && damaged.number === 1);
  assert.deepEqual(readFileSync(damaged.file).subarray(0, bytes.length), bytes);
  assert.ok(setting.store.shares() < 4 && setting.store.shares() >= 2);
});

test('a batch that is damaged on disk is told, and does not stop the others', async (t) => {
  const setting = new RecorderSetting(t);
  setting.store.away = true;
  setting.write(3);
  await waitFor('batches', () => setting.files().every((name) => name.endsWith('.batch')));
  await setting.recorder.close();
  writeFileSync(join(setting.folder, '00000002.batch'), 'nothing good');
  setting.store.away = false;
  setting.start(false);
  await setting.flushed();
  assert.deepEqual(setting.numbers(), [1, 2, 3]);
  assert.equal(setting.store.shares(), 2);
  assert.equal(setting.told('damaged').length, 1);
});
