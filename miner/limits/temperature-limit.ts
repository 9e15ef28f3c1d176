/**
 * Whether a device is too hot. Pure.
 *
 * ```
 * cool --at its limit--> hot --10 °C below it--> cool
 *                         \-- silent for two minutes --> cool: it has rested, and its driver slows it down if it gets hot
 * ```
 * @module
 */

/** A device that was too hot mines again so far below its limit, °C. */
export const COOL_BELOW_C = 10;

/** Limits that can be set, °C: below, no device would ever mine; above, it is switched off by itself. */
export const LEAST_LIMIT_C = 40;
export const MOST_LIMIT_C = 110;

/**
 * Longest that a device is held for a temperature that was, and is not known any more, ms. A sensor that has died must not
 * hold a device for ever: after two minutes without work any card is cool, and its own protection stays.
 */
export const SILENT_HOLD_MS = 120_000;

/** A device's sensor may take so long to tell of it for the first time, ms; then there is none. */
export const FIRST_READING_MS = 60_000;

/** What has changed: to be told. */
export type TemperatureNews =
  | { readonly held: boolean; readonly temperatureC: number }
  /** Held while hot, and let go since its sensor says nothing any more. */
  | { readonly held: false; readonly temperatureC: undefined }
  /** There is no sensor, or it has died: the limit means nothing for this device. Told once. */
  | { readonly held: undefined };

/** One device. Time comes in as an argument, in ms, and never goes back. */
export class TemperatureLimit {
  #sinceMs: number | undefined;
  #heardMs: number | undefined;
  #hot = false;
  #toldSilent = false;

  /** Whether it is too hot. */
  get hot(): boolean {
    return this.#hot;
  }

  /**
   * To be called some times a minute while the device is there.
   * @param temperatureC - undefined while it is not known
   * @returns what has changed, if anything
   */
  update(temperatureC: number | undefined, limitC: number, nowMs: number): TemperatureNews | undefined {
    this.#sinceMs ??= nowMs;
    if (temperatureC === undefined) return this.#silent(nowMs);
    this.#heardMs = nowMs;
    this.#toldSilent = false;
    const hot = this.#hot ? temperatureC > limitC - COOL_BELOW_C : temperatureC >= limitC;
    if (hot === this.#hot) return undefined;
    this.#hot = hot;
    return { held: hot, temperatureC };
  }

  #silent(nowMs: number): TemperatureNews | undefined {
    const silentMs = nowMs - (this.#heardMs ?? this.#sinceMs!);
    if (this.#hot) {
      if (silentMs < SILENT_HOLD_MS) return undefined;
      this.#hot = false;
      this.#toldSilent = true;
      return { held: false, temperatureC: undefined };
    }
    if (this.#toldSilent || silentMs < FIRST_READING_MS) return undefined;
    this.#toldSilent = true;
    return { held: undefined };
  }
}
