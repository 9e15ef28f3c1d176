/**
 * Asks a full node's REST API how high its chains are: one chain at a time, every few seconds, while it is connected.
 * @module
 */

import { ALL_CHAINS, CHAINS, type ChainIndex } from '../protocol/chain.js';
import { type BackoffOptions, backoffMs } from './backoff.js';
import type { NodeEndpoint } from './endpoint.js';
import { fetchChainHeight, fetchHasBlock, type RestOptions } from './rest.js';

export interface HeightWatchOptions extends RestOptions {
  /** Time between two questions, ms. */
  readonly everyMs: number;
  /** Wait after a question without an answer. */
  readonly backoff: BackoffOptions;
}

/** Time between two questions about chains, ms: all 16 take half a minute. */
export const HEIGHT_EVERY_MS = 2_000;

/** The facts about the node's jobs that the watch asks for, and its events. */
export interface HeightWatchPort {
  /** Chains of which the height decides something now: they are asked for first. */
  urgent(): readonly ChainIndex[];
  /** Hash of the block that a chain's job builds on, hex; undefined without a job. */
  parent(chain: ChainIndex): string | undefined;
  /** @param height - of a chain's last block */
  onHeight(chain: ChainIndex, height: number): void;
}

/**
 * Asks one node. Nothing is asked before `start`. Another node, even of another network, may answer at the address of the
 * REST API: its heights count only if it has a block that the jobs build on.
 */
export class HeightWatch {
  readonly #endpoint: NodeEndpoint;
  readonly #options: HeightWatchOptions;
  readonly #port: HeightWatchPort;
  readonly #random: () => number;
  #timer: NodeJS.Timeout | undefined;
  /** Counts connections: an answer from an earlier connection is ignored. */
  #connection = 0;
  #next: ChainIndex = 0;
  /** Whether the REST API was found to belong to the node that hands out the jobs. */
  #own = false;

  constructor(
    endpoint: NodeEndpoint,
    options: HeightWatchOptions,
    port: HeightWatchPort,
    random: () => number = Math.random,
  ) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.#port = port;
    this.#random = random;
  }

  /** The node has connected. */
  start(): void {
    this.stop();
    this.#plan(this.#connection, this.#options.everyMs, 0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#connection++;
    this.#own = false;
  }

  #plan(connection: number, waitMs: number, failures: number): void {
    this.#timer = setTimeout(() => void this.#ask(connection, failures), waitMs);
  }

  /** @param failures - failures in a row */
  async #ask(connection: number, failures: number): Promise<void> {
    const chain = this.#choose();
    const height = await this.#heightOf(chain).catch(() => undefined);
    if (connection !== this.#connection) return;
    const { everyMs, backoff } = this.#options;
    if (height === undefined) {
      const waitMs = Math.max(everyMs, backoffMs(failures + 1, this.#random, backoff));
      this.#plan(connection, waitMs, failures + 1);
    } else {
      this.#plan(connection, everyMs, 0);
      this.#port.onHeight(chain, height);
    }
  }

  /** @returns undefined if another node answers @throws RestError if none does */
  async #heightOf(chain: ChainIndex): Promise<number | undefined> {
    const connection = this.#connection;
    if (!this.#own) {
      const parent = this.#port.parent(chain);
      if (parent === undefined || !(await fetchHasBlock(this.#endpoint, parent, this.#options)))
        return undefined;
      if (connection !== this.#connection) return undefined;
      this.#own = true;
    }
    return fetchChainHeight(this.#endpoint, chain, this.#options);
  }

  /** The next chain, by turns; urgent chains come first. */
  #choose(): ChainIndex {
    const urgent = this.#port.urgent();
    const turn = ALL_CHAINS.map((_, i) => (this.#next + i) % CHAINS);
    const chain = turn.find((one) => urgent.includes(one)) ?? turn[0]!;
    this.#next = (chain + 1) % CHAINS;
    return chain;
  }
}
