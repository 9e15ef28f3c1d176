/**
 * Reads each part of a slice from the store once, when it is whole, however late it comes.
 *
 * A journal's mark says up to when everything of it is stored: its slices before that never change, so for each journal only
 * the time up to which it was read is kept. When a journal is first seen, its past is read, too, newest first,
 * in steps between which others may use the store.
 *
 * ```
 *            | read backwards, a step at a time | read forwards at each poll |
 *  a day ago -----------------------------------+----------------------------+---> settled until
 *                                     journal seen first
 * ```
 * @module
 */
import { SLICE_MS } from '../domain/batch.js';
import type { JournalMark, Store, StoredSlice } from '../ports/store.js';
import { LONGEST_REACH_MS, summableMs } from './hashrate-window.js';

/** The end of the windows may be behind the store's clock by this, ms. */
const MAX_BEHIND_MS = 120_000;

/** How far back slices matter, ms. */
export const HORIZON_MS = LONGEST_REACH_MS + MAX_BEHIND_MS;

/** A front end that is behind by more, ms, does not hold back the figures: its slices count when they come. */
const MAX_HOLD_MS = 60_000;

/** Time that a slice takes into the store if no front end reports its progress, ms. */
const USUAL_DELAY_MS = 20_000;

/** Most slices that are read at once: some 60,000 entries in a pool of 10,000 workers. */
const SLICES_AT_ONCE = 3;

/** Most slices of the past that are read at once. */
const PAST_SLICES_AT_ONCE = 6;

/**
 * Takes slices: all of them, or none if it rejects.
 * @param togetherMs - slices of the same so many ms may be summed
 */
export type SliceSink = (slices: readonly StoredSlice[], togetherMs: number) => Promise<void>;

export class SliceFollower {
  readonly #store: Pick<Store, 'journals' | 'slices'>;
  readonly #sink: SliceSink;
  /** For each journal the time up to which it was read, ms since the epoch: a multiple of SLICE_MS. */
  readonly #readTo = new Map<string, number>();
  /** Journals whose past is still to be read: everything before this time, ms since the epoch. */
  readonly #past = new Map<string, number>();
  /** The journals among them that existed at the first poll; undefined before it. */
  #firstSeen: Set<string> | undefined;
  #untilMs: number | undefined;
  #horizonMs = 0;

  constructor(store: Pick<Store, 'journals' | 'slices'>, sink: SliceSink) {
    this.#store = store;
    this.#sink = sink;
  }

  /** End of the slices that count, ms since the epoch; undefined before the first poll. */
  get untilMs(): number | undefined {
    return this.#untilMs;
  }

  /** Everything since this time, ms since the epoch, has been read. It moves back until it reaches the horizon. */
  get sinceMs(): number {
    let sinceMs = this.#horizonMs;
    for (const journal of this.#firstSeen ?? []) sinceMs = Math.max(sinceMs, this.#past.get(journal) ?? 0);
    return sinceMs;
  }

  get horizonMs(): number {
    return this.#horizonMs;
  }

  /** Whether a part of the past is still to be read. */
  get catchingUp(): boolean {
    return this.#past.size > 0;
  }

  /** Number of journals that are followed. */
  get journals(): number {
    return this.#readTo.size;
  }

  /** Reads new slices. @param nowMs - on the store's clock @throws errors of the store: call it again later */
  async poll(nowMs: number): Promise<void> {
    const horizonMs = sliceOf(nowMs - HORIZON_MS);
    const marks = (await this.#store.journals()).filter(({ throughMs }) => throughMs > horizonMs);
    const untilMs = Math.max(settledUntil(marks, nowMs), this.#untilMs ?? 0);
    this.#horizonMs = horizonMs;
    this.#forget(marks);
    const due = new Map<string, number>();
    for (const mark of marks) {
      const toMs = Math.min(untilMs, wholeUntil(mark));
      const readTo = this.#readTo.get(mark.journal);
      if (readTo === undefined) {
        this.#readTo.set(mark.journal, toMs);
        if (mark.number > 0) this.#past.set(mark.journal, toMs);
      } else if (toMs > readTo) due.set(mark.journal, toMs);
    }
    this.#firstSeen ??= new Set(this.#past.keys());
    await this.#readForwards(due);
    this.#untilMs = untilMs;
  }

  /** Reads a step of the past. @throws what the store throws: call it again later */
  async readPast(): Promise<void> {
    const toMs = Math.max(...this.#past.values());
    const fromMs = toMs - PAST_SLICES_AT_ONCE * SLICE_MS;
    const isOf = ({ journal, startMs }: StoredSlice): boolean => startMs < (this.#past.get(journal) ?? 0);
    const slices = (await this.#store.slices(fromMs, toMs)).filter(isOf);
    await this.#sink(slices, summableMs(this.#untilMs! - toMs));
    const first = new Set(slices.flatMap(({ journal, number }) => (number === 1 ? [journal] : [])));
    for (const [journal, before] of this.#past) {
      // No slice of a journal is older than its first batch, which is of one slice.
      if (first.has(journal) || fromMs <= this.#horizonMs) this.#past.delete(journal);
      else if (before > fromMs) this.#past.set(journal, fromMs);
    }
  }

  async #readForwards(due: Map<string, number>): Promise<void> {
    while (due.size > 0) {
      const fromMs = Math.min(...[...due.keys()].map((journal) => this.#readTo.get(journal)!));
      const toMs = Math.min(fromMs + SLICES_AT_ONCE * SLICE_MS, Math.max(...due.values()));
      const isDue = ({ journal, startMs }: StoredSlice): boolean => {
        const end = due.get(journal);
        return end !== undefined && startMs < end && startMs >= this.#readTo.get(journal)!;
      };
      await this.#sink((await this.#store.slices(fromMs, toMs)).filter(isDue), SLICE_MS);
      for (const [journal, end] of due) {
        this.#readTo.set(journal, Math.max(this.#readTo.get(journal)!, Math.min(end, toMs)));
        if (toMs >= end) due.delete(journal);
      }
    }
  }

  /** Forgets journals without slices that matter. If such a journal goes on after all, it is read from its past again. */
  #forget(marks: readonly JournalMark[]): void {
    const known = new Set(marks.map(({ journal }) => journal));
    for (const journal of this.#readTo.keys()) {
      if (known.has(journal)) continue;
      this.#readTo.delete(journal);
      this.#past.delete(journal);
    }
  }
}

/** The end of the slices that are there of all front ends at work. */
function settledUntil(marks: readonly JournalMark[], nowMs: number): number {
  const atWork = marks.filter(({ finished, throughMs }) => !finished && throughMs > nowMs - MAX_HOLD_MS);
  const untilMs =
    atWork.length === 0
      ? nowMs - USUAL_DELAY_MS
      : Math.min(nowMs, ...atWork.map(({ throughMs }) => throughMs));
  return sliceOf(untilMs);
}

/** The end of a journal's whole slices. */
function wholeUntil({ throughMs, finished }: JournalMark): number {
  return finished ? sliceOf(throughMs) + SLICE_MS : sliceOf(throughMs);
}

function sliceOf(timeMs: number): number {
  return Math.floor(timeMs / SLICE_MS) * SLICE_MS;
}
