/**
 * How fast a device is while it never waits, and so how long it was busy with a burst of dispatches. What the host sees of
 * a burst is longer: the way to the device and back, a timer that wakes late, and a device that starts slowly after a rest.
 * @module
 */

/** Time of the device that is remembered, ms: some 33 dispatches. */
const MEMORY_MS = 1_000;

/** Pure: time comes in as durations, in ms. */
export class FullSpeed {
  /** Sums over the dispatches that are remembered, the older the less. */
  #nonces = 0;
  #ms = 0;

  /** Learns from a dispatch that was in the queue when the one before it came back. @param ms - from then until its own return */
  record(nonces: number, ms: number): void {
    // Sums, and no mean of rates: a return that is noticed late makes the next dispatch look shorter by as much.
    const kept = Math.exp(-ms / MEMORY_MS);
    this.#nonces = this.#nonces * kept + nonces;
    this.#ms = this.#ms * kept + ms;
  }

  /**
   * Time that the device was busy for, in ms.
   * @param nonces - that it has searched
   * @param ms - time that passed meanwhile, and the most that is returned; all of it before anything is known
   */
  busyMs(nonces: number, ms: number): number {
    return this.#nonces === 0 ? ms : Math.min(ms, (nonces * this.#ms) / this.#nonces);
  }
}
