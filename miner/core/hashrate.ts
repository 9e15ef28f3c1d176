/**
 * Hashrate over the last 10 s, 60 s and 15 min, and the highest.
 * @module
 */

/** Hashes per second over each window, and the highest 10 s so far; a window counts only as long as the meter has run. */
export interface Hashrates {
  readonly over10s: number;
  readonly over60s: number;
  readonly over15min: number;
  readonly highest: number;
}

const BUCKETS = 900;

/** Counts hashes by the second. Pure: time comes in as an argument, in ms, and never goes back. */
export class HashrateMeter {
  readonly #buckets = new Float64Array(BUCKETS);
  readonly #startMs: number;
  #second: number;
  #highest = 0;
  /** Hashes since the start. */
  total = 0;

  constructor(nowMs: number) {
    this.#startMs = nowMs;
    this.#second = Math.floor(nowMs / 1000);
  }

  add(hashes: number, nowMs: number): void {
    this.#advance(nowMs);
    this.#buckets[this.#second % BUCKETS]! += hashes;
    this.total += hashes;
  }

  read(nowMs: number): Hashrates {
    this.#advance(nowMs);
    const over10s = this.#over(10, nowMs);
    // Before the first window is full its figure jumps: that does not count as the highest.
    if (nowMs - this.#startMs >= 10_000) this.#highest = Math.max(this.#highest, over10s);
    return {
      over10s,
      over60s: this.#over(60, nowMs),
      over15min: this.#over(BUCKETS, nowMs),
      highest: this.#highest,
    };
  }

  /** The full seconds of a window and the part of the present one: `seconds - 1` and a bit. */
  #over(seconds: number, nowMs: number): number {
    let hashes = 0;
    for (let age = 0; age < seconds; age++)
      hashes += this.#buckets[(this.#second - age + BUCKETS) % BUCKETS]!;
    const windowStartMs = Math.max(this.#startMs, (this.#second - seconds + 1) * 1000);
    const elapsedMs = nowMs - windowStartMs;
    return elapsedMs < 250 ? 0 : (hashes * 1000) / elapsedMs;
  }

  #advance(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    const steps = Math.min(second - this.#second, BUCKETS);
    for (let step = 1; step <= steps; step++) this.#buckets[(this.#second + step) % BUCKETS] = 0;
    if (second > this.#second) this.#second = second;
  }
}
