/**
 * Things that all have the same time to live, told by one timer for all of them.
 * @module
 */

/** Holds things in the order in which they were added: the oldest is the first to be late. */
export class DeadlineQueue<T> {
  readonly #since = new Map<T, number>();
  readonly #limitMs: number;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  get size(): number {
    return this.#since.size;
  }

  /** Adds a thing, or begins its time anew. @param nowMs - never less than before */
  add(thing: T, nowMs: number): void {
    this.#since.delete(thing);
    this.#since.set(thing, nowMs);
  }

  delete(thing: T): void {
    this.#since.delete(thing);
  }

  /** Removes the oldest. */
  takeOldest(): T | undefined {
    const [first] = this.#since.keys();
    if (first !== undefined) this.#since.delete(first);
    return first;
  }

  /** Removes those whose time is over, oldest first. */
  takeLate(nowMs: number): T[] {
    const late: T[] = [];
    for (const [thing, since] of this.#since) {
      if (nowMs - since < this.#limitMs) break;
      late.push(thing);
      this.#since.delete(thing);
    }
    return late;
  }
}
