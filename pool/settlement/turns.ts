/**
 * Turns of the event loop: whatever takes long lets others have theirs.
 * @module
 */

/** Longest time without a turn for others, ms. */
const MAX_HELD_MS = 4;

export class Turns {
  readonly #now: () => number;
  readonly #nextTurn: () => Promise<unknown>;
  #sinceMs: number;

  /** @param now - monotonic clock, ms */
  constructor(now: () => number, nextTurn: () => Promise<unknown>) {
    this.#now = now;
    this.#nextTurn = nextTurn;
    this.#sinceMs = now();
  }

  /** Lets others have a turn if it is time. */
  async breathe(): Promise<void> {
    if (this.#now() - this.#sinceMs >= MAX_HELD_MS) await this.yield();
  }

  /** Lets others have a turn. */
  async yield(): Promise<void> {
    await this.#nextTurn();
    this.#sinceMs = this.#now();
  }
}
