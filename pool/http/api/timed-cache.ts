/**
 * A cache of values that are kept for a while. While a value is being made, all callers wait for it.
 * @module
 */

export interface TimedCacheOptions {
  /** Most values; beyond, the oldest are dropped. */
  readonly maxEntries: number;
  /** Greatest sum of the values' `sizeOf`; beyond, the oldest are dropped. */
  readonly maxSize: number;
  /** Most values that are being made at a time. */
  readonly maxPending: number;
}

interface Entry<T> {
  readonly value: T;
  readonly size: number;
  readonly untilMs: number;
}

export class TimedCache<T> {
  readonly #options: TimedCacheOptions;
  readonly #sizeOf: (value: T) => number;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #pending = new Map<string, Promise<T>>();
  #size = 0;

  /** @param now - monotonic clock, ms */
  constructor(options: TimedCacheOptions, sizeOf: (value: T) => number, now: () => number) {
    this.#options = options;
    this.#sizeOf = sizeOf;
    this.#now = now;
  }

  get entries(): number {
    return this.#entries.size;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * The value of a key, made now if there is none. A failure goes to all callers that wait, and is not kept.
   * @returns undefined if too many values are being made
   */
  get(key: string, ttlMs: number, make: () => Promise<T>): Promise<T> | undefined {
    const known = this.#entries.get(key);
    if (known !== undefined && known.untilMs > this.#now()) return Promise.resolve(known.value);
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending;
    if (this.#pending.size >= this.#options.maxPending) return undefined;
    const made = make()
      .then((value) => {
        this.#keep(key, value, ttlMs);
        return value;
      })
      .finally(() => this.#pending.delete(key));
    this.#pending.set(key, made);
    return made;
  }

  #keep(key: string, value: T, ttlMs: number): void {
    this.#remove(key);
    const size = this.#sizeOf(value);
    this.#entries.set(key, { value, size, untilMs: this.#now() + ttlMs });
    this.#size += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#options.maxEntries && this.#size <= this.#options.maxSize) break;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#size -= entry.size;
  }
}
