/**
 * What a test or a user can make happen on the simulated network. Blocks made here carry real work, searched in slices.
 * @module
 */
import type { ChainIndex } from '../protocol/chain.js';
import type { Block } from './block.js';
import type { ChainState } from './chain-state.js';
import type { BurnRight } from './coins/burning.js';
import { parentDepOf } from './deps.js';
import type { DevnetNode } from './node.js';
import { findBlock, type SearchModules } from './search.js';
import { createTemplate } from './template.js';

/** Whom a block pays that is made on request, and how it is searched. */
export interface MineOptions {
  /** Lockup script of the reward, of group `to`; the node's own miner address by default. */
  readonly miner?: Uint8Array;
  /** Whose coins it burns where it must burn some; the network's own by default. */
  readonly burnRight?: BurnRight;
  /** Whether the block references the uncles that it may; true by default. */
  readonly uncles?: boolean;
  /** Ends the search, which then throws an `AbortError`. What was mined before stays. */
  readonly signal?: AbortSignal;
}

/** Makes blocks on request. */
export class Scenario {
  readonly #node: DevnetNode;
  readonly #search: SearchModules;

  constructor(modules: { node: DevnetNode; search: SearchModules }) {
    this.#node = modules.node;
    this.#search = modules.search;
  }

  /** Extends the main chain of a chain by one block. Begins again when somebody else is faster. */
  async mineBlock(chain: ChainIndex, options: MineOptions = {}): Promise<Block> {
    for (;;) {
      const { state, board } = this.#node;
      const block = await this.#mine(chain, board.freshDeps(chain), options);
      if (state.isMain(block)) return block;
    }
  }

  /**
   * Adds a block beside the newest one of a chain: same height, same parent.
   * @throws RangeError if the chain has only its first block
   */
  async mineSideBlock(chain: ChainIndex, options: MineOptions = {}): Promise<Block> {
    const tip = this.#node.state.tip(chain);
    if (tip.height === 0)
      throw new RangeError(`"chain" expected one with a block to mine beside, got ${chain}`);
    return this.#mine(chain, tip.header.deps, options);
  }

  /**
   * Replaces the newest blocks of a chain: mines a branch from below them until it has more work.
   * @param depth - blocks that leave the main chain, at least 1 and fewer than are kept
   * @returns the new branch, oldest first
   * @throws RangeError if the chain is not that long, or not that much of it is kept
   */
  async reorganise(chain: ChainIndex, depth: number, options: MineOptions = {}): Promise<Block[]> {
    const { state, board } = this.#node;
    const oldTip = state.tip(chain);
    const most = blocksAboveKept(state, oldTip);
    if (most === 0) throw new RangeError(`"chain" expected one with a block to replace, got ${chain}`);
    if (!Number.isInteger(depth) || depth < 1 || depth > most)
      throw new RangeError(`"depth" expected 1 to ${most}, got ${depth}`);
    const branch: Block[] = [];
    let { deps } = state.ancestor(oldTip, depth - 1)!.header;
    for (;;) {
      const block = await this.#mine(chain, deps, options);
      branch.push(block);
      if (state.isMain(block)) return branch;
      const replaced = state.mainAt(chain, block.height + 1);
      deps = (replaced?.header.deps ?? board.freshDeps(chain)).with(parentDepOf(chain), block.hash);
    }
  }

  async #mine(chain: ChainIndex, deps: readonly Uint8Array[], options: MineOptions): Promise<Block> {
    const { state, board, clock, rules, coins } = this.#node;
    const miner = options.miner ?? board.minerOf(chain);
    const template = createTemplate(
      { chain, deps, miner, now: clock.now(), withoutUncles: options.uncles === false },
      state,
      rules,
      options.burnRight ? coins?.bodies(() => options.burnRight) : coins?.othersBodies,
    );
    if (!template)
      throw new RangeError(`"burn" expected coins that the next block of chain ${chain} can burn`);
    const block = await findBlock(template, this.#search, options.signal);
    const fault = this.#node.addBlock(block);
    if (fault) throw new Error(`block of chain ${chain} refused by its own node: ${fault}`);
    return block;
  }
}

/** How many blocks lie above the lowest ancestor that is kept: so many can be replaced. */
function blocksAboveKept(state: ChainState, tip: Block): number {
  let count = 0;
  for (let parent = state.get(tip.parent); parent; parent = state.get(parent.parent)) count++;
  return count;
}
