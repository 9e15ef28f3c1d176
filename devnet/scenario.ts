/**
 * What a test or a user can make happen on the simulated network. Blocks made here carry real work, searched in slices.
 * @module
 */
import { type ChainIndex, chainIndex, fromGroupOf, toGroupOf } from '../protocol/chain.js';
import type { Transaction } from '../protocol/transaction.js';
import type { Block } from './block.js';
import type { ChainState } from './chain-state.js';
import type { BurnRight } from './coins/burning.js';
import { checkRivals } from './coins/rival.js';
import type { WaitingTransfer } from './coins/transfer-pool.js';
import { parentDepOf } from './deps.js';
import type { DevnetNode } from './node.js';
import { findBlock, type SearchModules } from './search.js';
import { createTemplate } from './template.js';

/** Whom a block pays that is made on request, and how it is searched. */
export interface MineOptions {
  /** Lockup script of the reward, of group `to`, or that for each chain; the node's own miner address by default. */
  readonly miner?: Uint8Array | ((chain: ChainIndex) => Uint8Array);
  /** Whose coins it burns where it must burn some; the network's own by default. */
  readonly burnRight?: BurnRight;
  /** Whether the block references the uncles that it may; true by default. */
  readonly uncles?: boolean;
  /** Whether it holds what waits for a block, true by default, or its coinbase alone. */
  readonly transfers?: boolean;
  /** Ends the search, which then throws an `AbortError`. What was mined before stays. */
  readonly signal?: AbortSignal;
}

/** How two transfers that spend one coin meet. */
export interface ConflictOptions extends Omit<MineOptions, 'transfers'> {
  /** Whether a block of (f, f) takes both in; true by default. */
  readonly settle?: boolean;
  /** Whether the loser gets into no block: it waits for a coin that is gone; false by default. */
  readonly overtake?: boolean;
}

/** The blocks of a conflict. */
export interface Conflict {
  readonly winner: Block;
  /** Missing where the loser got into no block. */
  readonly loser: Block | undefined;
  /** The block of (f, f) that took them in. */
  readonly settling: Block | undefined;
}

/** What a block is to hold, and when. */
interface Content {
  /** What waits by default. */
  readonly transfers?: readonly Transaction[];
  /** Its timestamp is later, ms since the epoch. */
  readonly afterMs?: number;
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

  /**
   * Lets one of two transfers that spend one coin win: it gets into a block, then the other one into one of a sibling chain, and a
   * block of (f, f) takes both in, which makes the loser void.
   * @throws RangeError if they are no such two
   */
  async conflict(
    winner: WaitingTransfer,
    loser: WaitingTransfer,
    options: ConflictOptions,
  ): Promise<Conflict> {
    const { board } = this.#node;
    const { settle = true, overtake = false, ...how } = options;
    checkRivals(winner, loser);
    const group = fromGroupOf(loser.chain);
    if (!overtake && toGroupOf(loser.chain) === group)
      throw new RangeError('"overtake" expected true: a loser within one group gets into no block');
    // As of now: the loser's block must not see the winner's.
    const deps = board.freshDeps(loser.chain);
    const first = await this.#mine(winner.chain, board.freshDeps(winner.chain), how, {
      transfers: [winner.transaction],
    });
    const second = overtake
      ? undefined
      : await this.#mine(loser.chain, deps, how, {
          transfers: [loser.transaction],
          afterMs: Number(first.header.timestamp),
        });
    const settling = settle ? await this.mineBlock(chainIndex(group, group), how) : undefined;
    return { winner: first, loser: second, settling };
  }

  async #mine(
    chain: ChainIndex,
    deps: readonly Uint8Array[],
    options: MineOptions,
    { transfers, afterMs = 0 }: Content = options.transfers === false ? { transfers: [] } : {},
  ): Promise<Block> {
    const { state, board, clock, rules, coins } = this.#node;
    const { miner: asked = board.minerOf(chain) } = options;
    const miner = typeof asked === 'function' ? asked(chain) : asked;
    const now = Math.max(clock.now(), afterMs + 1);
    const template = createTemplate(
      { chain, deps, miner, now, withoutUncles: options.uncles === false },
      state,
      rules,
      options.burnRight ? coins?.bodies(() => options.burnRight, transfers) : coins?.othersBodies(transfers),
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
