/**
 * The blocks that the fund knows: main chains as far back as templates look, and blocks beside or before them.
 * @module
 */
import { BoundedMap } from '../../protocol/bounded-map.js';
import { CHAINS, type ChainIndex, chainName, fromGroupOf, GROUPS, toGroupOf } from '../../protocol/chain.js';
import type { FundBlock } from './fund-block.js';
import { FundError } from './fund-error.js';

/** Newest blocks of a main chain that are kept: on the main network 2 h of them. */
const MAX_CHAIN_BLOCKS = 1000;

/** Blocks beside the main chains, or from before those that are kept. */
const MAX_OTHER_BLOCKS = 4096;

/** What the deps of a genesis block name. */
export const NO_BLOCK = '0'.repeat(64);

const NOTHING = Object.freeze([]) as readonly never[];

/** A place in a main chain. */
export interface ChainPoint {
  readonly height: number;
  readonly hash: string;
  /** ms since the epoch. */
  readonly timestampMs: number;
}

interface MainChain {
  /** The block before the first that is kept. */
  base: ChainPoint;
  readonly blocks: FundBlock[];
}

export class BlockTree {
  /** By chain index. A chain is undefined until its first block. */
  readonly #chains: (MainChain | undefined)[] = new Array(CHAINS).fill(undefined);
  readonly #main = new Map<string, FundBlock>();
  readonly #others = new BoundedMap<string, FundBlock>(MAX_OTHER_BLOCKS);

  /** Lets a chain begin behind a block that is known by name alone. */
  begin(chain: ChainIndex, base: ChainPoint): void {
    this.#chains[chain] = { base, blocks: [] };
  }

  /** A block of a main chain or beside it, if it is kept. */
  get(hash: string): FundBlock | undefined {
    return this.#main.get(hash) ?? this.#others.get(hash);
  }

  isMain(hash: string): boolean {
    return this.#main.has(hash);
  }

  /** The last block of a main chain, or the point where it begins. */
  tip(chain: ChainIndex): ChainPoint | undefined {
    const known = this.#chains[chain];
    return known?.blocks.at(-1) ?? known?.base;
  }

  /** The block before the first that is kept of a chain. */
  base(chain: ChainIndex): ChainPoint | undefined {
    return this.#chains[chain]?.base;
  }

  /** The block of a main chain at a height, if it is kept. */
  at(chain: ChainIndex, height: number): FundBlock | undefined {
    const known = this.#chains[chain];
    return known?.blocks[height - known.base.height - 1];
  }

  /** The kept blocks of a main chain from a height on. */
  from(chain: ChainIndex, height: number): readonly FundBlock[] {
    const known = this.#chains[chain];
    return known?.blocks.slice(Math.max(0, height - known.base.height - 1)) ?? NOTHING;
  }

  /** The place of a main chain at a height: a kept block, or where the chain begins. */
  pointAt(chain: ChainIndex, height: number): ChainPoint | undefined {
    const base = this.base(chain);
    return base?.height === height ? base : this.at(chain, height);
  }

  /**
   * Height of a block of the main chain by its hash, where it is kept or is where the chain begins.
   */
  mainHeight(chain: ChainIndex, hash: string): number | undefined {
    const base = this.base(chain);
    if (base?.hash === hash) return base.height;
    const block = this.#main.get(hash);
    return block?.chain === chain ? block.height : undefined;
  }

  /**
   * Height of the highest main-chain block that a tip is or builds on: a tip may be beside the main chain.
   * @returns undefined while the way there is not known
   */
  reachedHeight(chain: ChainIndex, tip: string): number | undefined {
    let hash = tip;
    for (let steps = 0; steps <= MAX_OTHER_BLOCKS; steps++) {
      const height = this.mainHeight(chain, hash);
      if (height !== undefined) return height;
      const block = this.#others.get(hash);
      if (block?.chain !== chain) return undefined;
      hash = parentOf(block);
    }
    return undefined;
  }

  /** Keys of the outputs of blocks beside their main chains; of one from before what is kept of its chain it can't be told. */
  madeBeside(): Set<string> {
    const keys = new Set<string>();
    for (const { chain, height, transactions } of this.#others.values())
      if (height > (this.base(chain)?.height ?? Number.POSITIVE_INFINITY))
        for (const { outputs } of transactions) for (const { key } of outputs) keys.add(key);
    return keys;
  }

  /**
   * Replaces a main chain from a height on. A chain without blocks begins there.
   * @returns the blocks that left it, as they were
   * @throws FundError if the blocks do not follow from each other, or from the one below
   */
  replace(chain: ChainIndex, fromHeight: number, blocks: readonly FundBlock[]): readonly FundBlock[] {
    const known = this.#chains[chain] ?? this.#beginBefore(chain, fromHeight, blocks);
    const first = known.base.height + 1;
    checkRoom(chain, fromHeight, first, first + known.blocks.length);
    const below = known.blocks[fromHeight - first - 1] ?? known.base;
    checkLinks(chain, fromHeight, blocks, below.hash);
    this.#chains[chain] = known;
    const left = known.blocks.splice(fromHeight - first);
    for (const block of left) {
      this.#main.delete(block.hash);
      this.#others.set(block.hash, block);
    }
    for (const block of blocks) this.#append(known, block);
    if (known.blocks.length > MAX_CHAIN_BLOCKS) this.#trim(known);
    return left;
  }

  /** Notes a block beside or before the main chains. */
  note(block: FundBlock): void {
    if (!this.#main.has(block.hash)) this.#others.renew(block.hash, this.#lean(block));
  }

  #append(chain: MainChain, block: FundBlock): void {
    const kept = this.#lean(block);
    this.#others.delete(kept.hash);
    this.#main.set(kept.hash, kept);
    chain.blocks.push(kept);
  }

  #trim(chain: MainChain): void {
    for (const block of chain.blocks.splice(0, chain.blocks.length - MAX_CHAIN_BLOCKS)) {
      this.#main.delete(block.hash);
      chain.base = { height: block.height, hash: block.hash, timestampMs: block.timestampMs };
    }
  }

  /** A block that shares the texts of its deps with the blocks they name, and empty lists with all others. */
  #lean(block: FundBlock): FundBlock {
    return {
      ...block,
      deps: block.deps.map((hash) => this.get(hash)?.hash ?? hash),
      uncles: block.uncles.length === 0 ? NOTHING : block.uncles,
      transactions: block.transactions.length === 0 ? NOTHING : block.transactions,
      conflicted: block.conflicted.length === 0 ? NOTHING : block.conflicted,
    };
  }

  #beginBefore(chain: ChainIndex, height: number, [first]: readonly FundBlock[]): MainChain {
    if (first === undefined)
      throw new FundError('unlinked', `chain ${chainName(chain)} has no block that could be replaced`);
    return {
      base: { height: height - 1, hash: parentOf(first), timestampMs: first.timestampMs },
      blocks: [],
    };
  }
}

/** Hash of a block's parent. */
export function parentOf({ deps, chain }: Pick<FundBlock, 'deps' | 'chain'>): string {
  return tipInGroup(deps, toGroupOf(chain));
}

/** The tip of chain (from, to), as deps of a block of group `from` name it. */
export function tipInGroup(deps: readonly string[], to: number): string {
  return deps[GROUPS - 1 + to]!;
}

/** The tip of another group, as deps of a block of `chain` name it. */
export function tipOfGroup({ deps, chain }: Pick<FundBlock, 'deps' | 'chain'>, group: number): string {
  return deps[group < fromGroupOf(chain) ? group : group - 1]!;
}

function checkRoom(chain: ChainIndex, fromHeight: number, first: number, next: number): void {
  if (fromHeight >= first && fromHeight <= next) return;
  throw new FundError(
    'unlinked',
    `chain ${chainName(chain)}: expected blocks from a height of ${first} to ${next}, got ${fromHeight}`,
  );
}

function checkLinks(
  chain: ChainIndex,
  fromHeight: number,
  blocks: readonly FundBlock[],
  before: string,
): void {
  let parent = before;
  for (const [i, block] of blocks.entries()) {
    const height = fromHeight + i;
    const place = `chain ${chainName(chain)} at height ${height}`;
    if (block.chain !== chain || block.height !== height)
      throw new FundError(
        'unlinked',
        `${place}: got a block of ${chainName(block.chain)} at ${block.height}: ${block.hash}`,
      );
    if (parentOf(block) !== parent)
      throw new FundError(
        'unlinked',
        `${place}: expected a block on ${parent}, got ${block.hash} on ${parentOf(block)}`,
      );
    parent = block.hash;
  }
}
