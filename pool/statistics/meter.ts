/**
 * Measures a worker, an account, a chain or the pool. Pure.
 * @module
 */
import { HASHRATE_WINDOWS, type HashrateFigures, HashrateWindows } from './hashrate-window.js';

/** Shares are counted as the window of ten minutes counts work: of slices that are summed neither lacks any. */
const MINUTE_MS = HASHRATE_WINDOWS.tenMinutes.bucketMs;
/** Ten whole minutes, and the present one. */
const MINUTES = HASHRATE_WINDOWS.tenMinutes.buckets + 1;

/** Accepted shares, their work and the squares of it. */
export interface WorkSum {
  readonly shares: number;
  readonly work: bigint;
  readonly workSquared: bigint;
  /** Start of the oldest slice in it, ms since the epoch. */
  readonly firstMs: number;
}

/** All times are of the store's clock, ms since the epoch. Takes some 5 KB. */
export class Meter {
  readonly #windows = new HashrateWindows();
  /** Shares of each minute, and which minute a slot holds, counted from the epoch. */
  readonly #shares = new Uint32Array(MINUTES);
  readonly #minutes = new Uint32Array(MINUTES);
  #newestMs = 0;

  /** Adds a part of a slice, or of several. @param startMs - of the first @param lengthMs - of all */
  add(startMs: number, { shares, work, workSquared, firstMs }: WorkSum, lengthMs: number): void {
    this.#windows.add(startMs, work, workSquared, lengthMs, firstMs);
    this.#newestMs = Math.max(this.#newestMs, startMs);
    if (lengthMs > MINUTE_MS) return;
    const minute = Math.floor(startMs / MINUTE_MS);
    const slot = minute % MINUTES;
    if (minute > this.#minutes[slot]!) {
      this.#minutes[slot] = minute;
      this.#shares[slot] = 0;
    }
    if (minute === this.#minutes[slot]) this.#shares[slot]! += shares;
  }

  /** @param untilMs - end of the slices that are all there */
  figures(untilMs: number): HashrateFigures {
    return this.#windows.read(untilMs);
  }

  /** Over the last ten minutes, or what there is of them. @param untilMs - end of the slices that are all there */
  sharesPerSecond(untilMs: number): number {
    const newest = Math.ceil(untilMs / MINUTE_MS) - 1;
    const oldest = newest - MINUTES + 1;
    let shares = 0;
    for (let slot = 0; slot < MINUTES; slot++) {
      const minute = this.#minutes[slot]!;
      if (minute >= oldest && minute <= newest) shares += this.#shares[slot]!;
    }
    return (shares * 1000) / (untilMs - this.#windows.measuredFrom(oldest * MINUTE_MS, untilMs));
  }

  /** Start of the oldest slice with a share since it is measured; infinite for none. */
  get firstMs(): number {
    return this.#windows.firstMs;
  }

  /** Start of the newest slice with a share; 0 for none. */
  get newestMs(): number {
    return this.#newestMs;
  }
}
