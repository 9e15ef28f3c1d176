/**
 * When rounds are due, by a clock that may jump: forward it brings one round at most, back it keeps the next one off for no longer than
 * rounds lie apart.
 * @module
 */

/** So many ms apart, or at a minute of each day (UTC, 0 to 1439). */
export type RoundTimes = { readonly everyMs: number } | { readonly atMinutes: number };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Times are ms since the epoch. */
export class RoundClock {
  readonly #times: RoundTimes;
  #nextMs: number;

  /** @param lastMs - of the last round, by whichever process; undefined if there was none */
  constructor(times: RoundTimes, lastMs: number | undefined, nowMs: number) {
    this.#times = times;
    if ('everyMs' in times) this.#nextMs = lastMs === undefined ? nowMs : lastMs + times.everyMs;
    // One that was missed while nothing ran is made up for.
    else this.#nextMs = timeOfDayAfter(times.atMinutes, lastMs ?? nowMs);
  }

  /** When the next round is due. */
  nextMs(nowMs: number): number {
    const latestMs = this.#after(nowMs);
    if (this.#nextMs > nowMs + this.#apartMs()) this.#nextMs = latestMs;
    return this.#nextMs;
  }

  isDue(nowMs: number): boolean {
    return this.nextMs(nowMs) <= nowMs;
  }

  /** A round was made. */
  done(nowMs: number): void {
    this.#nextMs = this.#after(nowMs);
  }

  /** It is to be tried again, after so many ms or when the next one is due. */
  later(nowMs: number, ms: number): void {
    this.#nextMs = Math.min(nowMs + ms, this.#after(nowMs));
  }

  #after(nowMs: number): number {
    return 'everyMs' in this.#times
      ? nowMs + this.#times.everyMs
      : timeOfDayAfter(this.#times.atMinutes, nowMs);
  }

  #apartMs(): number {
    return 'everyMs' in this.#times ? this.#times.everyMs : DAY_MS;
  }
}

function timeOfDayAfter(minutes: number, ms: number): number {
  const today = Math.floor(ms / DAY_MS) * DAY_MS + minutes * MINUTE_MS;
  return today > ms ? today : today + DAY_MS;
}
