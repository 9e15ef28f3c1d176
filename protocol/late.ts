/**
 * Parts that refer to each other: one of them must be handed over before it exists.
 * @module
 */

/** A part that is handed over before it exists. Whoever uses it too early gets an error with its name. */
export class Late<T> {
  readonly #name: string;
  #value: T | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** Sets the part, once. @returns the part */
  set(value: T): T {
    if (this.#value !== undefined) throw new Error(`${this.#name} is there already`);
    this.#value = value;
    return value;
  }

  /** @throws Error if the part does not exist yet */
  get value(): T {
    if (this.#value === undefined) throw new Error(`${this.#name} is used before it is there`);
    return this.#value;
  }
}
