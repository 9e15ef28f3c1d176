/**
 * A map with room for so many entries: a new one takes the place of the oldest.
 * @module
 */

/** A map that holds at most `limit` entries. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #limit: number;

  /** @param limit - most entries, at least 1 */
  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  /** Sets a value. A known key keeps its place; a new one beyond the limit removes the oldest entry. */
  override set(key: K, value: V): this {
    if (this.size >= this.#limit && !this.has(key)) {
      for (const oldest of this.keys()) {
        this.delete(oldest);
        break;
      }
    }
    return super.set(key, value);
  }

  /** Sets a value and makes its entry the newest. */
  renew(key: K, value: V): this {
    this.delete(key);
    return this.set(key, value);
  }
}
