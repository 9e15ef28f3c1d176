/**
 * The batches of one journal that the store still lacks, and those that are kept in case the store goes back in time.
 * @module
 */
import { rm } from 'node:fs/promises';
import type { Batch } from '../domain/batch.js';
import { BatchDamagedError } from '../journal/batch-file.js';
import { type JournalFileKind, journalFile, listJournalFiles } from '../journal/journal-folder.js';
import type { JournalMark } from '../ports/store.js';
import * as files from './batch-files.js';
import type { DrainedJournal, RecorderEvent } from './recorder-events.js';

/** Confirmed batches stay for this long, ms: a store that is restored from a backup of that age loses nothing. */
export const RETENTION_MS = 3_600_000;

/** One numbered segment or batch of the journal. */
interface Entry {
  readonly number: number;
  kind: JournalFileKind;
  bytes: number;
  /** Of kind `done`: when it was confirmed, ms since the epoch on our clock. */
  doneMs: number;
}

/** The next thing to send. */
export interface NextBatch {
  readonly batch: Batch;
  /** Whether the store, as far as we know, lacks earlier numbers that nobody has any more. */
  readonly afterGap: boolean;
}

/** The numbers of one journal by state. Files change before the state does, so that a failed step can be repeated. */
export class JournalDrain {
  readonly id: string;
  readonly #path: string;
  readonly #now: () => number;
  readonly #onEvent: (event: RecorderEvent) => void;
  /** Entries ascending by number: confirmed ones first. */
  #entries: Entry[] = [];
  #live: boolean;
  #closedNumber: number;
  /** The last batch that was made, so that it need not be read again. */
  #fresh: Batch | undefined;
  /** Whether the store was asked for its mark of this journal. */
  #compared = false;
  /** Whether the store has ever heard of this journal. */
  #known = false;
  #markNumber = 0;
  /** Highest number whose loss was reported. */
  #toldLost = 0;
  #storedThroughMs = 0;
  #toldThrough = { throughMs: 0, number: 0 };
  #finished = false;

  /** @param now - our clock, ms since the epoch */
  constructor(journal: DrainedJournal, now: () => number, onEvent: (event: RecorderEvent) => void) {
    this.id = journal.id;
    this.#path = journal.path;
    this.#live = journal.live;
    this.#closedNumber = journal.closedNumber;
    this.#now = now;
    this.#onEvent = onEvent;
  }

  /** Highest number known here. */
  get taken(): number {
    return this.#closedNumber;
  }

  get pending(): number {
    return this.#entries.reduce((n, { kind }) => (kind === 'done' ? n : n + 1), 0);
  }

  get unconfirmedBytes(): number {
    return this.#entries.reduce((n, { kind, bytes }) => (kind === 'done' ? n : n + bytes), 0);
  }

  /** Everything before this time, ms since the epoch, is stored. */
  get throughMs(): number {
    return this.#storedThroughMs;
  }

  /** Whether nothing is left to send or to keep. Only true of a journal that nobody writes. */
  get emptied(): boolean {
    return !this.#live && this.#compared && this.#entries.length === 0 && (this.#finished || !this.#known);
  }

  /** Reads what is in the folder. @throws the error of the operating system */
  async scan(): Promise<void> {
    const entries = new Map<number, Entry>();
    for (const { number, kind } of listJournalFiles(this.#path)) {
      if (kind === 'seg') {
        if (this.#live && number > this.#closedNumber) continue;
        if (entries.has(number)) {
          // The batch was made, and then the process died before it removed the segment.
          await rm(journalFile(this.#path, number, 'seg'), { force: true });
          continue;
        }
      }
      const { bytes, changedMs } = await files.fileFacts(journalFile(this.#path, number, kind));
      entries.set(number, { number, kind, bytes, doneMs: changedMs });
      this.#closedNumber = Math.max(this.#closedNumber, number);
    }
    // Further segments may have been closed meanwhile.
    for (const entry of this.#entries) if (!entries.has(entry.number)) entries.set(entry.number, entry);
    this.#entries = [...entries.values()].sort((a, b) => a.number - b.number);
    await this.expire();
  }

  /** Takes over a closed segment. */
  add(number: number, bytes: number): void {
    this.#closedNumber = Math.max(this.#closedNumber, number);
    if (!this.#entries.some((entry) => entry.number === number))
      this.#entries.push({ number, kind: 'seg', bytes, doneMs: 0 });
  }

  /** The writer holds nothing from before this time, except segments up to this number. */
  through(throughMs: number, number: number): void {
    if (throughMs > this.#toldThrough.throughMs) this.#toldThrough = { throughMs, number };
  }

  /** The journal is not written any more. */
  finish(): void {
    this.#live = false;
  }

  /** Makes a batch of each segment. @throws the error of the operating system, on a full disk */
  async prepare(): Promise<void> {
    for (const entry of [...this.#entries]) if (entry.kind === 'seg') await this.#makeBatch(entry);
  }

  /** The entry with the lowest number that the store lacks; undefined if it has all. @throws the error of the operating system */
  async next(): Promise<NextBatch | undefined> {
    const entry = this.#entries.find(({ kind }) => kind !== 'done');
    if (entry === undefined) return undefined;
    const batch = await this.#load(entry);
    if (batch === undefined) return this.next();
    return { batch, afterGap: entry.number > this.#markNumber + 1 };
  }

  /** Notes that the store has a batch. */
  async confirm(batch: Batch): Promise<void> {
    this.#known = true;
    this.#markNumber = Math.max(this.#markNumber, batch.number);
    this.#storedThroughMs = Math.max(this.#storedThroughMs, batch.throughMs);
    const entry = this.#entries.find(({ number }) => number === batch.number);
    if (entry !== undefined) await this.#done(entry);
  }

  /** Compares with the store's mark: batches that it lacks become pending again, batches that it has are confirmed. */
  async compare(mark: JournalMark | undefined): Promise<void> {
    this.#compared = true;
    this.#known = mark !== undefined;
    this.#markNumber = mark?.number ?? 0;
    this.#storedThroughMs = mark?.throughMs ?? 0;
    this.#finished = mark?.finished ?? false;
    let revived = 0;
    for (const entry of [...this.#entries]) {
      if (entry.number <= this.#markNumber) {
        await this.#done(entry);
      } else if (entry.kind === 'done') {
        await files.reviveBatchFile(this.#path, entry.number);
        entry.kind = 'batch';
        revived += 1;
      }
    }
    if (revived > 0)
      this.#onEvent({ type: 'storeWentBack', journal: this.id, number: this.#markNumber, batches: revived });
    this.#tellLost();
  }

  /** The report for the store that is due beside batches; undefined if none is. */
  report(): { readonly throughMs: number; readonly finished: boolean } | undefined {
    if (!this.#live && this.pending === 0) {
      return this.#known && !this.#finished
        ? { throughMs: this.#storedThroughMs, finished: true }
        : undefined;
    }
    const { throughMs, number } = this.#toldThrough;
    const stored = this.#entries.every((entry) => entry.kind === 'done' || entry.number > number);
    return stored && number <= this.#closedNumber && throughMs > this.#storedThroughMs
      ? { throughMs, finished: false }
      : undefined;
  }

  reported(report: { readonly throughMs: number; readonly finished: boolean }): void {
    this.#storedThroughMs = Math.max(this.#storedThroughMs, report.throughMs);
    if (!report.finished) return;
    this.#finished = true;
    this.#onEvent({ type: 'finished', journal: this.id });
  }

  /** Removes confirmed batches whose time is over. A batch from the future is of a wrong clock, and is removed, too. */
  async expire(): Promise<void> {
    const now = this.#now();
    for (const entry of [...this.#entries]) {
      if (entry.kind !== 'done' || Math.abs(now - entry.doneMs) < RETENTION_MS) continue;
      await rm(journalFile(this.#path, entry.number, 'done'), { force: true });
      this.#forget(entry);
    }
  }

  async #done(entry: Entry): Promise<void> {
    if (entry.kind === 'done') return;
    if (entry.kind === 'seg') {
      // The disk had no room for the batch, so there is none for keeping the segment.
      await rm(journalFile(this.#path, entry.number, 'seg'), { force: true });
      this.#forget(entry);
      return;
    }
    const now = this.#now();
    await files.confirmBatchFile(this.#path, entry.number, now);
    entry.kind = 'done';
    entry.doneMs = now;
  }

  async #load(entry: Entry): Promise<Batch | undefined> {
    if (this.#fresh?.number === entry.number) return this.#fresh;
    if (entry.kind === 'seg') {
      try {
        return await this.#makeBatch(entry);
      } catch (error) {
        // On a full disk the batch is made from the segment itself: it is the same however often it is read.
        const { batch, damage } = await files.readSegmentFile(this.#path, entry.number);
        if (batch === undefined || damage !== undefined) throw error;
        return batch;
      }
    }
    try {
      return await files.readBatchFile(this.#path, entry.number);
    } catch (error) {
      if (!(error instanceof BatchDamagedError)) throw error;
      await this.#damaged(journalFile(this.#path, entry.number, 'batch'), entry.number, error.message);
      return this.#write(entry, this.#emptyBatch(entry.number));
    }
  }

  /** @returns undefined if the segment held nothing, and was removed */
  async #makeBatch(entry: Entry): Promise<Batch | undefined> {
    const path = journalFile(this.#path, entry.number, 'seg');
    const { batch, damage } = await files.readSegmentFile(this.#path, entry.number);
    const last = entry.number === this.#closedNumber;
    if (batch === undefined && damage === undefined && last && !this.#live) {
      // The segment holds no whole commit, so no share of it was acknowledged.
      await rm(path, { force: true });
      this.#forget(entry);
      return undefined;
    }
    if (damage !== undefined || batch === undefined)
      await this.#damaged(path, entry.number, damage ?? 'nothing in it can be read');
    return this.#write(entry, batch ?? this.#emptyBatch(entry.number));
  }

  async #write(entry: Entry, batch: Batch): Promise<Batch> {
    entry.bytes = await files.writeBatchFile(this.#path, batch);
    entry.kind = 'batch';
    this.#fresh = batch;
    return batch;
  }

  async #damaged(path: string, number: number, message: string): Promise<void> {
    const file = await files.keepDamaged(path);
    this.#onEvent({ type: 'damaged', journal: this.id, number, file, message });
  }

  /** Reports batches that the store lacks and that are not here. */
  #tellLost(): void {
    const from = this.#markNumber + 1;
    const to = (this.#entries.find(({ kind }) => kind !== 'done')?.number ?? this.#closedNumber + 1) - 1;
    if (to < from || to <= this.#toldLost) return;
    this.#toldLost = to;
    this.#onEvent({ type: 'batchesLost', journal: this.id, from, to });
  }

  #forget(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }

  /** An empty batch in the place of a lost one, so that the numbers have no gap. */
  #emptyBatch(number: number): Batch {
    const { id: journal, throughMs } = this;
    return { journal, number, throughMs, workers: [], slices: [], blocksFound: [], blockStates: [] };
  }
}
