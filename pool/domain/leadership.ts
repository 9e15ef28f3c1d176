/**
 * Whether a full node leads, and for how long none did.
 * @module
 */
import type { PoolServerEvent } from './events.js';

/** Time without a node that leads after which that is told, ms: where there is another, it takes over sooner. */
const NO_NODE_MS = 3_000;

export class Leadership {
  /** Since when no node leads; undefined while one does. */
  #sinceMs: number | undefined;
  #told = false;
  #everLed = false;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** A node leads now. @returns what is told of it */
  began(name: string, nowMs: number): PoolServerEvent & { readonly type: 'node' } {
    // Before the first node there was none that could be missed.
    const wasMissed = this.#told && this.#everLed;
    const awayMs = wasMissed && this.#sinceMs !== undefined ? nowMs - this.#sinceMs : undefined;
    this.#everLed = true;
    this.#sinceMs = undefined;
    this.#told = false;
    return { type: 'node', name, awayMs };
  }

  /** It leads no more, and no other does yet. */
  ended(nowMs: number): void {
    this.#sinceMs = nowMs;
  }

  /** Whether it is to be told that none leads. To be called every second or so. */
  isMissed(nowMs: number): boolean {
    if (this.#told || this.#sinceMs === undefined || nowMs - this.#sinceMs < NO_NODE_MS) return false;
    this.#told = true;
    return true;
  }
}
