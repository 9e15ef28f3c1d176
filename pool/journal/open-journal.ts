/**
 * A journal of this process: a new, locked folder, and the writer with its timer.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bytesToHex } from '../../protocol/bytes.js';
import type { JournalWorker, ShareJournal } from '../ports/journal.js';
import { lockFolder } from './folder-lock.js';
import type { ClosedSegment, JournalEvent, RecorderProgress } from './journal-events.js';
import { type JournalFiles, NODE_JOURNAL_FILES } from './journal-files.js';
import { journalsFolder } from './journal-folder.js';
import { JournalWriter } from './journal-writer.js';
import { SegmentSeries } from './segment-series.js';

/** Time between two looks whether a segment is due, ms. */
const TICK_MS = 100;

/** Default limit of bytes on disk that the store has not confirmed: hours of a large pool without its store. */
export const DEFAULT_MAX_UNCONFIRMED_BYTES = 1024 ** 3;

export interface JournalOptions {
  /** The pool's data folder. */
  readonly folder: string;
  readonly maxUnconfirmedBytes: number;
}

export interface JournalModules {
  /** ms since the epoch on the store's clock. */
  readonly clock: () => number;
  readonly onSegmentClosed: (segment: ClosedSegment) => void;
  /** Everything before this time, ms since the epoch, is in segments up to this number. Called where a slice was empty. */
  readonly onThrough?: (throughMs: number, number: number) => void;
  readonly onEvent: (event: JournalEvent) => void;
  /** File operations; tests hand in their own. */
  readonly files?: JournalFiles;
}

/** Figures of a journal, for metrics. */
export interface JournalFigures {
  readonly unconfirmedBytes: number;
  readonly commits: number;
  readonly writeErrors: number;
  /** Segments closed so far. */
  readonly segments: number;
  /** Number of workers in use. */
  readonly workers: number;
}

/** The journal that this process writes. */
export interface Journal extends ShareJournal {
  /** 16 hex digits. */
  readonly id: string;
  /** The journal's folder. */
  readonly path: string;
  readonly figures: JournalFigures;
  /** Undoes one call of `worker` when a connection ends, so that the table does not grow for ever. */
  releaseWorker(worker: JournalWorker): void;
  /** Takes the recorder's progress, for the limit on disk space. */
  progress(progress: RecorderProgress): void;
  /** The work of the timer that runs ten times a second. */
  tick(): void;
  /** Commits the notes and closes the segment. Nothing may be noted afterwards; the folder stays locked. */
  close(): void;
  /** Releases the folder. To be called when the recorder has ended. */
  release(): void;
}

/** Opens a journal of its own. @throws the error of the operating system if there can't be one */
export function openJournal(options: JournalOptions, modules: JournalModules): Journal {
  const { id, path, lock } = makeFolder(options.folder);
  const segments = new SegmentSeries({
    journal: id,
    folder: path,
    files: modules.files ?? NODE_JOURNAL_FILES,
    maxUnconfirmedBytes: options.maxUnconfirmedBytes,
    monotonicMs: () => performance.now(),
    onSegmentClosed: modules.onSegmentClosed,
    onEvent: modules.onEvent,
  });
  const writer = new JournalWriter({
    clock: modules.clock,
    segments,
    onThrough: modules.onThrough ?? (() => {}),
    onEvent: modules.onEvent,
  });
  const timer = setInterval(() => writer.tick(), TICK_MS).unref();
  return {
    id,
    path,
    get writable() {
      return writer.writable;
    },
    get figures() {
      return {
        unconfirmedBytes: segments.unconfirmedBytes,
        commits: writer.commits,
        writeErrors: segments.writeErrors,
        segments: segments.closedNumber,
        workers: writer.workers,
      };
    },
    worker: (account, name) => writer.worker(account, name),
    releaseWorker: (worker) => writer.releaseWorker(worker),
    share: (worker, chain, difficulty, hash) => writer.share(worker, chain, difficulty, hash),
    reject: (worker, reason) => writer.reject(worker, reason),
    target: (chain, target) => writer.target(chain, target),
    blockFound: (block) => writer.blockFound(block),
    blockState: (change) => writer.blockState(change),
    commit: () => writer.commit(),
    progress: (progress) => segments.progress(progress),
    tick: () => writer.tick(),
    close: () => {
      clearInterval(timer);
      writer.close();
    },
    release: () => {
      clearInterval(timer);
      lock.release();
    },
  };
}

/** Makes a new folder and locks it. If another process adopted the folder first, it is left to that process. */
function makeFolder(dataFolder: string) {
  for (let tries = 0; tries < 10; tries++) {
    const id = bytesToHex(randomBytes(8));
    const path = join(journalsFolder(dataFolder), id);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const lock = lockFolder(path);
    if (lock !== undefined) return { id, path, lock };
  }
  throw new Error(`journal: no folder could be made in ${dataFolder}`);
}
