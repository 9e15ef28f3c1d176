/**
 * The blocks of the 16 chains, and which of them are the main chains. Keyed by block hash: side blocks and rival
 * branches are kept beside the main chain, until they lie too deep.
 *
 * Fork choice, for each chain by itself: the branch with the most accumulated work, and of two with the same work the
 * one that was seen first. A chain that switches branches leaves the other chains as they are, even where their blocks
 * depend on a block that left. (The node weighs the branches of a whole group together.)
 * @module
 */
import { ALL_CHAINS, type ChainIndex } from '../protocol/chain.js';
import { expectedHashes, targetOfBits } from '../protocol/target.js';
import type { Block, BlockId } from './block.js';
import { parentDepOf } from './deps.js';

/** The changes by an added block. */
export interface ChainChange {
  readonly block: Block;
  /** Whether the block is on the main chain now. */
  readonly main: boolean;
  /** Blocks that left the main chain, newest first. */
  readonly left: readonly Block[];
  /** Blocks that are on the main chain now and were not before, oldest first. */
  readonly joined: readonly Block[];
}

interface Chain {
  tip: Block;
  /** Main-chain block at each height that is kept. */
  readonly main: Map<number, BlockId>;
  /** All blocks at each height that is kept, in their order of arrival. */
  readonly heights: Map<number, BlockId[]>;
  lowest: number;
}

/** Hears of every block that is kept from now on, and of its end. */
export interface ChainWatcher {
  /** A block was added, of the main chain or not: before the chains follow. */
  added(block: Block): void;
  /** A block lies too deep to be kept. @param main - whether it was of the main chain */
  forgotten(block: Block, main: boolean): void;
}

/** All chains. Blocks are believed here: they were validated before. */
export class ChainState {
  readonly #blocks = new Map<BlockId, Block>();
  readonly #work = new Map<BlockId, bigint>();
  readonly #chains: Chain[];
  readonly #genesis: readonly Block[];
  readonly #keepHeights: number;
  #watcher: ChainWatcher | undefined;

  /**
   * @param genesis - the first block of each of the 16 chains
   * @param keepHeights - heights below a chain's tip that are kept; older blocks are forgotten
   */
  constructor(genesis: readonly Block[], keepHeights: number) {
    this.#genesis = genesis;
    this.#keepHeights = keepHeights;
    this.#chains = ALL_CHAINS.map((chain) => {
      const block = genesis[chain]!;
      this.#blocks.set(block.id, block);
      this.#work.set(block.id, 0n);
      return { tip: block, main: new Map([[0, block.id]]), heights: new Map([[0, [block.id]]]), lowest: 0 };
    });
  }

  /** Number of blocks that are kept, all chains together. */
  get size(): number {
    return this.#blocks.size;
  }

  /** Names the one who hears of blocks. */
  watch(watcher: ChainWatcher): void {
    this.#watcher = watcher;
  }

  /** The first block of a chain. It is kept here for good, also when its chain has forgotten it. */
  genesis(chain: ChainIndex): Block {
    return this.#genesis[chain]!;
  }

  /** The newest block of a chain's main chain. */
  tip(chain: ChainIndex): Block {
    return this.#chains[chain]!.tip;
  }

  /** A block, of the main chain or not, if it is known and not forgotten. */
  get(id: BlockId): Block | undefined {
    return this.#blocks.get(id);
  }

  /** Whether a block is on its main chain. */
  isMain(block: Block): boolean {
    return this.#chains[block.chain]!.main.get(block.height) === block.id;
  }

  /** The main-chain block of a height, if it is kept. */
  mainAt(chain: ChainIndex, height: number): Block | undefined {
    const id = this.#chains[chain]!.main.get(height);
    return id === undefined ? undefined : this.#blocks.get(id);
  }

  /** Main-chain blocks of a time interval that are kept, oldest first. @param fromMs - included, as is `toMs` */
  mainBetween(chain: ChainIndex, fromMs: number, toMs: number): Block[] {
    const ids = [...this.#chains[chain]!.main].sort(([a], [b]) => a - b).map(([, id]) => id);
    return ids
      .map((id) => this.#blocks.get(id)!)
      .filter(({ header }) => Number(header.timestamp) >= fromMs && Number(header.timestamp) <= toMs);
  }

  /** All blocks of a height that are kept: the main-chain block first, the others in their order of arrival. */
  at(chain: ChainIndex, height: number): Block[] {
    const ids = this.#chains[chain]!.heights.get(height) ?? [];
    const blocks = ids.map((id) => this.#blocks.get(id)!);
    return [...blocks.filter((b) => this.isMain(b)), ...blocks.filter((b) => !this.isMain(b))];
  }

  /** The ancestor of a block a number of heights below it, if it is kept; 0 gives the block. */
  ancestor(block: Block, heights: number): Block | undefined {
    let current: Block | undefined = block;
    for (let i = 0; i < heights && current; i++) current = this.#blocks.get(current.parent);
    return current;
  }

  /** Whether blocks of a chain were forgotten because they lay too deep. */
  hasForgotten(chain: ChainIndex): boolean {
    return this.#chains[chain]!.lowest > 0;
  }

  /** Accumulated work of a block and its ancestors, in expected hashes. */
  workOf(block: Block): bigint {
    return this.#work.get(block.id)!;
  }

  /** Adds a block whose parent is known and that is not known itself. */
  add(block: Block): ChainChange {
    const target = targetOfBits(block.header.targetBits);
    this.#insert(block, this.#work.get(block.parent)! + expectedHashes(target));
    const chain = this.#chains[block.chain]!;
    if (this.workOf(block) <= this.workOf(chain.tip)) return { block, main: false, left: [], joined: [] };
    const change = this.#switchTo(chain, block);
    this.#forget(chain);
    return change;
  }

  /** The blocks of all chains except the first ones, parents before children. */
  *blocks(): Generator<Block> {
    for (const block of this.#blocks.values()) if (block.height > 0) yield block;
  }

  /** Takes a saved block whose parent was forgotten before it was saved: so the first block of its chain was, too. */
  addRoot(block: Block, work: bigint): void {
    const chain = this.#chains[block.chain]!;
    const best = this.workOf(chain.tip);
    if (chain.lowest === 0) this.#forgetLowest(chain);
    this.#insert(block, work);
    if (work <= best) return;
    chain.tip = block;
    chain.main.clear();
    chain.main.set(block.height, block.id);
  }

  #insert(block: Block, work: bigint): void {
    this.#blocks.set(block.id, block);
    this.#work.set(block.id, work);
    const { heights } = this.#chains[block.chain]!;
    const ids = heights.get(block.height);
    if (ids) ids.push(block.id);
    else heights.set(block.height, [block.id]);
    this.#watcher?.added(block);
  }

  #switchTo(chain: Chain, tip: Block): ChainChange {
    const joined: Block[] = [];
    let fork: Block | undefined = tip;
    while (fork && !this.isMain(fork)) {
      joined.unshift(fork);
      fork = this.#blocks.get(fork.parent);
    }
    const left: Block[] = [];
    for (let height = chain.tip.height; height > (fork?.height ?? -1); height--) {
      const id = chain.main.get(height);
      const block = id === undefined ? undefined : this.#blocks.get(id);
      if (block) left.push(block);
      chain.main.delete(height);
    }
    for (const block of joined) chain.main.set(block.height, block.id);
    chain.tip = tip;
    return { block: tip, main: true, left, joined };
  }

  #forget(chain: Chain): void {
    while (chain.lowest < chain.tip.height - this.#keepHeights) this.#forgetLowest(chain);
  }

  #forgetLowest(chain: Chain): void {
    const mainId = chain.main.get(chain.lowest);
    for (const id of chain.heights.get(chain.lowest) ?? []) {
      this.#watcher?.forgotten(this.#blocks.get(id)!, id === mainId);
      this.#work.delete(id);
      this.#blocks.delete(id);
    }
    chain.heights.delete(chain.lowest);
    chain.main.delete(chain.lowest);
    chain.lowest++;
  }
}

/** The parent of a header on a chain. */
export function parentHash(deps: readonly Uint8Array[], chain: ChainIndex): Uint8Array {
  return deps[parentDepOf(chain)]!;
}
