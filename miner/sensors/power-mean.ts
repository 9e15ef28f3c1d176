/**
 * What a device drew over the last minute. Pure.
 * @module
 */

/** Time over which the mean is taken, ms: that of the hashrate which is held against it. */
const WINDOW_MS = 60_000;

/** Most looks that are kept: a look each second is a minute's. */
const MAX_LOOKS = 60;

/** Mean of the looks of the last minute: they come at even intervals. Time comes in as an argument, in ms. */
export class PowerMean {
  #looks: { readonly atMs: number; readonly powerW: number }[] = [];

  add(powerW: number, atMs: number): void {
    this.#looks.push({ atMs, powerW });
    this.#forget(atMs);
    if (this.#looks.length > MAX_LOOKS) this.#looks.shift();
  }

  /** W; undefined where the last minute has no look. */
  read(nowMs: number): number | undefined {
    this.#forget(nowMs);
    if (this.#looks.length === 0) return undefined;
    return this.#looks.reduce((sum, { powerW }) => sum + powerW, 0) / this.#looks.length;
  }

  #forget(nowMs: number): void {
    this.#looks = this.#looks.filter(({ atMs }) => nowMs - atMs < WINDOW_MS);
  }
}
