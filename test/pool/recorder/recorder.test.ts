import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RETENTION_MS } from '../../../pool/recorder/journal-drain.js';
import { JOURNAL_ID, START_MS } from '../../support/journal-writing.js';
import { RecorderSetting } from '../../support/recorder-setting.js';
import { waitFor } from '../../support/wait.js';

test('closed segments come into the store in order, and are kept an hour', async (t) => {
  const setting = new RecorderSetting(t);
  setting.write(3);
  await setting.flushed();
  assert.deepEqual(setting.numbers(), [1, 2, 3]);
  assert.deepEqual(setting.files(), ['00000001.done', '00000002.done', '00000003.done']);
  assert.equal(setting.store.state.get(JOURNAL_ID)!.throughMs, START_MS + 30_000);
  assert.deepEqual(setting.recorder.figures, {
    taken: 3,
    unconfirmedBytes: 0,
    pending: 0,
    throughMs: START_MS + 30_000,
    confirmed: 3,
    storeAway: false,
  });
  setting.ahead(RETENTION_MS - 60_000);
  await setting.flushed();
  assert.equal(setting.files().length, 3);
  setting.ahead(60_000);
  await setting.flushed();
  assert.deepEqual(setting.files(), []);
  assert.deepEqual(setting.events, []);
});

test('that nothing was before a time is reported when the slices before are stored', async (t) => {
  const setting = new RecorderSetting(t);
  setting.harness.writer.tick();
  setting.hand();
  await setting.flushed();
  assert.equal(setting.store.state.get(JOURNAL_ID)!.throughMs, START_MS);
  setting.store.away = true;
  setting.write(1);
  setting.harness.nowMs += 20_000;
  setting.harness.writer.tick();
  setting.hand();
  await waitFor('it is noticed that the store is away', () => setting.told('storeAway').length > 0);
  setting.store.away = false;
  await waitFor('the report', () => setting.store.state.get(JOURNAL_ID)!.throughMs === START_MS + 30_000);
  assert.deepEqual(setting.numbers(), [1]);
  assert.equal(setting.store.state.get(JOURNAL_ID)!.finished, false);
});

test('a store that is away for long gets everything later, in order; batches are made meanwhile', async (t) => {
  const setting = new RecorderSetting(t);
  setting.store.away = true;
  setting.write(40);
  await waitFor('batches', () => setting.files().every((name) => name.endsWith('.batch')));
  assert.equal(setting.files().length, 40);
  await waitFor('figures', () => setting.figures?.pending === 40 && setting.figures.storeAway);
  assert.ok(setting.figures!.unconfirmedBytes > 0);
  await waitFor('some tries', () => setting.store.calls.filter((call) => call === 'marks').length >= 3);
  setting.store.away = false;
  await waitFor('all', () => setting.numbers().length === 40);
  assert.deepEqual(
    setting.numbers(),
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
  assert.equal(setting.told('storeAway').length, 1);
  await waitFor('the good news', () => setting.told('storeBack').length === 1);
});

test('a batch whose answer was lost is not applied twice', async (t) => {
  const setting = new RecorderSetting(t);
  setting.store.loseAnswers = 1;
  setting.write(2);
  await waitFor('both', () => setting.numbers().length === 2);
  await setting.flushed();
  assert.deepEqual(setting.numbers(), [1, 2]);
  assert.equal(setting.store.shares(), 2);
});

test('a store that went back is healed from what was confirmed: at the next failure', async (t) => {
  const setting = new RecorderSetting(t);
  setting.write(3);
  await setting.flushed();
  const backup = setting.store.snapshot();
  setting.write(5);
  await setting.flushed();
  const wanted = setting.store.snapshot();
  setting.store.restore(backup);
  setting.store.away = true;
  setting.write(1);
  await waitFor('noticed', () => setting.told('storeAway').length === 1);
  setting.store.away = false;
  await setting.flushed();
  assert.deepEqual(setting.numbers(), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(setting.store.state.get(JOURNAL_ID)!.batches.slice(0, 8), wanted.get(JOURNAL_ID)!.batches);
  assert.deepEqual(setting.told('storeWentBack'), [
    { type: 'storeWentBack', journal: JOURNAL_ID, number: 3, batches: 5 },
  ]);
  assert.deepEqual(setting.told('batchesLost'), []);
});

test('a store that went back is healed also when nothing fails: by the minute, or by its gap', async (t) => {
  const setting = new RecorderSetting(t);
  setting.write(2);
  await setting.flushed();
  const backup = setting.store.snapshot();
  setting.write(2);
  await setting.flushed();
  setting.store.restore(backup);
  setting.ahead(60_000);
  await setting.flushed();
  assert.deepEqual(setting.numbers(), [1, 2, 3, 4]);
  setting.store.restore(backup);
  setting.write(1);
  await setting.flushed();
  assert.deepEqual(setting.numbers(), [1, 2, 3, 4, 5]);
  assert.deepEqual(setting.store.gaps.includes(true), false);
});

test('a store that says that it is back is asked at once', async (t) => {
  const setting = new RecorderSetting(t);
  setting.write(2);
  await setting.flushed();
  setting.store.restore(new Map());
  setting.recorder.recheck();
  await waitFor('both again', () => setting.numbers().length === 2);
});

test('without room for batches segments are sent as they are', async (t) => {
  const setting = new RecorderSetting(t);
  // No file can be written there.
  for (const number of ['00000001', '00000002']) mkdirSync(join(setting.folder, `${number}.batch.tmp`));
  setting.write(3);
  await setting.flushed();
  assert.deepEqual(setting.numbers(), [1, 2, 3]);
  assert.equal(setting.store.shares(), 3);
  assert.equal(setting.told('diskFailed').length > 0, true);
  assert.equal(setting.figures?.unconfirmedBytes, 0);
  assert.deepEqual(
    setting.files().filter((name) => !name.endsWith('.tmp')),
    ['00000003.done'],
  );
  // What could not be kept can't be sent again: that is told.
  setting.store.restore(new Map());
  setting.recorder.recheck();
  await waitFor('the third', () => setting.numbers().length === 1);
  assert.deepEqual(setting.told('batchesLost'), [
    { type: 'batchesLost', journal: JOURNAL_ID, from: 1, to: 2 },
  ]);
});

test('a store that was lost gets the last hour, and what is older is said to be lost', async (t) => {
  const setting = new RecorderSetting(t);
  setting.write(2);
  await setting.flushed();
  setting.ahead(RETENTION_MS);
  await setting.flushed();
  assert.deepEqual(setting.files(), []);
  setting.write(2);
  await setting.flushed();
  setting.store.restore(new Map());
  setting.ahead(60_000);
  await setting.flushed();
  assert.deepEqual(setting.numbers(), [3, 4]);
  assert.deepEqual(setting.store.gaps, [false, false, false, false, true, false]);
  assert.deepEqual(setting.told('batchesLost'), [
    { type: 'batchesLost', journal: JOURNAL_ID, from: 1, to: 2 },
  ]);
});

test('an error of the store that is no absence is tried again too, and told', async (t) => {
  const setting = new RecorderSetting(t);
  const { apply } = setting.store;
  let failures = 2;
  setting.store.apply = async (...args) => {
    if (failures-- > 0) throw new TypeError('a mistake');
    return apply(...args);
  };
  setting.write(1);
  await waitFor('it', () => setting.numbers().length === 1);
  assert.deepEqual(
    setting.told('storeAway').map((event) => event.type === 'storeAway' && event.message),
    ['a mistake'],
  );
});
