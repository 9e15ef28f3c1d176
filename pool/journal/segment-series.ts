/**
 * The segment files of a journal, one after the other, and whether more may be written: a failed write or the size
 * limit stops the series until a later try succeeds or the store has caught up.
 * @module
 */
import { join } from 'node:path';
import type { ClosedSegment, JournalEvent, RecorderProgress } from './journal-events.js';
import type { JournalFiles } from './journal-files.js';
import { journalFile } from './journal-folder.js';
import type { RecordBuffer } from './record-buffer.js';
import { SegmentFile } from './segment-file.js';

/** Wait between two tries after a failed write, ms. */
const RETRY_MS = 1000;

/** Bytes that a try writes: some thousand shares. If they do not fit, those shares would not have fitted either. */
const PROBE_BYTES = 64 * 1024;

/** Once the limit is reached, shares are refused until only this part of it is in use. */
const RESUME_AT = 0.9;

export interface SegmentSeriesModules {
  /** 16 hex digits. */
  readonly journal: string;
  /** The journal's folder. */
  readonly folder: string;
  readonly files: JournalFiles;
  /** Limit of bytes on disk that the store has not confirmed. */
  readonly maxUnconfirmedBytes: number;
  /** A monotonic clock, ms. */
  readonly monotonicMs: () => number;
  readonly onSegmentClosed: (segment: ClosedSegment) => void;
  readonly onEvent: (event: JournalEvent) => void;
}

/** The segments of one journal. */
export class SegmentSeries {
  readonly #modules: SegmentSeriesModules;
  #open: SegmentFile | undefined;
  /** A segment whose failed write could not be cut off yet. No other segment begins before that: refused shares must never count. */
  #damaged: SegmentFile | undefined;
  #closedNumber = 0;
  /** Bytes of each closed segment that the recorder has not taken over, by segment number. */
  readonly #handed = new Map<number, number>();
  #recorderBytes = 0;
  #failed = false;
  #retryAtMs = 0;
  #full = false;
  #ended = false;
  #writeErrors = 0;

  constructor(modules: SegmentSeriesModules) {
    this.#modules = modules;
  }

  get writable(): boolean {
    return !this.#failed && !this.#full && !this.#ended;
  }

  /** Whether the last write failed, as on a full disk. The size limit does not count. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Bytes of the open segment. */
  get openBytes(): number {
    return this.#open?.committed ?? 0;
  }

  /** Number of the last closed segment; 0 if none was closed. */
  get closedNumber(): number {
    return this.#closedNumber;
  }

  /** Whether a segment's failed write still has to be cut off. */
  get damaged(): boolean {
    return this.#damaged !== undefined;
  }

  get writeErrors(): number {
    return this.#writeErrors;
  }

  /** Bytes on disk that the store has not confirmed. */
  get unconfirmedBytes(): number {
    let bytes = this.openBytes + (this.#damaged?.committed ?? 0) + this.#recorderBytes;
    for (const handed of this.#handed.values()) bytes += handed;
    return bytes;
  }

  /** Writes records as a frame, into a new segment if none is open. @returns false if the write failed: then `abandon` must follow */
  append(records: RecordBuffer, timeMs: number, sliceMs: number): boolean {
    const { journal, folder, files } = this.#modules;
    const number = this.#closedNumber + 1;
    let start = records.frame(timeMs);
    if (this.#open === undefined) {
      start = records.header({ journal, number, sliceMs });
      this.#open = new SegmentFile(journalFile(folder, number, 'seg'), files);
    }
    try {
      this.#open.append(records.bytes, start, records.end);
    } catch (error) {
      this.#fail(error);
      return false;
    }
    this.#checkLimit();
    return true;
  }

  /** Closes the open segment. */
  close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    open.close();
    this.#hand(open);
  }

  /** Cuts the open segment back to its last complete frame and closes it, now or as soon as that works. */
  abandon(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    this.#damaged = open;
    this.#repair();
  }

  /** Retries what failed, once a second. @param bytes - bytes that wait to be written: there has to be room for them */
  recover(bytes: number): void {
    if (this.#modules.monotonicMs() >= this.#retryAtMs) this.recoverNow(bytes);
  }

  /** Retries what failed, without a wait. */
  recoverNow(bytes: number): void {
    if (!this.#failed) return;
    this.#retryAtMs = this.#modules.monotonicMs() + RETRY_MS;
    if (!this.#repair() || !this.#probe(Math.max(PROBE_BYTES, bytes))) return;
    this.#failed = false;
    if (!this.#full) this.#modules.onEvent({ type: 'writable' });
  }

  progress(progress: RecorderProgress): void {
    for (const number of this.#handed.keys()) if (number <= progress.taken) this.#handed.delete(number);
    this.#recorderBytes = progress.unconfirmedBytes;
    this.#checkLimit();
  }

  /** Ends the series. Nothing may be written afterwards. */
  end(): void {
    this.#ended = true;
  }

  #hand(segment: SegmentFile): void {
    this.#closedNumber += 1;
    const closed = {
      journal: this.#modules.journal,
      number: this.#closedNumber,
      bytes: segment.committed,
    };
    this.#handed.set(closed.number, closed.bytes);
    this.#modules.onSegmentClosed(closed);
  }

  #fail(error: unknown): void {
    this.#writeErrors += 1;
    this.#retryAtMs = this.#modules.monotonicMs() + RETRY_MS;
    if (this.#failed) return;
    this.#failed = true;
    const message = `journal: ${error instanceof Error ? error.message : String(error)}`;
    this.#modules.onEvent({ type: 'unwritable', reason: 'writeFailed', message });
  }

  /** Cuts off the failed write of a damaged segment. @returns whether no damaged segment is left */
  #repair(): boolean {
    const damaged = this.#damaged;
    if (damaged === undefined) return true;
    try {
      damaged.repair();
    } catch (error) {
      this.#fail(error);
      return false;
    }
    this.#damaged = undefined;
    if (damaged.committed > 0) this.#hand(damaged);
    return true;
  }

  /** Whether this many bytes can be written, by writing them to a file of their own. */
  #probe(bytes: number): boolean {
    const path = join(this.#modules.folder, 'probe.tmp');
    const probe = new SegmentFile(path, this.#modules.files);
    try {
      // A trial file that could not be removed before.
      this.#modules.files.remove(path);
    } catch {
      // Mostly there is no such file.
    }
    try {
      probe.append(new Uint8Array(bytes), 0, bytes);
      probe.discard();
      return true;
    } catch (error) {
      this.#fail(error);
      try {
        probe.discard();
      } catch {
        // The next try removes the file.
      }
      return false;
    }
  }

  #checkLimit(): void {
    const bytes = this.unconfirmedBytes;
    const max = this.#modules.maxUnconfirmedBytes;
    if (!this.#full && bytes >= max) {
      this.#full = true;
      const message = `journal: ${bytes} bytes are not in the store yet, the limit is ${max}`;
      if (!this.#failed) this.#modules.onEvent({ type: 'unwritable', reason: 'limit', message });
    } else if (this.#full && bytes <= max * RESUME_AT) {
      this.#full = false;
      if (!this.#failed) this.#modules.onEvent({ type: 'writable' });
    }
  }
}
