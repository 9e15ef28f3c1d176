import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { difficultyOfWork } from '../../../pool/domain/difficulty.js';
import { adoptJournals } from '../../../pool/journal/adopt-journals.js';
import { listJournals } from '../../../pool/journal/journal-folder.js';
import { StoreMismatchError } from '../../../pool/ports/store.js';
import { openRecording, type Recording, type RecordingEvent } from '../../../pool/recorder/open-recording.js';
import { testAccount, testBlock, testFolder, testHash } from '../../support/journal-writing.js';
import { storedBatches } from '../../support/memory-store.js';
import { waitFor } from '../../support/wait.js';

const STORE_MODULE = new URL('../../support/memory-store.js', import.meta.url).href;
const EASY = difficultyOfWork(16n);

interface Opened {
  readonly recording: Recording;
  readonly events: RecordingEvent[];
}

async function open(
  t: TestContext,
  folder: string,
  storeFolder: string,
  options: { readonly maxUnconfirmedBytes?: number; readonly offsetMs?: number } = {},
): Promise<Opened> {
  const events: RecordingEvent[] = [];
  const recording = await openRecording(
    {
      folder,
      maxUnconfirmedBytes: options.maxUnconfirmedBytes ?? 2 ** 30,
      storeModule: STORE_MODULE,
      settings: { folder: storeFolder, offsetMs: options.offsetMs ?? 0 },
    },
    { onEvent: (event) => events.push(event) },
  );
  t.after(() => recording.close(0));
  return { recording, events };
}

function share({ journal }: Recording): boolean {
  journal.share(journal.worker(testAccount(1), 'rig'), 0, EASY, testHash(1));
  return journal.commit();
}

const sharesIn = (storeFolder: string): number =>
  storedBatches(storeFolder)
    .flatMap(({ slices }) => slices.flatMap(({ entries }) => entries))
    .reduce((sum, { shares }) => sum + shares, 0);

test('shares come into the store: a block at once, the rest with the end', async (t) => {
  const storeFolder = testFolder(t);
  const { recording } = await open(t, testFolder(t), storeFolder);
  assert.equal(share(recording), true);
  recording.journal.blockFound(testBlock('ab'));
  assert.equal(recording.journal.commit(), true);
  await waitFor('the block', () =>
    storedBatches(storeFolder).some(({ blocksFound }) => blocksFound.length === 1),
  );
  assert.equal(share(recording), true);
  assert.equal(await recording.close(20_000), true);
  assert.equal(sharesIn(storeFolder), 2);
  assert.equal(recording.journal.writable, false);
  assert.equal(recording.journal.commit(), true, 'nothing to write');
});

test("time is the store's", async (t) => {
  const storeFolder = testFolder(t);
  const { recording } = await open(t, testFolder(t), storeFolder, { offsetMs: 3_600_000 });
  assert.ok(Math.abs(recording.offsetMs - 3_600_000) < 1000);
  assert.ok(Math.abs(recording.clock.now() - Date.now() - 3_600_000) < 1000);
  share(recording);
  await recording.close(20_000);
  const [batch] = storedBatches(storeFolder);
  assert.ok(Math.abs(batch!.workers[0]!.lastShareMs! - Date.now() - 3_600_000) < 20_000);
});

test('a store that is away when the pool stops gets it at the next start', async (t) => {
  const folder = testFolder(t);
  const storeFolder = testFolder(t);
  const first = await open(t, folder, storeFolder);
  writeFileSync(join(storeFolder, 'away'), '');
  assert.equal(share(first.recording), true);
  assert.equal(await first.recording.close(300), false);
  assert.equal(sharesIn(storeFolder), 0);
  rmSync(join(storeFolder, 'away'));
  const second = await open(t, folder, storeFolder);
  await waitFor('it is adopted', () => second.events.some(({ type }) => type === 'finished'));
  const adoptions = ({ events }: Opened) => events.filter(({ type }) => type === 'adopted').length;
  assert.equal(adoptions(second), 1);
  assert.equal(sharesIn(storeFolder), 1);
  assert.equal(await second.recording.close(20_000), true);
  assert.equal(sharesIn(storeFolder), 1);
  // The store has confirmed both journals: they are kept for an hour, and are no news.
  const third = await open(t, folder, storeFolder);
  assert.ok(listJournals(folder).length >= 2);
  assert.equal(adoptions(third), 0);
});

test('at the limit shares are refused, and taken again when the store is back', async (t) => {
  const storeFolder = testFolder(t);
  const { recording, events } = await open(t, testFolder(t), storeFolder, { maxUnconfirmedBytes: 20_000 });
  writeFileSync(join(storeFolder, 'away'), '');
  let acknowledged = 0;
  for (; share(recording); acknowledged++) assert.ok(acknowledged < 10_000);
  assert.equal(recording.journal.writable, false);
  assert.ok(recording.figures.unconfirmedBytes >= 20_000);
  // The segment was closed with that; its batch is small.
  await waitFor('room', () => recording.journal.writable, 30_000);
  rmSync(join(storeFolder, 'away'));
  assert.equal(share(recording), true);
  assert.equal(await recording.close(30_000), true);
  assert.equal(sharesIn(storeFolder), acknowledged + 1);
  assert.deepEqual(
    events.map(({ type }) => type).filter((type) => type === 'unwritable' || type === 'writable'),
    ['unwritable', 'writable'],
  );
});

test('a thread that dies loses nothing', async (t) => {
  const storeFolder = testFolder(t);
  const { recording, events } = await open(t, testFolder(t), storeFolder);
  share(recording);
  recording.journal.blockFound(testBlock('ab'));
  recording.journal.commit();
  await assert.rejects(recording.store.worker({ account: 'x', name: 'die' }));
  share(recording);
  recording.journal.blockFound(testBlock('cd'));
  recording.journal.commit();
  await waitFor(
    'the second block',
    () => storedBatches(storeFolder).flatMap((b) => b.blocksFound).length === 2,
    30_000,
  );
  assert.ok(events.some(({ type }) => type === 'threadDied'));
  share(recording);
  assert.equal(await recording.close(20_000), true);
  assert.equal(sharesIn(storeFolder), 3);
});

test('an old journal without content goes at once', async (t) => {
  const folder = testFolder(t);
  const storeFolder = testFolder(t);
  const first = await open(t, folder, storeFolder);
  const { path, id } = first.recording.journal;
  await first.recording.close(20_000);
  assert.ok(existsSync(path));
  const second = await open(t, folder, storeFolder);
  await waitFor('it is removed', () => !existsSync(path));
  assert.ok(!listJournals(folder).includes(id));
  assert.deepEqual(adoptJournals(folder), [], 'our own is not up for adoption');
  await second.recording.close(20_000);
});

test('a store that refuses leaves no journal behind', async (t) => {
  const folder = testFolder(t);
  const storeFolder = testFolder(t);
  writeFileSync(join(storeFolder, 'mismatch'), '');
  await assert.rejects(open(t, folder, storeFolder), StoreMismatchError);
  assert.deepEqual(listJournals(folder), []);
});
