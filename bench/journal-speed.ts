/**
 * What the share journal costs the path of a share: `node dist/bench/journal-speed.js [folder]`.
 * Prints ns per share noted, us per commit, and us per 1,000 shares when a recorder reads them back.
 * @module
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { difficultyOfWork } from '../pool/domain/difficulty.js';
import { journalFile, listJournalFiles } from '../pool/journal/journal-folder.js';
import { DEFAULT_MAX_UNCONFIRMED_BYTES, openJournal } from '../pool/journal/open-journal.js';
import { readSegment } from '../pool/journal/read-segment.js';

const COMMITS = 20_000;
const DIFFICULTIES = Array.from({ length: 40 }, (_, i) => difficultyOfWork(1n << BigInt(i + 4)));

/** One case: how many workers there are, and shares in a tick. */
function measure(folder: string, workers: number, sharesPerCommit: number): void {
  const journal = openJournal(
    { folder, maxUnconfirmedBytes: DEFAULT_MAX_UNCONFIRMED_BYTES * 8 },
    { clock: () => Date.now(), onSegmentClosed: () => {}, onEvent: console.error },
  );
  const numbers = Array.from({ length: workers }, (_, n) =>
    journal.worker(
      { key: `00${n.toString(16).padStart(64, '0')}`, address: '1'.repeat(45), payoutGroup: 0 },
      'rig',
    ),
  );
  // As hashes are: the first bytes differ.
  const hashes = Array.from({ length: 512 }, (_, n) =>
    Uint8Array.from({ length: 32 }, (_, i) => (n * 37 + i * 11) & 255),
  );
  const commits = Math.ceil(COMMITS / Math.max(1, sharesPerCommit / 50));
  let noteMs = 0;
  let commitMs = 0;
  let share = 0;
  let longestMs = 0;
  for (let n = 0; n < commits; n++) {
    const start = performance.now();
    for (let i = 0; i < sharesPerCommit; i++) {
      share++;
      const worker = (share * 7919) % workers;
      journal.share(
        numbers[worker]!,
        share & 15,
        DIFFICULTIES[worker % DIFFICULTIES.length]!,
        hashes[share & 511]!,
      );
    }
    const noted = performance.now();
    if (!journal.commit()) throw new Error('not written');
    const end = performance.now();
    noteMs += noted - start;
    commitMs += end - noted;
    longestMs = Math.max(longestMs, end - start);
  }
  const { unconfirmedBytes } = journal.figures;
  journal.close();
  const segments = listJournalFiles(journal.path).map(({ number }) =>
    readFileSync(journalFile(journal.path, number, 'seg')),
  );
  const start = performance.now();
  const batches = segments.map((bytes) => readSegment(bytes)!);
  const readMs = performance.now() - start;
  const read = batches
    .flatMap(({ slices }) => slices.flatMap(({ entries }) => entries))
    .reduce((n, e) => n + e.shares, 0);
  if (read !== share) throw new Error(`${share} shares written, ${read} read`);
  journal.release();
  console.log(
    [
      `${workers} workers, ${sharesPerCommit} shares a commit:`,
      `${((noteMs * 1e6) / share).toFixed(0)} ns a share,`,
      `${((commitMs * 1e3) / commits).toFixed(1)} us a commit,`,
      `longest tick ${longestMs.toFixed(2)} ms,`,
      `${(unconfirmedBytes / share).toFixed(1)} bytes a share,`,
      `${((readMs * 1e6) / share).toFixed(0)} ns a share to read back (${segments.length} segments)`,
    ].join(' '),
  );
}

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'lesswork-journal-speed-'));
try {
  for (const [workers, shares] of [
    [50, 50],
    [1000, 1],
    [1000, 50],
    [1000, 400],
    [10_000, 50],
  ] as const)
    measure(folder, workers, shares);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
