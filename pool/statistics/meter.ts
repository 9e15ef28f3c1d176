/**
 * What is measured of a worker, an account, a chain or the pool. Pure.
 * @module
 */
import { type HashrateFigures, HashrateWindows } from '../core/hashrate-window.js';

const MINUTE_MS = 60_000;
/** Ten whole minutes, and the one under way. */
const MINUTES = 11;

/** All times are of the store's clock, ms since the epoch. Takes some 5 KB. */
export class Meter {
  readonly #windows = new HashrateWindows();
  /** Shares of each minute, and which minute a slot holds, counted from the epoch. */
  readonly #shares = new Uint32Array(MINUTES);
  readonly #minutes = new Uint32Array(MINUTES);
  #newestMs = 0;

  /** Adds a part of a slice. @param startMs - of the slice */
  add(startMs: number, shares: number, work: bigint, workSquared: bigint): void {
    this.#windows.add(startMs, work, workSquared);
    this.#newestMs = Math.max(this.#newestMs, startMs);
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

  /** Over the last ten minutes. @param untilMs - end of the slices that are all there */
  sharesPerSecond(untilMs: number): number {
    const newest = Math.ceil(untilMs / MINUTE_MS) - 1;
    const oldest = newest - MINUTES + 1;
    let shares = 0;
    for (let slot = 0; slot < MINUTES; slot++) {
      const minute = this.#minutes[slot]!;
      if (minute >= oldest && minute <= newest) shares += this.#shares[slot]!;
    }
    return (shares * 1000) / (untilMs - oldest * MINUTE_MS);
  }

  /** Start of the newest slice with a share; 0 for none. */
  get newestMs(): number {
    return this.#newestMs;
  }
}
