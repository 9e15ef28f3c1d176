/**
 * A journal's writer over a folder and clock of its own, and what goes into it.
 * @module
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Account } from '../../pool/domain/account.js';
import type { Batch } from '../../pool/domain/batch.js';
import type { BlockFound } from '../../pool/domain/block-record.js';
import type { ClosedSegment, JournalEvent } from '../../pool/journal/journal-events.js';
import { type JournalFiles, NODE_JOURNAL_FILES } from '../../pool/journal/journal-files.js';
import { journalFile, listJournalFiles } from '../../pool/journal/journal-folder.js';
import { JournalWriter } from '../../pool/journal/journal-writer.js';
import { readSegment } from '../../pool/journal/read-segment.js';
import { SegmentSeries } from '../../pool/journal/segment-series.js';
import { seededBytes } from './seeded-bytes.js';

export const JOURNAL_ID = '0123456789abcdef';

/** A multiple of the slice. */
export const START_MS = 1_800_000_000_000;

/** An empty folder that goes with the test. */
export function testFolder(t: Pick<TestContext, 'after'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-journal-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An account, the same for the same number. */
export function testAccount(n: number, payoutGroup = 0): Account {
  return {
    key: `00${n.toString(16).padStart(64, '0')}`,
    address: `1address${n}:${payoutGroup}`,
    payoutGroup,
  };
}

export function testHash(seed: number | string): Uint8Array {
  return seededBytes(`hash ${seed}`, 32);
}

export function testBlock(hash: string, over: Partial<BlockFound> = {}): BlockFound {
  return {
    hash,
    header: 'aa'.repeat(326),
    txsBlob: '00'.repeat(100),
    chain: 5,
    height: 77,
    target: 'ff'.repeat(32),
    node: 'node-1',
    frontEnd: 'front-1',
    jobMs: START_MS - 100,
    foundMs: START_MS,
    worker: { account: testAccount(1).key, name: 'rig' },
    address: testAccount(1).address,
    work: '16',
    ownInputs: '',
    ...over,
  };
}

/** What a writer did, and the means to move its time. */
export interface WriterHarness {
  readonly writer: JournalWriter;
  readonly segments: SegmentSeries;
  readonly folder: string;
  readonly closed: ClosedSegment[];
  readonly through: { throughMs: number; number: number }[];
  readonly events: JournalEvent[];
  /** ms since the epoch; the monotonic clock goes along. */
  nowMs: number;
  /** The closed segments, read. */
  batches(): Batch[];
}

/** A writer that is moved by hand. */
export function writerHarness(
  folder: string,
  options: { readonly files?: JournalFiles; readonly maxUnconfirmedBytes?: number } = {},
): WriterHarness {
  const closed: ClosedSegment[] = [];
  const through: { throughMs: number; number: number }[] = [];
  const events: JournalEvent[] = [];
  const segments = new SegmentSeries({
    journal: JOURNAL_ID,
    folder,
    files: options.files ?? NODE_JOURNAL_FILES,
    maxUnconfirmedBytes: options.maxUnconfirmedBytes ?? 2 ** 30,
    monotonicMs: () => harness.nowMs,
    onSegmentClosed: (segment) => closed.push(segment),
    onEvent: (event) => events.push(event),
  });
  const writer = new JournalWriter({
    clock: () => harness.nowMs,
    segments,
    onThrough: (throughMs, number) => through.push({ throughMs, number }),
    onEvent: (event) => events.push(event),
  });
  const harness: WriterHarness = {
    writer,
    segments,
    folder,
    closed,
    through,
    events,
    nowMs: START_MS,
    batches: () =>
      listJournalFiles(folder).map(({ number }) => {
        const batch = readSegment(readFileSync(journalFile(folder, number, 'seg')));
        if (batch === undefined) throw new Error(`segment ${number} has no content`);
        return batch;
      }),
  };
  return harness;
}
