/**
 * Who listens to the events of a pool.
 * @module
 */
import type { PoolEvent } from '../ports/store.js';

/** Listeners in one process. */
export class EventListeners {
  readonly #listeners = new Set<(event: PoolEvent) => void>();

  /** @returns what ends it */
  add(listener: (event: PoolEvent) => void): () => void {
    // Of its own: the same function may listen twice, and ends but once.
    const own = (event: PoolEvent): void => listener(event);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  tell(event: PoolEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  clear(): void {
    this.#listeners.clear();
  }
}
