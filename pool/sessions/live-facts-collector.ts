/**
 * Collects the facts of a front end that no store holds: who is connected, and its state.
 * @module
 */
import { ALL_CHAINS } from '../../protocol/chain.js';
import type { LiveFacts, LiveWorkerFacts, SurroundingFacts } from '../domain/live-facts.js';
import type { HeaderBoard } from '../jobs/header-board.js';
import type { LiveWorker, LiveWorkers } from './live-worker.js';

/** The parts of a pool that facts are read from. */
export interface WatchedPool {
  readonly workers: LiveWorkers;
  readonly board: HeaderBoard;
  readonly journal: { readonly writable: boolean };
  readonly sessions: number;
  readonly node: string | undefined;
  readonly standing: number;
}

/** Most workers in one message: a millisecond's work for both sides. */
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
    const { workers, board, journal, sessions, node, standing } = this.#pool;
    const heights = ALL_CHAINS.map((chain) => board.current(chain)?.job.height);
    const before = this.#heights;
    // A chain without a job keeps its last height: it comes back with it.
    this.#heights = heights.map((height, chain) => height ?? before[chain]);
    if (this.#heights.some((height, chain) => before[chain] !== undefined && height !== before[chain]))
      this.#newHeightMs = nowMs;
    // After a storm of reconnects each message takes a larger part, so that the waiting changes can't grow for ever.
    const most = Math.max(MAX_WORKERS_AT_ONCE, workers.changes >> 3);
    return {
      pool: {
        ...this.#surroundings(),
        connections: sessions,
        workers: workers.size,
        node,
        standing,
        journalWritable: journal.writable,
        heights,
        // Copies: a view would be sent with its whole buffer.
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
