/**
 * Hashrate over a minute, ten, an hour and a day, from slices of accepted work. Pure.
 *
 * Each window is a ring of buckets, so that a slice goes to one bucket of each however late it comes (a front end may
 * bring hours at once), and so that the same slices, read from the store, make the same figures after a restart. A
 * window reaches back to the beginning of its oldest bucket: its length is that of the window, and up to one bucket
 * more, and the rate is over that length exactly. Where there is no work older than a part of it, only that part is
 * measured: a day's rate an hour after the first share is over that hour.
 * @module
 */
import { SLICE_MS } from '../domain/batch.js';

interface Window {
  readonly bucketMs: number;
  /** Whole buckets; one more is under way. */
  readonly buckets: number;
}

export const HASHRATE_WINDOWS = {
  minute: { bucketMs: SLICE_MS, buckets: 6 },
  tenMinutes: { bucketMs: 60_000, buckets: 10 },
  hour: { bucketMs: 300_000, buckets: 12 },
  day: { bucketMs: 3_600_000, buckets: 24 },
} as const satisfies Record<string, Window>;

export type HashrateWindowName = keyof typeof HASHRATE_WINDOWS;

/** All windows, the shortest first. */
export const HASHRATE_WINDOW_NAMES = Object.keys(HASHRATE_WINDOWS) as readonly HashrateWindowName[];

/** How far back a window reaches at most, ms: its length, and one bucket. */
export function windowReachMs(name: HashrateWindowName): number {
  const { bucketMs, buckets }: Window = HASHRATE_WINDOWS[name];
  return (buckets + 1) * bucketMs;
}

/** How far back the longest window reaches at most, ms. */
export const LONGEST_REACH_MS = Math.max(...HASHRATE_WINDOW_NAMES.map(windowReachMs));

/**
 * The longest time over which slices may be summed before they are added, ms, so that no window lacks them: the finest
 * buckets of the windows that reach back to them.
 * @param ageMs - from the end of the newest of these slices to the end of the windows
 */
export function summableMs(ageMs: number): number {
  const reaching = HASHRATE_WINDOW_NAMES.filter((name) => ageMs < windowReachMs(name));
  const finest = reaching.map((name) => HASHRATE_WINDOWS[name].bucketMs);
  return Math.min(...finest, HASHRATE_WINDOWS.day.bucketMs);
}

/** A hashrate estimated from accepted work. */
export interface HashrateFigure {
  /** Expected hashes of the accepted shares. */
  readonly work: bigint;
  /** Hashes a second, over `seconds`. */
  readonly rate: number;
  /** The time that is measured: from the first share on, a minute at least, and at most the window and a bucket of it. */
  readonly seconds: number;
  /** The true rate is within this part of `rate`, above or below, in 99 of 100 cases; undefined without a share. */
  readonly error99: number | undefined;
}

export type HashrateFigures = Readonly<Record<HashrateWindowName, HashrateFigure>>;

/** Least time that is measured, ms: the first share tells when it begins, and one share in a slice is no fast miner. */
const MIN_MEASURED_MS = 60_000;

/** Two-sided 99 % of a normal distribution, in standard deviations. */
const SIGMAS_99 = 2.58;

/** Rings lie one behind the other in the same arrays: there are as many of these as workers. */
const SLOTS = HASHRATE_WINDOW_NAMES.reduce((sum, name) => sum + HASHRATE_WINDOWS[name].buckets + 1, 0);

/** Of a worker, an account, a chain or the pool. All times are of the store's clock, ms since the epoch. */
export class HashrateWindows {
  /** Number of the bucket that each slot holds, counted from the epoch; -1 for none. */
  readonly #numbers: number[] = new Array(SLOTS).fill(-1);
  readonly #work: bigint[] = new Array(SLOTS).fill(0n);
  readonly #squared: bigint[] = new Array(SLOTS).fill(0n);
  #firstMs = Number.POSITIVE_INFINITY;

  /**
   * Adds accepted work; may be called several times for one slice, in any order.
   * @param startMs - of the slice
   * @param workSquared - sum of the squares of the shares' work
   * @param lengthMs - of the slice: what is longer than a window's buckets is left out of that window
   * @param firstMs - start of the oldest slice with a share, where several are summed
   */
  add(
    startMs: number,
    work: bigint,
    workSquared: bigint,
    lengthMs: number = SLICE_MS,
    firstMs = startMs,
  ): void {
    this.#firstMs = Math.min(this.#firstMs, firstMs);
    let first = 0;
    for (const name of HASHRATE_WINDOW_NAMES) {
      const { bucketMs, buckets } = HASHRATE_WINDOWS[name];
      const ring = buckets + 1;
      const number = Math.floor(startMs / bucketMs);
      const slot = first + (number % ring);
      first += ring;
      const held = this.#numbers[slot]!;
      // Older than what took its place is too old for the window.
      if (lengthMs > bucketMs || number < held) continue;
      if (number > held) {
        this.#numbers[slot] = number;
        this.#work[slot] = work;
        this.#squared[slot] = workSquared;
      } else {
        this.#work[slot] = this.#work[slot]! + work;
        this.#squared[slot] = this.#squared[slot]! + workSquared;
      }
    }
  }

  /** Start of the oldest slice that was ever added, ms since the epoch; infinite for none. */
  get firstMs(): number {
    return this.#firstMs;
  }

  /** From when on is measured what a window that begins at `fromMs` holds, ms since the epoch. */
  measuredFrom(fromMs: number, untilMs: number): number {
    return Math.max(fromMs, Math.min(this.#firstMs, untilMs - MIN_MEASURED_MS));
  }

  /** The figures. @param untilMs - end of the slices that are all there by now; the windows end with it */
  read(untilMs: number): HashrateFigures {
    const figures: Partial<Record<HashrateWindowName, HashrateFigure>> = {};
    let first = 0;
    for (const name of HASHRATE_WINDOW_NAMES) {
      figures[name] = this.#figure(HASHRATE_WINDOWS[name], first, untilMs);
      first += HASHRATE_WINDOWS[name].buckets + 1;
    }
    return figures as HashrateFigures;
  }

  /** Whether all windows are empty: then the meter may be forgotten. */
  isEmpty(untilMs: number): boolean {
    const { work } = this.read(untilMs).day;
    return work === 0n;
  }

  #figure({ bucketMs, buckets }: Window, first: number, untilMs: number): HashrateFigure {
    // A bucket that has just ended is whole: none is under way then.
    const newest = Math.ceil(untilMs / bucketMs) - 1;
    const oldest = newest - buckets;
    let work = 0n;
    let squared = 0n;
    for (let slot = first; slot <= first + buckets; slot++) {
      const number = this.#numbers[slot]!;
      if (number < oldest || number > newest) continue;
      work += this.#work[slot]!;
      squared += this.#squared[slot]!;
    }
    const windowMs = oldest * bucketMs;
    const fromMs = work === 0n ? windowMs : this.measuredFrom(windowMs, untilMs);
    const seconds = (untilMs - fromMs) / 1000;
    return {
      work,
      rate: Number(work) / seconds,
      seconds,
      error99: work === 0n ? undefined : (SIGMAS_99 * Math.sqrt(Number(squared))) / Number(work),
    };
  }
}
