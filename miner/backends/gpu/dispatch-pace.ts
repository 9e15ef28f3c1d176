/**
 * How many nonces a dispatch should have on a device whose speed is learnt as it works. Long dispatches freeze a
 * desktop, are killed by the driver's watchdog and go stale; short ones leave the device waiting.
 * @module
 */

/** Longest that a dispatch should take. With two in flight stale work lasts 80 ms. */
export const MAX_DISPATCH_MS = 40;

/** What a dispatch is sized for: room for a device that slows down before it is noticed. */
const AIM_MS = 30;

/** A dispatch this short is made longer. */
const MIN_DISPATCH_MS = 15;

/** Weight of the newest dispatch in the estimate: a disturbance of one dispatch is forgotten within five or so. */
const WEIGHT = 0.2;

/** The first dispatches may be this much larger than the one before. */
const GROWTH = 4;

/**
 * A dispatch that is smaller than this part of what it should be teaches nothing: it may be the few nonces at the end of a task,
 * whose time is nothing but overhead.
 */
const LEAST_PART = 1 / 2;

/** The same, where the device did not wait: under a low limit of its load dispatches are thirds, and no others are made. */
const LEAST_UNBROKEN_PART = 1 / 4;

/** A dispatch looks at most this much faster than those before: where a return is noticed late, the next one seems to take no time. */
const MOST_FASTER = 2;

/** Shorter times than this, in ms, can't be told from none: clocks of browsers are coarse. */
const LEAST_MS = 0.01;

/** Sizes dispatches; a size is kept until its dispatches become too long or too short. */
export class DispatchPace {
  readonly #granule: number;
  readonly #max: number;
  #nonces: number;
  #noncesPerMs: number | undefined;

  /**
   * @param granule - nonces of one workgroup; sizes are multiples of it
   * @param max - most nonces of a dispatch
   */
  constructor(granule: number, max: number) {
    this.#granule = granule;
    this.#max = Math.max(granule, Math.floor(max / granule) * granule);
    this.#nonces = granule;
  }

  /** Nonces that the next dispatch should have. */
  get nonces(): number {
    return this.#nonces;
  }

  /** Time that a dispatch should take, in ms; 0 before anything is known. */
  expectedMs(nonces: number): number {
    return this.#noncesPerMs === undefined ? 0 : nonces / this.#noncesPerMs;
  }

  /** Whether the size suits the device, as far as is known. */
  get settled(): boolean {
    return this.#nonces === this.#max || this.expectedMs(this.#nonces) >= MIN_DISPATCH_MS;
  }

  /**
   * Learns from a dispatch.
   * @param ms - that the device was busy with it, as far as was seen
   * @param unbroken - whether the device waited neither before nor after it
   */
  record(nonces: number, ms: number, unbroken = false): void {
    if (nonces < this.#nonces * (unbroken ? LEAST_UNBROKEN_PART : LEAST_PART)) return;
    const rate = nonces / Math.max(ms, LEAST_MS);
    // While the size still grows the overhead of a short dispatch hides the speed: only the newest one counts.
    if (this.#noncesPerMs === undefined || !this.settled) this.#noncesPerMs = rate;
    else
      this.#noncesPerMs =
        this.#noncesPerMs * (1 - WEIGHT) + Math.min(rate, this.#noncesPerMs * MOST_FASTER) * WEIGHT;
    const expected = this.expectedMs(this.#nonces);
    if (expected > MAX_DISPATCH_MS || (expected < MIN_DISPATCH_MS && this.#nonces < this.#max)) {
      const wanted = Math.min(this.#noncesPerMs * AIM_MS, this.#nonces * GROWTH, this.#max);
      this.#nonces = Math.max(this.#granule, Math.floor(wanted / this.#granule) * this.#granule);
    }
  }
}
