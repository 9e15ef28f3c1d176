/**
 * Reads slices back from a time, some at once, as tables of work need them.
 * @module
 */
import { SLICE_MS } from '../domain/batch.js';
import type { Store, StoredSlice, StoredSliceEntry } from '../ports/store.js';
import { isMoved, isOf, isTooNew, type LateWork } from './late-work.js';
import type { Turns } from './turns.js';

/** Entries that are read at once: some 3 ms of work. One slice of a large pool has more. */
const ENTRIES_AT_ONCE = 5_000;

/** Most slices that are read at once: an hour of a pool with few miners. */
const MAX_SLICES_AT_ONCE = 360;

/** The same until one was met that holds anything: a slice of a large pool is read by itself. */
const EMPTY_SLICES_AT_ONCE = 16;

/** All that counts in a slice. */
export interface WholeSlice {
  /** ms since the epoch. */
  readonly startMs: number;
  /** Of each part. */
  readonly parts: readonly (readonly StoredSliceEntry[])[];
}

export class SliceReader {
  readonly #store: Pick<Store, 'slices'>;
  readonly #late: LateWork;
  readonly #turns: Turns;
  #slices = 1;
  /** Most entries of a slice, on the average of what was read at once. */
  #densest = 0;

  /** @param late - as of the table that is made */
  constructor(store: Pick<Store, 'slices'>, late: LateWork, turns: Turns) {
    this.#store = store;
    this.#late = late;
    this.#turns = turns;
  }

  /**
   * Slices in [fromMs, toMs) that hold anything, the newest first.
   * @param fromMs, toMs - starts of slices, ms since the epoch
   */
  async *back(fromMs: number, toMs: number): AsyncGenerator<WholeSlice> {
    this.#slices = 1;
    for (let endMs = toMs; endMs > fromMs; ) {
      const startMs = Math.max(fromMs, endMs - this.#slices * SLICE_MS);
      const parts = [...(await this.#read(startMs, endMs)), ...(await this.#moved(startMs, endMs))];
      yield* wholeSlices(parts);
      endMs = startMs;
    }
  }

  async #read(startMs: number, endMs: number): Promise<readonly StoredSlice[]> {
    await this.#turns.breathe();
    const parts = await this.#store.slices(startMs, endMs);
    const entries = parts.reduce((sum, part) => sum + part.entries.length, 0);
    const read = (endMs - startMs) / SLICE_MS;
    this.#densest = Math.max(this.#densest, entries / read);
    const most = this.#densest === 0 ? EMPTY_SLICES_AT_ONCE : Math.floor(ENTRIES_AT_ONCE / this.#densest);
    this.#slices = Math.max(1, Math.min(most, 2 * read, MAX_SLICES_AT_ONCE));
    return parts.filter((part) => !isMoved(this.#late.moves, part) && !isTooNew(this.#late, part));
  }

  /** Parts that count in these slices, and were found before. */
  async #moved(startMs: number, endMs: number): Promise<readonly StoredSlice[]> {
    const moved: StoredSlice[] = [];
    for (const move of this.#late.moves) {
      if (move.toMs < startMs || move.toMs >= endMs) continue;
      for (let atMs = move.fromMs; atMs < move.beforeMs; ) {
        const untilMs = Math.min(move.beforeMs, atMs + this.#slices * SLICE_MS);
        await this.#turns.breathe();
        const parts = await this.#store.slices(atMs, untilMs);
        for (const part of parts) if (isOf(move, part)) moved.push({ ...part, startMs: move.toMs });
        atMs = untilMs;
      }
    }
    return moved;
  }
}

/** Newest first. */
function wholeSlices(parts: readonly StoredSlice[]): WholeSlice[] {
  const slices = new Map<number, (readonly StoredSliceEntry[])[]>();
  for (const { startMs, entries } of parts) {
    const known = slices.get(startMs);
    if (known === undefined) slices.set(startMs, [entries]);
    else known.push(entries);
  }
  return [...slices]
    .map(([startMs, entries]) => ({ startMs, parts: entries }))
    .sort((a, b) => b.startMs - a.startMs);
}
