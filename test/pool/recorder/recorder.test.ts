import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { difficultyOfWork } from '../../../pool/core/difficulty.js';
import { journalFile } from '../../../pool/journal/journal-folder.js';
import { RETENTION_MS } from '../../../pool/recorder/journal-drain.js';
import { Recorder } from '../../../pool/recorder/recorder.js';
import type { RecorderEvent, RecorderFigures } from '../../../pool/recorder/recorder-events.js';
import {
  JOURNAL_ID,
  START_MS,
  testAccount,
  testBlock,
  testFolder,
  testHash,
  type WriterHarness,
  writerHarness,
} from '../../support/journal-writing.js';
import { type MemoryStore, memoryStore } from '../../support/memory-store.js';
import { waitFor } from '../../support/wait.js';

const EASY = difficultyOfWork(16n);

/** A writer, a recorder and a store, with clocks that are put ahead by hand. */
class Setting {
  readonly store: MemoryStore = memoryStore();
  readonly events: RecorderEvent[] = [];
  readonly harness: WriterHarness;
  recorder!: Recorder;
  figures: RecorderFigures | undefined;
  /** Put ahead of both clocks of the recorder, ms. */
  aheadMs = 0;
  #handed = 0;
  #told = 0;

  constructor(t: TestContext) {
    this.harness = writerHarness(testFolder(t));
    this.start(true);
    t.after(() => this.recorder.close());
  }

  get folder(): string {
    return this.harness.folder;
  }

  /** A recorder over the folder as it is. */
  start(live: boolean, closedNumber = 0): void {
    this.recorder = new Recorder({
      store: this.store,
      now: () => Date.now() + this.aheadMs,
      monotonicMs: () => performance.now() + this.aheadMs,
      random: () => 0,
      onEvent: (event) => this.events.push(event),
      onFigures: (figures) => {
        this.figures = figures;
      },
    });
    this.recorder.add({ id: JOURNAL_ID, path: this.folder, live, closedNumber });
    this.recorder.start();
  }

  /** Closes segments of one share each. */
  write(segments: number): void {
    const { writer } = this.harness;
    for (let n = 0; n < segments; n++) {
      writer.share(writer.worker(testAccount(1), 'rig'), 0, EASY, testHash(1));
      assert.equal(writer.commit(), true);
      this.harness.nowMs += 10_000;
      writer.tick();
    }
    this.hand();
  }

  /** Hands the recorder what the writer has told. */
  hand(): void {
    const { closed, through } = this.harness;
    for (; this.#handed < closed.length; this.#handed++) this.recorder.segmentClosed(closed[this.#handed]!);
    for (; this.#told < through.length; this.#told++)
      this.recorder.through(JOURNAL_ID, through[this.#told]!.throughMs, through[this.#told]!.number);
  }

  /** Names of the journal's numbered files. */
  files(): string[] {
    return readdirSync(this.folder)
      .filter((name) => /^\d/.test(name))
      .sort();
  }

  async flushed(): Promise<void> {
    assert.equal(await this.recorder.flush(10_000), true);
  }

  numbers(): number[] {
    return this.store.state.get(JOURNAL_ID)?.batches.map(({ number }) => number) ?? [];
  }

  told(type: RecorderEvent['type']): RecorderEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  /** Puts the recorder's time ahead and wakes it. */
  ahead(ms: number): void {
    this.aheadMs += ms;
    this.recorder.through(JOURNAL_ID, 0, 0);
  }
}

test('closed segments come into the store in order, and are kept an hour', async (t) => {
  const setting = new Setting(t);
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
  const setting = new Setting(t);
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
  const setting = new Setting(t);
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
  const setting = new Setting(t);
  setting.store.loseAnswers = 1;
  setting.write(2);
  await waitFor('both', () => setting.numbers().length === 2);
  await setting.flushed();
  assert.deepEqual(setting.numbers(), [1, 2]);
  assert.equal(setting.store.shares(), 2);
});

test('a store that went back is healed from what was confirmed: at the next failure', async (t) => {
  const setting = new Setting(t);
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
  const setting = new Setting(t);
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
  const setting = new Setting(t);
  setting.write(2);
  await setting.flushed();
  setting.store.restore(new Map());
  setting.recorder.recheck();
  await waitFor('both again', () => setting.numbers().length === 2);
});

test('without room for batches segments are sent as they are', async (t) => {
  const setting = new Setting(t);
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
  const setting = new Setting(t);
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

test('a dead journal is drained, finished and removed after an hour', async (t) => {
  const setting = new Setting(t);
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
  const setting = new Setting(t);
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
  const setting = new Setting(t);
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
  const setting = new Setting(t);
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
  const setting = new Setting(t);
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

test('an error of the store that is no absence is tried again too, and told', async (t) => {
  const setting = new Setting(t);
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
