/**
 * Times in buckets of 1/32 of an octave (2 %): millions of them take no memory, and those of several processes add up.
 * @module
 */

const STEPS_PER_OCTAVE = 32;
/** Up to 2^36 us, 19 hours. */
const OCTAVES = 36;

/** A histogram as it goes from process to process. */
export interface HistogramCounts {
  readonly counts: readonly number[];
  readonly maxUs: number;
}

/** How often which times were seen. */
export class Histogram {
  readonly #counts: number[] = new Array<number>(OCTAVES * STEPS_PER_OCTAVE + 1).fill(0);
  #total = 0;
  #maxUs = 0;

  get total(): number {
    return this.#total;
  }

  get maxUs(): number {
    return this.#maxUs;
  }

  /** @param us - anything below 1 counts as 1 */
  record(us: number): void {
    const bucket = us <= 1 ? 0 : Math.ceil(Math.log2(us) * STEPS_PER_OCTAVE);
    this.#counts[Math.min(bucket, OCTAVES * STEPS_PER_OCTAVE)]!++;
    this.#total++;
    if (us > this.#maxUs) this.#maxUs = us;
  }

  /** Time that a share of all times does not exceed, us, up to 2 % too high; NaN without any. @param share - 0 to 1 */
  percentileUs(share: number): number {
    let left = Math.ceil(this.#total * share);
    for (const [bucket, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0 && count > 0) return Math.min(2 ** (bucket / STEPS_PER_OCTAVE), this.#maxUs);
    }
    return Number.NaN;
  }

  add({ counts, maxUs }: HistogramCounts): void {
    for (const [bucket, count] of counts.entries()) {
      this.#counts[bucket]! += count;
      this.#total += count;
    }
    this.#maxUs = Math.max(this.#maxUs, maxUs);
  }

  counts(): HistogramCounts {
    const last = this.#counts.findLastIndex((count) => count > 0);
    return { counts: this.#counts.slice(0, last + 1), maxUs: this.#maxUs };
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
    this.#maxUs = 0;
  }
}
