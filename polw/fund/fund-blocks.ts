/**
 * The blocks that a fund was told of: main chains, what stands beside them, and how far nothing changes any more.
 * @module
 */
import { ALL_CHAINS, CHAINS, type ChainIndex, toGroupOf } from '../../protocol/chain.js';
import { BlockTree, type ChainPoint, NO_BLOCK, parentOf, tipInGroup } from './block-tree.js';
import { Finality, judgeOf, takenInBy } from './finality.js';
import type { FundBlock } from './fund-block.js';
import { FundError } from './fund-error.js';
import { isWithinGroup } from './judge.js';
import { OpenBlocks } from './open-blocks.js';

export abstract class FundBlocks {
  protected readonly tree = new BlockTree();
  protected readonly open = new OpenBlocks();
  protected readonly finality: Finality;
  /** By chain index: the last block that is settled. */
  protected readonly cursors: (ChainPoint | undefined)[] = new Array<undefined>(CHAINS).fill(undefined);

  /** @param depth - blocks that follow on a final one, at least 1 */
  constructor(depth: number) {
    this.finality = new Finality(this.tree, depth);
  }

  /** What follows from blocks may be something else than before, about coins of ours. */
  protected abstract changed(): void;

  /** Lets a chain that has no blocks begin behind this one, which counts as final. */
  begin(chain: ChainIndex, point: ChainPoint): void {
    this.tree.begin(chain, point);
    this.finality.fix(chain, point.height);
    this.cursors[chain] = point;
  }

  /**
   * Replaces the main chain from a height on. A chain without blocks begins there, whatever was before.
   * @param blocks - in order; none to shorten the chain
   * @throws FundError if they do not follow from each other or from the block below, replace a final one, or are too many
   */
  apply(chain: ChainIndex, fromHeight: number, blocks: readonly FundBlock[]): void {
    const deep = this.finality.deepHeight(chain);
    if (this.tree.tip(chain) !== undefined && fromHeight <= deep)
      throw new FundError(
        'final',
        `blocks up to a height of ${deep} are final, and ${fromHeight} is to be replaced`,
      );
    this.open.check(blocks);
    const isNothing = this.#isNothing(chain, fromHeight, blocks);
    this.tree.replace(chain, fromHeight, blocks);
    if (this.cursors[chain] === undefined) {
      this.cursors[chain] = this.tree.base(chain)!;
      this.finality.fix(chain, fromHeight - 1);
    }
    this.open.replace(chain, fromHeight, blocks);
    if (!isNothing) this.changed();
  }

  /** Whether blocks that are put on a chain touch nothing of ours, decide about nothing, and nobody has built on them or named them before. */
  #isNothing(chain: ChainIndex, fromHeight: number, blocks: readonly FundBlock[]): boolean {
    const judge = judgeOf(chain);
    if (judge === chain || fromHeight !== (this.tree.tip(chain)?.height ?? Number.NaN) + 1) return false;
    const seen = this.tree.at(judge, this.tree.tip(judge)?.height ?? -1);
    const tip = seen && tipInGroup(seen.deps, toGroupOf(chain));
    return blocks.every(
      ({ hash, transactions }) => transactions.length === 0 && hash !== tip && !this.has(hash),
    );
  }

  /** Tells of a block beside the main chains, or from before the first that was read. */
  note(block: FundBlock): void {
    this.tree.note(block);
    // What it makes is known now to be of no main chain.
    if (block.transactions.length > 0) this.changed();
  }

  /** Whether a block is known, by name at least. */
  has(hash: string): boolean {
    return (
      hash === NO_BLOCK ||
      this.tree.get(hash) !== undefined ||
      ALL_CHAINS.some((chain) => this.tree.base(chain)?.hash === hash)
    );
  }

  /** A block, as it was told; it may be beside the main chains. */
  block(hash: string): FundBlock | undefined {
    return this.tree.get(hash);
  }

  /** Height of a main chain's block that is kept, or with which the chain begins. */
  mainHeight(chain: ChainIndex, hash: string): number | undefined {
    return this.tree.mainHeight(chain, hash);
  }

  /** The block of a main chain at a height, if it is kept, or is the one behind which the chain begins. */
  pointAt(chain: ChainIndex, height: number): ChainPoint | undefined {
    return this.tree.pointAt(chain, height);
  }

  /** The last block of a main chain, or the one behind which it begins. */
  tip(chain: ChainIndex): ChainPoint | undefined {
    const tip = this.tree.tip(chain);
    return tip && { height: tip.height, hash: tip.hash, timestampMs: tip.timestampMs };
  }

  /** Blocks of a chain up to this height are never replaced; -1 for none. */
  deepHeight(chain: ChainIndex): number {
    return this.finality.deepHeight(chain);
  }

  /** Main-chain blocks from a height on that are kept, lowest first. */
  blocksFrom(chain: ChainIndex, height: number): readonly FundBlock[] {
    return this.tree.from(chain, height);
  }

  /** The lowest block of a chain of which it is still to be asked what it has decided. */
  undecided(chain: ChainIndex): FundBlock | undefined {
    return this.open.of(chain).find((block) => block.undecided === true);
  }

  get hasUndecided(): boolean {
    return ALL_CHAINS.some((chain) => this.undecided(chain) !== undefined);
  }

  /**
   * The blocks about whose transactions a block of (from, from) decides: those that touch our addresses, and that it takes in
   * while its parent does not.
   * @param parent - of the block, where the fund may not know it
   * @returns hashes, none for a block of another chain
   */
  takenInBy(block: FundBlock, parent = this.tree.get(parentOf(block))): readonly string[] {
    if (!isWithinGroup(block)) return [];
    const seenBy = (chain: ChainIndex, deps: FundBlock['deps'] | undefined): number =>
      (deps && this.tree.reachedHeight(chain, tipInGroup(deps, toGroupOf(chain)))) ?? -1;
    return ALL_CHAINS.filter((chain) => chain !== block.chain && judgeOf(chain) === block.chain)
      .flatMap((chain) => {
        const [before, seen] = [seenBy(chain, parent?.deps), seenBy(chain, block.deps)];
        return this.open.of(chain).filter(({ height }) => height > before && height <= seen);
      })
      .map(({ hash }) => hash);
  }

  /**
   * The main-chain blocks of (from, from) from the first on that has taken in a chain's block at a height, or a higher one: where these
   * came later, what it decides about them is not known yet.
   */
  takersOf(chain: ChainIndex, height: number): readonly FundBlock[] {
    const judge = judgeOf(chain);
    const takers: FundBlock[] = [];
    if (judge === chain) return takers;
    for (let at = this.tree.tip(judge)?.height ?? -1; at > this.deepHeight(judge); at--) {
      const block = this.tree.at(judge, at);
      if (block === undefined || (takenInBy(this.tree, chain, at) ?? -1) < height) break;
      takers.unshift(block);
    }
    return takers;
  }
}
