/**
 * Pauses between pieces of work, so that a device is busy for a part of its time only. Pieces take some milliseconds,
 * and so do the pauses: the rate is even over a second.
 *
 * ```
 * piece --worked(ms)--> owes ms * (1 / load - 1) of rest --rested(ms)--> next piece
 * ```
 * @module
 */

/** The least part of its time that a device can be limited to: below, pauses between dispatches come near a second. */
export const LEAST_LOAD = 0.05;

/** Most rest that is owed, ms: a device that was slow for once must not stand for seconds. */
const MAX_OWED_MS = 1_000;

/** Most rest that counts for later, ms: timers wake late, and what is slept too long is worked off. */
const MAX_CREDIT_MS = 20;

/** A rest shorter than this is not worth a timer, ms: it is kept until there is more of it. */
const LEAST_REST_MS = 1;

/** Pure: time comes in as durations, in ms. */
export class LoadPacer {
  #load = 1;
  /** Rest that is due, less what was rested beyond need. */
  #owedMs = 0;
  /** Rest that is put off behind the next piece of work. */
  #deferredMs = 0;

  /** Part of its time that the device may be busy for, above 0, at most 1. */
  get load(): number {
    return this.#load;
  }

  set load(load: number) {
    this.#load = load;
    if (load < 1) return;
    this.#owedMs = 0;
    this.#deferredMs = 0;
  }

  /** Rest that is due before the next piece of work, ms; 0 if there is none. */
  get restMs(): number {
    return this.#owedMs < LEAST_REST_MS ? 0 : this.#owedMs;
  }

  /** Books a piece of work. @param ms - that the device was busy with it */
  worked(ms: number): void {
    if (this.#load >= 1) return;
    const owed = this.#owedMs + this.#deferredMs + ms * (1 / this.#load - 1);
    this.#owedMs = Math.min(MAX_OWED_MS, owed);
    this.#deferredMs = 0;
  }

  /** Books a rest, in whole or broken off. */
  rested(ms: number): void {
    this.#owedMs = Math.max(-MAX_CREDIT_MS, this.#owedMs - ms);
  }

  /** There is work that must not wait, on a new parent: what is owed is rested behind its first piece. */
  hurry(): void {
    this.#deferredMs += Math.max(0, this.#owedMs);
    this.#owedMs = Math.min(0, this.#owedMs);
  }
}
