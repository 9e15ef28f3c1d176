/**
 * A miner that finds a block now and then, wherever the pool is at the time.
 * @module
 */
import { StratumMiner } from './stratum-miner.js';
import { sleep } from './wait.js';

export interface BlockCrewModules {
  /** Where the pool listens now, or undefined. */
  readonly port: () => number | undefined;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** `ADDRESS.WORKER`; that of other tests if left out. */
  readonly login?: string;
}

/** Work of its shares, hashes. */
const SHARE_WORK = 16n;

export class BlockCrew {
  readonly #modules: BlockCrewModules;
  readonly #pauseMs: number;
  #running = false;
  #working: Promise<void> = Promise.resolve();
  /** Blocks whose share the pool has acknowledged. */
  found = 0;

  /** @param pauseMs - mean time between two blocks, that to find them left out */
  constructor(pauseMs: number, modules: BlockCrewModules) {
    this.#pauseMs = pauseMs;
    this.#modules = modules;
  }

  go(): void {
    if (this.#running) return;
    this.#running = true;
    this.#working = this.#work();
  }

  /** No more blocks. */
  async quiet(): Promise<void> {
    this.#running = false;
    await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#running) {
      const port = this.#modules.port();
      if (port === undefined) await sleep(20);
      // The pool may be killed at any time.
      else await this.#mineAt(port).catch(() => sleep(20));
    }
  }

  async #mineAt(port: number): Promise<void> {
    const { login } = this.#modules;
    const miner = await StratumMiner.open(port, { work: SHARE_WORK, ...(login !== undefined && { login }) });
    try {
      while (this.#running && !miner.closed) {
        if (await miner.findBlock()) this.found++;
        await sleep(2 * this.#pauseMs * this.#modules.random());
      }
    } finally {
      miner.close();
    }
  }
}
