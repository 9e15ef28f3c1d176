/**
 * Whether a miner has had nothing to do for a while though it has a node.
 * @module
 */
import type { Idleness } from './work-plan.js';

/** Time without work after which that is told, ms: a node's next template takes a quarter of a second. */
export const IDLE_TOLD_MS = 3_000;

/** Pure: time comes in as an argument, in ms, and never goes back. */
export class IdleWatch {
  #sinceMs: number | undefined;
  #told: Idleness | undefined;

  /** Why there is nothing to do, once that was told. */
  get told(): Idleness | undefined {
    return this.#told;
  }

  /**
   * To be called some times a second.
   * @param idleness - undefined while there is work, or no node or pool
   * @returns whether `told` has changed
   */
  update(idleness: Idleness | undefined, nowMs: number): boolean {
    const before = this.#told;
    if (idleness === undefined) {
      this.#sinceMs = undefined;
      this.#told = undefined;
    } else {
      this.#sinceMs ??= nowMs;
      if (nowMs - this.#sinceMs >= IDLE_TOLD_MS) this.#told = idleness;
    }
    return this.#told !== before;
  }
}
