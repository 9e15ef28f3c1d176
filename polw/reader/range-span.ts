/**
 * How long a time is read at once: so that an answer has enough blocks to be worth it, and not so many that they fill the memory.
 * @module
 */
import { MAX_BLOCKS_SPAN_MS } from '../../node/rest-blocks.js';

const FIRST_MS = 60_000;
const LEAST_MS = 1000;

/** Blocks of an answer that are aimed at. */
const ENOUGH_BLOCKS = 60;
const MANY_BLOCKS = 200;

export class RangeSpan {
  #ms = FIRST_MS;

  get ms(): number {
    return this.#ms;
  }

  /** Tells how many blocks came. */
  came(blocks: number): void {
    if (blocks < ENOUGH_BLOCKS) this.#ms = Math.min(MAX_BLOCKS_SPAN_MS, this.#ms * 2);
    else if (blocks > MANY_BLOCKS) this.#ms = Math.max(LEAST_MS, Math.floor(this.#ms / 2));
  }

  /** Tells that the answer did not come: it may have been too long. @returns false if it can't be shorter */
  failed(): boolean {
    if (this.#ms <= LEAST_MS) return false;
    this.#ms = Math.max(LEAST_MS, Math.floor(this.#ms / 4));
    return true;
  }
}
