/**
 * Asks a full node for its identity: after each connect until it answers, then from time to time, since its miner addresses
 * can change while it runs.
 * @module
 */
import { type BackoffOptions, backoffMs } from './backoff.js';
import type { NodeEndpoint } from './endpoint.js';
import type { NodeIdentity } from './identity.js';
import { fetchIdentity, type RestOptions } from './rest.js';

export interface IdentityWatchOptions extends RestOptions {
  /** Wait after a question without an answer. */
  readonly backoff: BackoffOptions;
  /** Wait after an answered question, ms. */
  readonly againMs: number;
}

/** What the node has told since it connected. */
export type IdentityAnswer =
  | { readonly known: true; readonly identity: NodeIdentity }
  /** The node has not answered yet, after this many tries; `detail` says why. */
  | { readonly known: false; readonly detail: string; readonly failures: number };

/** Asks one node. Nothing is asked before `start`. */
export class IdentityWatch {
  readonly #endpoint: NodeEndpoint;
  readonly #options: IdentityWatchOptions;
  readonly #onAnswer: (answer: IdentityAnswer) => void;
  readonly #random: () => number;
  #timer: NodeJS.Timeout | undefined;
  /** Counts connections: an answer from an earlier connection is ignored. */
  #connection = 0;

  /** @param onAnswer - called for each answer, and for each failure before a connection's first answer */
  constructor(
    endpoint: NodeEndpoint,
    options: IdentityWatchOptions,
    onAnswer: (answer: IdentityAnswer) => void,
    random: () => number = Math.random,
  ) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.#onAnswer = onAnswer;
    this.#random = random;
  }

  /** The node has connected. */
  start(): void {
    this.stop();
    void this.#ask(this.#connection, 0, false);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#connection++;
  }

  /** @param failures - failures in a row @param known - whether this connection had an answer */
  async #ask(connection: number, failures: number, known: boolean): Promise<void> {
    const answer = await fetchIdentity(this.#endpoint, this.#options).then(
      (identity): IdentityAnswer => ({ known: true, identity }),
      (error: unknown): IdentityAnswer => ({
        known: false,
        failures: failures + 1,
        detail: error instanceof Error ? error.message : String(error),
      }),
    );
    if (connection !== this.#connection) return;
    const next = answer.known ? 0 : answer.failures;
    const waitMs = answer.known
      ? this.#options.againMs
      : backoffMs(next, this.#random, this.#options.backoff);
    this.#timer = setTimeout(() => void this.#ask(connection, next, known || answer.known), waitMs);
    if (answer.known || !known) this.#onAnswer(answer);
  }
}
