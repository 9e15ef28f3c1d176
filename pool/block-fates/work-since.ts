/**
 * The pool's work from one find to the next: what a block's luck is told from.
 * @module
 */
import { SLICE_MS } from '../domain/batch.js';
import type { BlockState } from '../domain/block-record.js';
import type { SeriesStep, Store } from '../ports/store.js';

/** Finds before a block that are looked at for one that a node took. */
const MAX_BEFORE = 100;

/** Slices that are read at once: with 10,000 workers a tenth of a second. */
const SLICES_AT_ONCE = 6;

/** Buckets of charts, the longest first. */
const STEPS: readonly SeriesStep[] = [86_400_000, 600_000];

const REFUSED: readonly BlockState[] = ['refused', 'missing'];

export type WorkStore = Pick<Store, 'foundBefore' | 'series' | 'slices'>;

/**
 * Work from the slice after that of the find before to that of this one. Of two finds in one slice the second has none.
 * Where charts are not kept any more in ten minutes, it is good to a day.
 * @param foundMs - ms since the epoch
 * @returns hashes
 */
export async function workSince(store: WorkStore, foundMs: number): Promise<bigint> {
  const before = await store.foundBefore(foundMs, MAX_BEFORE);
  const last = before.find(({ state }) => !REFUSED.includes(state));
  return workBetween(store, last === undefined ? 0 : endOfSlice(last.foundMs), endOfSlice(foundMs), STEPS);
}

function endOfSlice(timeMs: number): number {
  return (Math.floor(timeMs / SLICE_MS) + 1) * SLICE_MS;
}

/** From whole buckets where they fit, the longest ones first, and from slices at the edges. */
async function workBetween(
  store: WorkStore,
  fromMs: number,
  toMs: number,
  [step, ...shorter]: readonly SeriesStep[],
): Promise<bigint> {
  if (fromMs >= toMs) return 0n;
  if (step === undefined) return workOfSlices(store, fromMs, toMs);
  const first = Math.ceil(fromMs / step) * step;
  const end = Math.floor(toMs / step) * step;
  if (first >= end) return workBetween(store, fromMs, toMs, shorter);
  const points = await store.series({ of: 'pool' }, step, first, end);
  return (
    points.reduce((sum, { work }) => sum + work, 0n) +
    (await workBetween(store, fromMs, first, shorter)) +
    (await workBetween(store, end, toMs, shorter))
  );
}

async function workOfSlices(store: WorkStore, fromMs: number, toMs: number): Promise<bigint> {
  let work = 0n;
  for (let atMs = fromMs; atMs < toMs; atMs += SLICES_AT_ONCE * SLICE_MS) {
    const slices = await store.slices(atMs, Math.min(toMs, atMs + SLICES_AT_ONCE * SLICE_MS));
    for (const { entries } of slices) for (const entry of entries) work += entry.work;
  }
  return work;
}
