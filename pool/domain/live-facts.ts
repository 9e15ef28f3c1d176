/**
 * What a front end knows of this moment and no store holds: who is connected, and how it stands. Plain data, for the
 * thread that serves the API; only what changed is sent.
 * @module
 */
import { ALL_CHAINS } from '../../protocol/chain.js';
import type { HeaderBoard } from '../jobs/header-board.js';
import type { LiveWorker, LiveWorkers } from '../sessions/live-worker.js';

/** A worker that is connected, or was until now. */
export interface LiveWorkerFacts {
  /** `Account.key`. */
  readonly account: string;
  readonly name: string;
  /** Address to pay, canonical text. */
  readonly address: string;
  /** 0: it is gone. */
  readonly connections: number;
  /** Software, cleaned; empty where it named none. */
  readonly agent: string;
  /** Hashes a second as its miners say; shown, never summed. */
  readonly reportedHashrate: number | undefined;
}

/** A front end as a whole. Chains are indices of the lists. */
export interface LivePoolFacts {
  readonly connections: number;
  readonly workers: number;
  /** Node that leads, or undefined. */
  readonly node: string | undefined;
  /** Alephium's network id, once a node has told it. */
  readonly networkId: number | undefined;
  /** Whether shares can be recorded. */
  readonly journalWritable: boolean;
  /** Whether miners can connect. */
  readonly listening: boolean;
  /** Whether the store can be reached; its absence stops nothing. */
  readonly storeUp: boolean;
  /** Height of the block to be found on each chain. */
  readonly heights: readonly (number | undefined)[];
  /** Block target of each chain, 32 bytes. */
  readonly targets: readonly (Uint8Array | undefined)[];
  /** When a chain last had another height, ms since the epoch. */
  readonly newHeightMs: number | undefined;
}

export interface LiveFacts {
  readonly pool: LivePoolFacts;
  /** Those that changed, in this order. */
  readonly workers: readonly LiveWorkerFacts[];
}

/** What only the program around the pool knows. */
export type SurroundingFacts = Pick<LivePoolFacts, 'networkId' | 'listening' | 'storeUp'>;

/** The parts of a pool that facts are read from. */
export interface WatchedPool {
  readonly workers: LiveWorkers;
  readonly board: HeaderBoard;
  readonly journal: { readonly writable: boolean };
  readonly sessions: number;
  readonly node: string | undefined;
}

/** How often facts are told, ms. */
export const FACTS_MS = 1_000;

/** Workers of one message: a millisecond's work for both sides. */
const MAX_WORKERS_AT_ONCE = 1_000;

export class LiveFactsCollector {
  readonly #pool: WatchedPool;
  readonly #surroundings: () => SurroundingFacts;
  #heights: readonly (number | undefined)[] = [];
  #newHeightMs: number | undefined;

  /** From now on the pool notes which workers change. */
  constructor(pool: WatchedPool, surroundings: () => SurroundingFacts) {
    this.#pool = pool;
    this.#surroundings = surroundings;
    pool.workers.watch();
  }

  /** The facts since the last time; to be called once or twice a second. @param nowMs - ms since the epoch */
  collect(nowMs: number): LiveFacts {
    const { workers, board, journal, sessions, node } = this.#pool;
    const heights = ALL_CHAINS.map((chain) => board.current(chain)?.job.height);
    const before = this.#heights;
    // A chain that is without a job for a moment comes back at the height that it had.
    this.#heights = heights.map((height, chain) => height ?? before[chain]);
    if (this.#heights.some((height, chain) => before[chain] !== undefined && height !== before[chain]))
      this.#newHeightMs = nowMs;
    // After a storm of reconnects a larger part at a time, so that what waits can't grow for ever.
    const most = Math.max(MAX_WORKERS_AT_ONCE, workers.changes >> 3);
    return {
      pool: {
        ...this.#surroundings(),
        connections: sessions,
        workers: workers.size,
        node,
        journalWritable: journal.writable,
        heights,
        // Copies: a view would be sent with all of the buffer behind it.
        targets: ALL_CHAINS.map((chain) => board.current(chain)?.job.target.slice()),
        newHeightMs: this.#newHeightMs,
      },
      workers: workers.takeChanged(most).map(factsOf),
    };
  }
}

function factsOf({ account, name, connections, agent, reportedHashrate }: LiveWorker): LiveWorkerFacts {
  return { account: account.key, name, address: account.address, connections, agent, reportedHashrate };
}
