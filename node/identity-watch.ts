/**
 * Asks a full node who it is: when it connects, until it has answered, and from time to time, since its miner addresses
 * can be changed while it runs.
 * @module
 */
import { type BackoffOptions, backoffMs } from './backoff.js';
import type { NodeEndpoint } from './endpoint.js';
import type { NodeIdentity } from './identity.js';
import { fetchIdentity, type RestOptions } from './rest.js';

export interface IdentityWatchOptions extends RestOptions {
  /** Wait after a question that was not answered. */
  readonly backoff: BackoffOptions;
  /** Wait after one that was, ms. */
  readonly againMs: number;
}

/** What is known of a node since it connected. */
export type IdentityAnswer =
  | { readonly known: true; readonly identity: NodeIdentity }
  /** It could not be asked yet, in so many tries; `detail` says why. */
  | { readonly known: false; readonly detail: string; readonly failures: number };

/** The questions to one node; none are asked until `start`. */
export class IdentityWatch {
  readonly #endpoint: NodeEndpoint;
  readonly #options: IdentityWatchOptions;
  readonly #onAnswer: (answer: IdentityAnswer) => void;
  readonly #random: () => number;
  #timer: NodeJS.Timeout | undefined;
  /** Counts connections: an answer to a question of an earlier one says nothing. */
  #connection = 0;

  /** @param onAnswer - told of each answer, and of each failure before the first answer of a connection */
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

  /** @param failures - in a row @param known - whether this connection had an answer */
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
