/**
 * Up to which height nothing changes any more.
 * @module
 */
import {
  ALL_CHAINS,
  CHAINS,
  type ChainIndex,
  chainIndex,
  fromGroupOf,
  toGroupOf,
} from '../../protocol/chain.js';
import { type BlockTree, type ChainPoint, tipInGroup } from './block-tree.js';
import type { OpenBlocks } from './open-blocks.js';

/** How much of each chain has so many blocks above it, and was taken in by such a block. Heights only rise. */
export class Finality {
  readonly #tree: BlockTree;
  readonly #depth: number;
  readonly #deep: number[] = new Array<number>(CHAINS).fill(-1);
  readonly #takenIn: number[] = new Array<number>(CHAINS).fill(-1);

  /** @param depth - blocks that must follow, at least 1 */
  constructor(tree: BlockTree, depth: number) {
    this.#tree = tree;
    this.#depth = depth;
  }

  /** Nothing up to this height may change. */
  fix(chain: ChainIndex, height: number): void {
    this.#deep[chain] = Math.max(this.#deep[chain]!, height);
    this.#takenIn[chain] = Math.max(this.#takenIn[chain]!, height);
  }

  /**
   * Looks at the chains as they are now.
   * @param undecided - height of the lowest block of a chain of which no node has told what it decides: it is not final
   */
  update(undecided: (chain: ChainIndex) => number | undefined): void {
    for (const chain of ALL_CHAINS) {
      const tip = this.#tree.tip(chain);
      if (tip === undefined) continue;
      const height = Math.min(tip.height - this.#depth, (undecided(chain) ?? Number.POSITIVE_INFINITY) - 1);
      this.#deep[chain] = Math.max(this.#deep[chain]!, height);
    }
    for (const chain of ALL_CHAINS) {
      const judge = judgeOf(chain);
      const height = takenInBy(this.#tree, chain, this.#deep[judge]!) ?? -1;
      this.#takenIn[chain] = Math.max(this.#takenIn[chain]!, height);
    }
  }

  /** A block of a chain at this height or below is never replaced. */
  deepHeight(chain: ChainIndex): number {
    return this.#deep[chain]!;
  }

  /** Nothing about blocks at this height or below changes. */
  finalHeight(chain: ChainIndex): number {
    return Math.min(this.#deep[chain]!, this.#takenIn[chain]!);
  }
}

/** The chain whose blocks take blocks of a chain in. */
export function judgeOf(chain: ChainIndex): ChainIndex {
  return chainIndex(fromGroupOf(chain), fromGroupOf(chain));
}

/** Height up to which the block of (from, from) at a height has taken a chain in; undefined if that is not known. */
export function takenInBy(tree: BlockTree, chain: ChainIndex, judgeHeight: number): number | undefined {
  const judge = judgeOf(chain);
  if (judge === chain) return judgeHeight;
  const block = tree.at(judge, judgeHeight);
  return block && tree.reachedHeight(chain, tipInGroup(block.deps, toGroupOf(chain)));
}

/**
 * Up to which height each chain can be settled: not beyond a block that spends what one makes that can't be, nor to a place
 * that is not kept any more.
 * @param final - by chain index
 * @param cursors - what is settled already
 */
export function settledHeights(
  tree: BlockTree,
  open: OpenBlocks,
  final: readonly number[],
  cursors: readonly (ChainPoint | undefined)[],
): readonly number[] {
  const heights = ALL_CHAINS.map((chain) =>
    tree.pointAt(chain, final[chain]!) === undefined ? (cursors[chain]?.height ?? -1) : final[chain]!,
  );
  const blocks = open.inOrder();
  // Each round lowers a height, or is the last.
  for (let lowered = true; lowered; ) {
    lowered = false;
    const unsettled = new Set<string>();
    for (const { chain, height, transactions } of blocks) {
      if (
        height <= heights[chain]! &&
        transactions.some(({ spends }) => spends.some((key) => unsettled.has(key)))
      ) {
        heights[chain] = height - 1;
        lowered = true;
      }
      if (height <= heights[chain]!) continue;
      for (const { outputs } of transactions) for (const { key } of outputs) unsettled.add(key);
    }
  }
  return heights;
}
