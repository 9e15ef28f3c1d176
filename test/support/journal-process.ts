/**
 * A process that journals shares until it is killed: every share has its own work, told on standard output once it is
 * acknowledged. `node journal-process.js FOLDER FIRST_WORK [STORE_MODULE SETTINGS]`: URL of a module that opens a store,
 * and JSON. Without them there is only a journal, and no recorder.
 *
 * ```
 * < asked 17      share of work 17 was noted
 * < acked 17      and its commit succeeded
 * < refused 17    or failed
 * < ready ID, event TYPE
 * ```
 * @module
 */
import { writeSync } from 'node:fs';
import { difficultyOfWork } from '../../pool/domain/difficulty.js';
import { openJournal } from '../../pool/journal/open-journal.js';
import type { ShareJournal } from '../../pool/ports/journal.js';
import { openRecording } from '../../pool/recorder/open-recording.js';
import { accountOfWork, chainOfWork } from './journal-kill.js';
import { testHash } from './journal-writing.js';

const [folder, firstWork, storeModule, settings] = process.argv.slice(2);

/** At once, so that nothing that was said waits in this process when it dies. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

const LIMIT = 2 ** 30;
const { journal, id } = await open();
say(`ready ${id}`);

async function open(): Promise<{ readonly journal: ShareJournal; readonly id: string }> {
  if (storeModule === undefined) {
    const alone = openJournal(
      { folder: folder!, maxUnconfirmedBytes: LIMIT },
      { clock: Date.now, onSegmentClosed: () => {}, onEvent: ({ type }) => say(`event ${type}`) },
    );
    return { journal: alone, id: alone.id };
  }
  const recording = await openRecording(
    {
      folder: folder!,
      maxUnconfirmedBytes: LIMIT,
      storeModule,
      settings: JSON.parse(settings!),
    },
    { onEvent: ({ type }) => say(`event ${type}`) },
  );
  return { journal: recording.journal, id: recording.journal.id };
}

let work = BigInt(firstWork!);
const hash = testHash(1);

function tick(): void {
  const noted: bigint[] = [];
  const count = 1 + Number(work % 5n);
  for (let n = 0; n < count; n++, work++) {
    noted.push(work);
    say(`asked ${work}`);
    const worker = journal.worker(accountOfWork(work), 'rig');
    journal.share(worker, chainOfWork(work), difficultyOfWork(work), hash);
  }
  // So that segments are closed soon and often.
  if (work % 40n === 0n) journal.blockState({ hash: `${work}`, state: 'accepted', atMs: 1 });
  const acknowledged = journal.commit();
  for (const share of noted) say(`${acknowledged ? 'acked' : 'refused'} ${share}`);
  setTimeout(tick, 1);
}
tick();
