/**
 * Power from a counter of energy. Pure.
 * @module
 */

/** Looks closer together than this say little: drivers count in steps of some ms. */
const LEAST_MS = 100;

/** One counter. Time comes in as an argument, in ms. */
export class EnergyCounter {
  #last: { readonly microjoules: number; readonly atMs: number } | undefined;

  /**
   * Power since the look before, W.
   * @param range - µJ at which the counter begins anew, if it does
   * @returns undefined at the first look, and after the counter has begun anew at an unknown place
   */
  power(microjoules: number, nowMs: number, range?: number): number | undefined {
    const last = this.#last;
    if (last !== undefined && nowMs - last.atMs < LEAST_MS) return undefined;
    this.#last = { microjoules, atMs: nowMs };
    if (last === undefined) return undefined;
    const gained = microjoules - last.microjoules;
    const energy = gained < 0 && range !== undefined ? gained + range : gained;
    return energy < 0 ? undefined : energy / 1000 / (nowMs - last.atMs);
  }
}
