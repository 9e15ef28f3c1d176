/**
 * Charts in Redis: strings of 64-bit integers, which BITFIELD adds to; one string for a subject and a chunk of time.
 *
 * | subject        | chunk        | slots                              | integers of a slot             |
 * |----------------|--------------|------------------------------------|--------------------------------|
 * | `t:p`, `t:a:…` | a day        | 144 of ten minutes                 | shares, low, high, workers     |
 * | `d:p`, `d:a:…` | 32 days      | 32 of a day                        | shares, low, high, workers     |
 * | `w:ID`         | a day        | 144 of ten minutes                 | shares, low, high              |
 * @module
 */
import type { SeriesPoint, SeriesStep } from '../../ports/store.js';
import { DAY_MS } from '../series-buckets.js';
import { joinWork } from '../work-limbs.js';

/** Slots of a day in a chunk. */
const DAY_SLOTS = 32;

/** Integers of a slot, with and without the number of workers. */
export const SLOT_INTEGERS = { shared: 4, worker: 3 } as const;

/** Length of a chunk, ms. */
export function chunkMs(step: SeriesStep): number {
  return step === DAY_MS ? DAY_SLOTS * DAY_MS : DAY_MS;
}

/** Chunk of a bucket, counted since the epoch, and its slot there. */
export function chunkOf(startMs: number, step: SeriesStep): { chunk: number; slot: number } {
  const length = chunkMs(step);
  return { chunk: Math.floor(startMs / length), slot: Math.floor((startMs % length) / step) };
}

/** The points of one chunk's string; of slots without a share there is none. */
export function readChunk(
  bytes: Uint8Array,
  chunk: number,
  step: SeriesStep,
  integers: 3 | 4,
): SeriesPoint[] {
  // Redis makes a string no longer than what was written to: what is missing is 0.
  const padded = new Uint8Array((chunkMs(step) / step) * integers * 8);
  padded.set(bytes.subarray(0, padded.length));
  const view = new DataView(padded.buffer);
  const points: SeriesPoint[] = [];
  for (let slot = 0; slot < chunkMs(step) / step; slot++) {
    const at = (integer: number): bigint => view.getBigInt64((slot * integers + integer) * 8);
    const shares = Number(at(0));
    if (shares === 0) continue;
    points.push({
      startMs: chunk * chunkMs(step) + slot * step,
      shares,
      work: joinWork(at(1), at(2)),
      workers: integers === 4 ? Number(at(3)) : 1,
    });
  }
  return points;
}
