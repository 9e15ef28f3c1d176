/**
 * Faults of answers of the REST API, as a test asks for them.
 * @module
 */

/** What becomes of a request. */
export type Disturbance =
  /** Nothing is done, and that is said. */
  | { readonly kind: 'refuse'; readonly status: number; readonly detail: string }
  /** It is done at once, and answered so much later, ms of the node's time. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** It is done, and the connection ends without an answer. */
  | { readonly kind: 'lose' };

/** A fault of the next requests. */
export type RestDisturbance = Disturbance & {
  /** Of paths that begin so; of all by default. */
  readonly path?: string;
};

/** Requests that can have a fault ahead: enough for any test, and a bound. */
export const MAX_REST_DISTURBANCES = 10_000;

/** The faults to come. */
export class RestDisturbances {
  #faults: { readonly fault: RestDisturbance; left: number }[] = [];

  /** Applies a fault to a number of requests, behind what applies to them already. */
  add(fault: RestDisturbance, requests = 1): void {
    if (this.#faults.length < MAX_REST_DISTURBANCES) this.#faults.push({ fault, left: requests });
  }

  /** Ends all faults. */
  clear(): void {
    this.#faults = [];
  }

  /** The fault of a request, if it has one. */
  take(path: string): Disturbance | undefined {
    const entry = this.#faults.find(({ fault }) => path.startsWith(fault.path ?? ''));
    if (!entry) return undefined;
    if (--entry.left <= 0) this.#faults = this.#faults.filter((one) => one !== entry);
    return entry.fault;
  }
}
