/**
 * Writes a journal, on the hot path of every share. All calls are synchronous; time comes from the clock that is handed in.
 *
 * ```
 * first note of a tick: rotate if due -> records into the buffer ... -> commit: one write
 *                                           | fails: cut off, close, refuse until a try of `tick` succeeds;
 *                                           v        block records are written again then
 * ```
 * @module
 */
import { ALL_CHAINS, CHAINS, type ChainIndex } from '../../protocol/chain.js';
import type { Account } from '../domain/account.js';
import { SLICE_MS } from '../domain/batch.js';
import type { BlockFound, BlockStateChange } from '../domain/block-record.js';
import type { Difficulty } from '../domain/difficulty.js';
import { REJECT_REASON_NAMES, type RejectReason } from '../domain/reject-reasons.js';
import type { JournalWorker, ShareJournal } from '../ports/journal.js';
import { type BlockNote, BlockNotes } from './block-notes.js';
import type { JournalEvent } from './journal-events.js';
import { JournalWorkers } from './journal-workers.js';
import { RecordBuffer } from './record-buffer.js';
import * as records from './records.js';
import { RECORD, SHARE_BYTES } from './segment-format.js';
import { SegmentNumbers } from './segment-numbers.js';
import type { SegmentSeries } from './segment-series.js';

/** A segment longer than this is closed, bytes: 600,000 shares, which a recorder reads in some 50 ms. */
export const MAX_SEGMENT_BYTES = 4 * 1024 * 1024;

/** A segment with more workers than this is closed, so that its batch stays small... */
export const MAX_SEGMENT_WORKERS = 20_000;

/** ...and one with more than this once it is older than `YOUNG_SEGMENT_MS`: each new segment defines all workers again. */
export const MANY_SEGMENT_WORKERS = 2000;
export const YOUNG_SEGMENT_MS = 2000;

export interface JournalWriterModules {
  /** ms since the epoch on the store's clock. */
  readonly clock: () => number;
  readonly segments: SegmentSeries;
  /** Everything before this time, ms since the epoch, is in closed segments up to this number. */
  readonly onThrough: (throughMs: number, number: number) => void;
  readonly onEvent: (event: JournalEvent) => void;
}

/** Since the last commit: nothing was noted; something was; something was that can't be recorded. */
type Tick = 'idle' | 'noting' | 'dropping';

/** The writer of one journal. */
export class JournalWriter implements ShareJournal {
  readonly #modules: JournalWriterModules;
  readonly #segments: SegmentSeries;
  readonly #workers = new JournalWorkers();
  readonly #buffer = new RecordBuffer();
  readonly #targets: (Uint8Array | undefined)[] = Array.from({ length: CHAINS }, () => undefined);
  /** Bit n is set while the target of chain n is not in the segment. */
  #untoldTargets = 0;
  #numbers = new SegmentNumbers();
  /** Segments begun so far, empty ones included. A worker's number belongs to one of them. */
  #segment = 0;
  #sliceMs = 0;
  #begun = false;
  #begunMs = 0;
  #rotateSoon = false;
  readonly #blocks: BlockNotes;
  #tick: Tick = 'idle';
  /** The latest time that was written or told, ms since the epoch. */
  #lastMs = 0;
  #throughMs = 0;
  #commits = 0;

  constructor(modules: JournalWriterModules) {
    this.#modules = modules;
    this.#segments = modules.segments;
    this.#blocks = new BlockNotes({
      onWaiting: (hash) => modules.onEvent({ type: 'blockWaits', hash }),
      onLost: (hash) => modules.onEvent({ type: 'blockUnrecorded', hash }),
    });
  }

  get writable(): boolean {
    return this.#segments.writable;
  }

  /** Number of commits that wrote something. */
  get commits(): number {
    return this.#commits;
  }

  worker(account: Account, name: string): JournalWorker {
    return this.#workers.number(account, name);
  }

  /** Undoes one call of `worker` when a connection ends, so that the table does not grow for ever. Not allowed between a note and its commit. */
  releaseWorker(worker: JournalWorker): void {
    this.#workers.release(worker);
  }

  /** Number of workers in use. */
  get workers(): number {
    return this.#workers.size;
  }

  share(worker: JournalWorker, chain: ChainIndex, difficulty: Difficulty, hash: Uint8Array): void {
    if (this.#tick !== 'noting' && !this.#begin()) return;
    const local = this.#localWorker(worker);
    let number = this.#numbers.difficulty(local, difficulty);
    if (number < 0) {
      this.#require(
        records.writeDifficulty(this.#buffer, this.#numbers.addDifficulty(difficulty), difficulty),
      );
      number = this.#numbers.difficulty(local, difficulty);
    }
    const at = this.#buffer.reserve(SHARE_BYTES);
    if (at < 0) {
      this.#drop();
      return;
    }
    const bytes = this.#buffer.bytes;
    bytes[at] = chain;
    bytes[at + 1] = local >>> 16;
    bytes[at + 2] = local >>> 8;
    bytes[at + 3] = local;
    bytes[at + 4] = number >>> 16;
    bytes[at + 5] = number >>> 8;
    bytes[at + 6] = number;
    if (this.#numbers.improves(local, hash)) this.#require(records.writeBestHash(this.#buffer, local, hash));
  }

  reject(worker: JournalWorker, reason: RejectReason): void {
    if (this.#tick !== 'noting' && !this.#begin()) return;
    const index = REJECT_REASON_NAMES.indexOf(reason);
    this.#require(records.writeReject(this.#buffer, this.#localWorker(worker), index));
  }

  target(chain: ChainIndex, target: Uint8Array): void {
    const known = this.#targets[chain];
    if (known !== undefined && Buffer.compare(known, target) === 0) return;
    this.#targets[chain] = new Uint8Array(target);
    // The target is written with the next commit: a target alone begins no segment.
    this.#untoldTargets |= 1 << chain;
  }

  blockFound(block: BlockFound): void {
    this.#block({ tag: RECORD.blockFound, block });
  }

  blockState(change: BlockStateChange): void {
    this.#block({ tag: RECORD.blockState, block: change });
  }

  commit(): boolean {
    if (this.#tick === 'idle') return true;
    if (this.#tick === 'noting') {
      for (const chain of ALL_CHAINS) {
        if ((this.#untoldTargets & (1 << chain)) !== 0)
          this.#require(records.writeTarget(this.#buffer, chain, this.#targets[chain]!));
      }
      // A tick that began in this slice counts in it, even if it ends later.
      this.#lastMs = Math.max(this.#lastMs, Math.min(this.#time(), this.#sliceMs + SLICE_MS - 1));
    }
    // The notes of this tick may be more than a commit holds.
    const whole = (this.#tick as Tick) === 'noting';
    this.#tick = 'idle';
    if (whole && this.#write()) {
      this.#untoldTargets = 0;
      this.#commits += 1;
      const count = this.#blocks.recorded();
      if (count > 0) this.#modules.onEvent({ type: 'blocksRecorded', count });
      return true;
    }
    this.#abandon();
    return false;
  }

  /** Closes the segment when it is due, and retries what failed. To be called some times a second, not between a note and its commit. */
  tick(): void {
    if (this.#tick !== 'idle') return;
    this.#segments.recover(this.#blocks.waitingBytes);
    this.#writeBlocks();
    const now = this.#time();
    if (this.#begun && (this.#rotateSoon || this.#full(now))) this.#close(now);
    const sliceMs = now - (now % SLICE_MS);
    if (!this.#begun && !this.#segments.damaged && sliceMs > this.#throughMs) {
      this.#lastMs = Math.max(this.#lastMs, sliceMs);
      this.#throughMs = sliceMs;
      this.#modules.onThrough(sliceMs, this.#segments.closedNumber);
    }
  }

  /** Commits the notes and closes the segment. Nothing may be noted afterwards. */
  close(): void {
    this.commit();
    // The last chance to write the blocks that wait.
    if (this.#blocks.waits) this.#segments.recoverNow(this.#blocks.waitingBytes);
    this.#writeBlocks();
    if (this.#begun) this.#close(this.#time());
    this.#blocks.end();
    this.#segments.end();
  }

  #time(): number {
    return Math.max(this.#lastMs, Math.floor(this.#modules.clock()));
  }

  #full(now: number): boolean {
    const { workers } = this.#numbers;
    return (
      now >= this.#sliceMs + SLICE_MS ||
      this.#segments.openBytes >= MAX_SEGMENT_BYTES ||
      workers >= MAX_SEGMENT_WORKERS ||
      (workers >= MANY_SEGMENT_WORKERS && now - this.#begunMs >= YOUNG_SEGMENT_MS)
    );
  }

  /** Called before the first note of a tick. @returns whether this tick can be recorded */
  #begin(): boolean {
    if (this.#tick === 'dropping') return false;
    const now = this.#time();
    if (this.#begun && this.#full(now)) this.#close(now);
    if (!this.#segments.writable) {
      this.#tick = 'dropping';
      return false;
    }
    this.#beginAt(now);
    return true;
  }

  #beginAt(now: number): void {
    this.#tick = 'noting';
    if (!this.#begun) {
      this.#begun = true;
      this.#begunMs = now;
      this.#rotateSoon = false;
      this.#segment += 1;
      this.#numbers = new SegmentNumbers();
      this.#sliceMs = now - (now % SLICE_MS);
      this.#untoldTargets = this.#targets.reduce((mask, target, n) => (target ? mask | (1 << n) : mask), 0);
    }
    for (const note of this.#blocks.all) this.#writeBlock(note);
  }

  /** Writes the block records that wait. They ignore the size limit: they are small and worth the most. */
  #writeBlocks(): void {
    if (!this.#blocks.waits || this.#segments.failed) return;
    const now = this.#time();
    if (this.#begun && this.#full(now)) this.#close(now);
    if (this.#segments.failed) return;
    this.#beginAt(now);
    this.commit();
  }

  #localWorker(worker: JournalWorker): number {
    const known = this.#workers.numberIn(this.#segment, worker);
    if (known >= 0) return known;
    const named = this.#workers.named(worker);
    const number = this.#numbers.addWorker();
    this.#require(records.writeWorker(this.#buffer, number, named));
    this.#workers.told(this.#segment, worker, number);
    return number;
  }

  #block(note: BlockNote): void {
    this.#blocks.add(note);
    if (this.#tick === 'noting') this.#writeBlock(note);
    // `#begin` writes this note with all that wait.
    else this.#begin();
  }

  #writeBlock({ tag, block }: BlockNote): void {
    this.#require(records.writeBlock(this.#buffer, tag, block));
    this.#rotateSoon = true;
  }

  #require(written: boolean): void {
    if (!written) this.#drop();
  }

  #drop(): void {
    this.#tick = 'dropping';
  }

  /** Writes the buffer as a frame. @returns whether it was written */
  #write(): boolean {
    const written = this.#segments.append(this.#buffer, this.#lastMs, this.#sliceMs);
    this.#buffer.clear();
    return written;
  }

  /** Drops the records of this tick, except those of blocks, and cuts the segment back to its last complete commit. */
  #abandon(): void {
    this.#buffer.clear();
    this.#begun = false;
    this.#segments.abandon();
    this.#blocks.failed();
  }

  #close(now: number): void {
    const endMs = this.#sliceMs + SLICE_MS;
    const throughMs = Math.min(now, endMs);
    records.writeEnd(this.#buffer, throughMs);
    this.#begun = false;
    if (this.#write()) {
      this.#lastMs = Math.max(this.#lastMs, throughMs);
      this.#throughMs = Math.max(this.#throughMs, throughMs);
      this.#segments.close();
    } else {
      this.#segments.abandon();
    }
  }
}
