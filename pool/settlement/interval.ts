/**
 * Intervals that finds are credited by, and the names of their tables of work.
 *
 * A table's key is `T` and the start of its interval. A find that is heard of after that table was written has a table of its own, whose
 * key is the same with `+1`, `+2` and so on. An interval may have one of either length: what was begun with one goes on with the
 * other.
 * @module
 */
import { SLICE_MS } from '../domain/batch.js';

/** Length of an interval, ms. */
export const INTERVAL_MS = 600_000;

/** Length where rounds of payouts are closer to each other than that, on test networks alone: one slice. */
export const SHORT_INTERVAL_MS = SLICE_MS;

export type IntervalMs = typeof INTERVAL_MS | typeof SHORT_INTERVAL_MS;

/** Most tables of one interval. */
const MAX_TABLES = 100;

const MAIN_NETWORK = 0;

/** @param everyMs - time between two rounds of payouts, ms */
export function intervalMsOf(networkId: number, everyMs: number): IntervalMs {
  return networkId !== MAIN_NETWORK && everyMs < INTERVAL_MS ? SHORT_INTERVAL_MS : INTERVAL_MS;
}

/** Start of the interval of a time, ms since the epoch. */
export function intervalStartOf(timeMs: number, intervalMs: number): number {
  return Math.floor(timeMs / intervalMs) * intervalMs;
}

/** @param number - 0 for the interval's own table, from 1 on for those of finds that were late */
export function tableKeyOf(startMs: number, number: number): string {
  const key = `T${String(startMs).padStart(15, '0')}`;
  return number === 0 ? key : `${key}+${number}`;
}

/** Keys of all tables that a find may be in, in the order in which they are made. */
export function* tableKeysOf(foundMs: number): Generator<string[]> {
  const starts = new Set([INTERVAL_MS, SHORT_INTERVAL_MS].map((length) => intervalStartOf(foundMs, length)));
  for (let number = 0; number < MAX_TABLES; number++)
    yield [...starts].map((startMs) => tableKeyOf(startMs, number));
}
