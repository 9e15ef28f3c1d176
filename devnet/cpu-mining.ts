/**
 * The node's own miner, which REST starts and ends: for networks without other miners.
 * @module
 */
import { ALL_CHAINS, type ChainIndex } from '../protocol/chain.js';
import type { ChainState } from './chain-state.js';
import type { MineOptions } from './scenario.js';

/** Mines one block after the other, on the lowest chain. */
export class CpuMining {
  readonly #state: ChainState;
  readonly #mineBlock: (chain: ChainIndex, options: MineOptions) => Promise<unknown>;
  #abort: AbortController | undefined;

  constructor(state: ChainState, mineBlock: (chain: ChainIndex, options: MineOptions) => Promise<unknown>) {
    this.#state = state;
    this.#mineBlock = mineBlock;
  }

  /** Starts or ends mining; changes nothing if it is so already. */
  set(mining: boolean): void {
    if (mining === (this.#abort !== undefined)) return;
    this.#abort?.abort();
    this.#abort = mining ? new AbortController() : undefined;
    if (this.#abort) void this.#mine(this.#abort.signal);
  }

  async #mine(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const height = (chain: ChainIndex): number => this.#state.tip(chain).height;
      const lowest = ALL_CHAINS.reduce((best, chain) => (height(chain) < height(best) ? chain : best));
      try {
        await this.#mineBlock(lowest, { signal });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }
}
