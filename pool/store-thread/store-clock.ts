/**
 * A clock that follows the store's time: monotonic, corrected bit by bit, never set back.
 * @module
 */
import type { Store } from '../ports/store.js';

/** Speed of a correction, as a part of the time that passes: 50 ms a second. */
const SLEW = 0.05;

/** From this error on the clock jumps ahead, ms: the machine slept, or the store's clock was set. */
const STEP_MS = 2000;

const SAMPLES = 5;

/** The store's time, as well as this process knows it. */
export interface StoreClock {
  /** ms since the epoch, not whole; never less than before. */
  now(): number;
  /** Takes a measured error into account: the store's time less `now()`, ms. Ahead by seconds it jumps, else it slews. */
  correct(errorMs: number): void;
}

/**
 * @param startMs - the store's time now, ms since the epoch
 * @param monotonicMs - such as performance.now
 */
export function createStoreClock(startMs: number, monotonicMs: () => number): StoreClock {
  let anchorMono = monotonicMs();
  let anchorMs = startMs;
  let pendingMs = 0;
  const now = (): number => {
    const elapsed = Math.max(0, monotonicMs() - anchorMono);
    const most = elapsed * SLEW;
    return anchorMs + elapsed + Math.max(-most, Math.min(most, pendingMs));
  };
  return {
    now,
    correct: (errorMs) => {
      anchorMs = now();
      anchorMono = monotonicMs();
      pendingMs = errorMs;
      if (errorMs <= STEP_MS) return;
      anchorMs += errorMs;
      pendingMs = 0;
    },
  };
}

/**
 * How much the store's clock is ahead of another clock, ms: taken from the fastest of some answers, less half
 * of its round trip.
 * @param clock - ms since the epoch; this machine's clock if left out
 * @throws StoreUnavailableError
 */
export async function measureOffset(
  store: Pick<Store, 'now'>,
  clock: () => number = Date.now,
  monotonicMs: () => number = () => performance.now(),
): Promise<number> {
  let best = { tripMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
  for (let sample = 0; sample < SAMPLES; sample++) {
    const started = monotonicMs();
    const startedMs = clock();
    const storeMs = await store.now();
    const tripMs = monotonicMs() - started;
    if (tripMs < best.tripMs) best = { tripMs, offsetMs: storeMs - (startedMs + tripMs / 2) };
  }
  return best.offsetMs;
}
