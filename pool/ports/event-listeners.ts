/**
 * The listeners of a pool's events: what every implementation of `Store.subscribe` needs.
 * @module
 */
import type { PoolEvent } from './store.js';

/** Listeners in one process. */
export class EventListeners {
  readonly #listeners = new Set<(event: PoolEvent) => void>();

  /** Adds a listener. @returns a function that removes it */
  add(listener: (event: PoolEvent) => void): () => void {
    // A function of its own: the same listener may be added twice, and each call removes one of them.
    const own = (event: PoolEvent): void => listener(event);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  /** Calls every listener. */
  tell(event: PoolEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  clear(): void {
    this.#listeners.clear();
  }
}
