/**
 * Work that a pool credited, as a hashrate over the last 15 minutes, with its error.
 * @module
 */

const BUCKETS = 90;
const BUCKET_MS = 10_000;

/** 99 % of a normal distribution lie within so many standard deviations. */
const DEVIATIONS_99 = 2.58;

/** Hashrate estimated from accepted work. */
export interface CreditedRate {
  /** Hashes per second, over 15 minutes, or since the first work was given out where that is less. */
  readonly hashesPerSecond: number;
  /** Half the width of the 99 % interval, as a part of the hashrate: 0.26 for 100 shares; undefined without shares. */
  readonly error: number | undefined;
}

/** Adds up work. Pure: time comes in as an argument, in ms, and never goes back. */
export class WorkMeter {
  readonly #work: bigint[] = new Array(BUCKETS).fill(0n);
  /** Sums of the squares of the shares' works: the error comes from them. */
  readonly #squares: bigint[] = new Array(BUCKETS).fill(0n);
  readonly #startMs: number;
  #bucket: number;
  /** Expected hashes, since the start. */
  total = 0n;

  constructor(nowMs: number) {
    this.#startMs = nowMs;
    this.#bucket = Math.floor(nowMs / BUCKET_MS);
  }

  /** @param work - expected hashes of one share */
  add(work: bigint, nowMs: number): void {
    this.#advance(nowMs);
    this.#work[this.#bucket % BUCKETS]! += work;
    this.#squares[this.#bucket % BUCKETS]! += work * work;
    this.total += work;
  }

  read(nowMs: number): CreditedRate {
    this.#advance(nowMs);
    const work = sum(this.#work);
    const windowStartMs = Math.max(this.#startMs, (this.#bucket - BUCKETS + 1) * BUCKET_MS);
    const elapsedMs = Math.max(1, nowMs - windowStartMs);
    return {
      hashesPerSecond: (Number(work) * 1000) / elapsedMs,
      error: work === 0n ? undefined : (DEVIATIONS_99 * Math.sqrt(Number(sum(this.#squares)))) / Number(work),
    };
  }

  #advance(nowMs: number): void {
    const bucket = Math.floor(nowMs / BUCKET_MS);
    const steps = Math.min(bucket - this.#bucket, BUCKETS);
    for (let step = 1; step <= steps; step++) {
      const slot = (this.#bucket + step) % BUCKETS;
      this.#work[slot] = 0n;
      this.#squares[slot] = 0n;
    }
    if (bucket > this.#bucket) this.#bucket = bucket;
  }
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
