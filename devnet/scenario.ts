/**
 * What a test or a user can make happen on the simulated network. Blocks made here carry real work, searched in slices.
 * @module
 */
import type { ChainIndex } from '../protocol/chain.js';
import type { Block } from './block.js';
import { parentDepOf } from './deps.js';
import type { DevnetNode } from './node.js';
import { findBlock, type SearchModules } from './search.js';
import { createTemplate } from './template.js';

/** Whom and what a block made on request pays. */
export interface MineOptions {
  /** Lockup script of the reward, of group `to`; the node's own miner address by default. */
  readonly miner?: Uint8Array;
  /** Whether the block references the uncles that it may; true by default. */
  readonly uncles?: boolean;
}

/** Makes things happen. */
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
   * @throws RangeError if the chain is not that long
   */
  async reorganise(chain: ChainIndex, depth: number, options: MineOptions = {}): Promise<Block[]> {
    const { state, board } = this.#node;
    const oldTip = state.tip(chain);
    const firstToLeave =
      Number.isInteger(depth) && depth >= 1 ? state.ancestor(oldTip, depth - 1) : undefined;
    if (!firstToLeave || firstToLeave.height === 0 || !state.get(firstToLeave.parent))
      throw new RangeError(`"depth" expected 1 to ${oldTip.height}, got ${depth}`);
    const branch: Block[] = [];
    let deps = firstToLeave.header.deps;
    for (;;) {
      const block = await this.#mine(chain, deps, options);
      branch.push(block);
      if (state.isMain(block)) return branch;
      const replaced = state.mainAt(chain, block.height + 1);
      deps = (replaced?.header.deps ?? board.freshDeps(chain)).with(parentDepOf(chain), block.hash);
    }
  }

  async #mine(chain: ChainIndex, deps: readonly Uint8Array[], options: MineOptions): Promise<Block> {
    const { state, board, clock, rules } = this.#node;
    const miner = options.miner ?? board.minerOf(chain);
    const template = createTemplate(
      { chain, deps, miner, now: clock.now(), withoutUncles: options.uncles === false },
      state,
      rules,
    );
    const block = await findBlock(template, this.#search);
    const fault = this.#node.addBlock(block);
    if (fault) throw new Error(`block of chain ${chain} refused by its own node: ${fault}`);
    return block;
  }
}
