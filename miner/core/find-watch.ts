/**
 * Whether what a device finds is what a device must find that computes right. Pure. One that does not shows its full rate, takes its power,
 * and brings nothing: its self-test was before it was overclocked too far, or before its driver got into trouble.
 * @module
 */

/** Finds in a row that are none: one may be a bit that flipped. */
export const MOST_WRONG_FINDS = 3;

/** Finds to be expected where there was none. Chance does so once in 10^13 times. */
export const MOST_MISSED_FINDS = 30;

export class FindWatch {
  #wrong = 0;
  #missed = 0;

  /** A find was right. */
  right(): void {
    this.reset();
  }

  /** A find was none. */
  wrong(): void {
    this.#wrong++;
    this.#missed = 0;
  }

  /** Nonces were searched. @param expected - finds among them, on average */
  searched(expected: number): void {
    this.#missed += expected;
  }

  /** Why the device is not to be believed, in words; undefined where it is. */
  get doubt(): string | undefined {
    if (this.#wrong >= MOST_WRONG_FINDS) return `${this.#wrong} finds in a row that are none`;
    if (this.#missed >= MOST_MISSED_FINDS)
      return `no find where ${Math.floor(this.#missed)} were to be expected`;
    return undefined;
  }

  /** The device begins anew. */
  reset(): void {
    this.#wrong = 0;
    this.#missed = 0;
  }
}
