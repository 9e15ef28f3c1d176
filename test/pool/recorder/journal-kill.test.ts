import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRecording, type RecordingEvent } from '../../../pool/recorder/open-recording.js';
import { Acknowledgements, startJournalProcess } from '../../support/journal-kill.js';
import { testFolder } from '../../support/journal-writing.js';
import { storedBatches } from '../../support/memory-store.js';
import { seededBytes } from '../../support/seeded-bytes.js';
import { sleep, waitFor } from '../../support/wait.js';

const STORE_MODULE = new URL('../../support/memory-store.js', import.meta.url).href;
const KILLS = 8;

test(`killed ${KILLS} times, a pool has stored what it acknowledged, and nothing twice`, async (t) => {
  const folder = testFolder(t);
  const storeFolder = testFolder(t);
  const told = new Acknowledgements();
  const moments = seededBytes('moments of killing', KILLS);
  for (let kill = 0; kill < KILLS; kill++) {
    const before = told.acknowledged.size;
    const first = 16 + kill * 1_000_000;
    const owner = await startJournalProcess(t, [folder, storeFolder, `${first}`], told);
    await waitFor('shares', () => told.acknowledged.size > before + 10);
    await sleep(moments[kill]! * 2);
    await owner.kill();
  }
  assert.ok(told.acknowledged.size > KILLS * 10);
  const events: RecordingEvent[] = [];
  const recording = await openRecording(
    { folder, maxUnconfirmedBytes: 2 ** 30, storeModule: STORE_MODULE, settings: { folder: storeFolder } },
    { onEvent: (event) => events.push(event) },
  );
  assert.equal(await recording.close(30_000), true);
  told.check(storedBatches(storeFolder));
  assert.deepEqual(
    events.filter(({ type }) => type === 'damaged' || type === 'batchesLost' || type === 'storeAway'),
    [],
  );
});
