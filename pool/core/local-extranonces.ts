/**
 * Extranonces of a pool of one process.
 * @module
 */
import type { Extranonces } from './session-host.js';

export class LocalExtranonces implements Extranonces {
  readonly #digits: number;
  readonly #values: number;
  readonly #taken = new Set<number>();
  #next = 0;

  constructor(bytes: number) {
    this.#digits = bytes * 2;
    this.#values = 256 ** bytes;
  }

  take(): string | undefined {
    if (this.#taken.size >= this.#values) return undefined;
    while (this.#taken.has(this.#next)) this.#next = (this.#next + 1) % this.#values;
    const value = this.#next;
    this.#taken.add(value);
    this.#next = (value + 1) % this.#values;
    return value.toString(16).padStart(this.#digits, '0');
  }

  release(extranonce: string): void {
    this.#taken.delete(Number.parseInt(extranonce, 16));
  }
}
