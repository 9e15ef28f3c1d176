/**
 * What a template can see: how far each chain that can hold coins for it is among its ancestors.
 *
 * Of chains (from, to) of the template's own group it is the tip among its deps; of another group the tip of (g, from) as seen by
 * the dep of that group, which is that dep itself where it is of that chain.
 * @module
 */
import { type ChainIndex, chainIndex, fromGroupOf, GROUPS, toGroupOf } from '../../protocol/chain.js';
import { type BlockTree, NO_BLOCK, parentOf, tipInGroup, tipOfGroup } from './block-tree.js';
import type { FundBlock, TemplateView } from './fund-block.js';

/** Longest branch beside a main chain that is followed, blocks. */
const MAX_BRANCH_BLOCKS = 256;

/** How much of a chain is among a template's ancestors. */
export interface Reach {
  /** Blocks of the main chain up to this height; -1 for none. */
  readonly height: number;
  /** Blocks beside the main chain, above that height: newest first. */
  readonly branch: readonly FundBlock[];
}

/** By chain index: chains that can't hold coins for the template are undefined. */
export interface View {
  readonly reaches: readonly (Reach | undefined)[];
  /**
   * Up to which height of each chain (g, x) a block of (g, g) that the template sees has taken blocks in: whether a transfer there has an
   * effect is decided then. Undefined where that is not known any more.
   */
  readonly decided: readonly (number | undefined)[];
  /** Blocks that must be known first. */
  readonly unknown: readonly string[];
}

const NOTHING: Reach = { height: -1, branch: [] };

/** @param undecided - height of the lowest block of (g, g) of which it is still to be asked what it has decided */
export function viewOf(
  template: TemplateView,
  tree: BlockTree,
  undecided: (judge: ChainIndex) => number | undefined,
): View {
  const judges = { tree, undecided };
  const unknown = new Set<string>();
  const reaches: (Reach | undefined)[] = [];
  const from = fromGroupOf(template.chain);
  const reach = (chain: ChainIndex, tip: string): void => {
    const found = reachOf(chain, tip, tree);
    if (typeof found === 'string') unknown.add(found);
    else reaches[chain] = found;
  };
  const decided: (number | undefined)[] = [];
  for (let to = 0; to < GROUPS; to++)
    decided[chainIndex(from, to)] = decidedHeight(
      chainIndex(from, to),
      tipInGroup(template.deps, from),
      judges,
    );
  for (let to = 0; to < GROUPS; to++) reach(chainIndex(from, to), tipInGroup(template.deps, to));
  for (let group = 0; group < GROUPS; group++) {
    if (group === from) continue;
    const chain = chainIndex(group, from);
    const tip = tipOfGroup(template, group);
    const seen = seenTip(chain, tip, tree);
    if (seen === undefined) unknown.add(tip);
    else reach(chain, seen);
    const judge = seenTip(chainIndex(group, group), tip, tree);
    if (judge !== undefined) decided[chain] = decidedHeight(chain, judge, judges);
  }
  return { reaches, decided, unknown: [...unknown] };
}

/** The tip of a chain as a block of its group sees it, or undefined while that block is not known. */
function seenTip(chain: ChainIndex, hash: string, tree: BlockTree): string | undefined {
  if (hash === NO_BLOCK) return NO_BLOCK;
  const block = tree.get(hash);
  if (block === undefined) return tree.base(chain)?.hash === hash ? hash : undefined;
  if (block.chain === chain) return hash;
  return fromGroupOf(block.chain) === fromGroupOf(chain)
    ? tipInGroup(block.deps, toGroupOf(chain))
    : NO_BLOCK;
}

/** How far blocks of (g, g) are decided. */
interface Judges {
  readonly tree: BlockTree;
  /** Height of the lowest block of a chain of which it is still to be asked what it has decided. */
  readonly undecided: (judge: ChainIndex) => number | undefined;
}

/** Height up to which it is known what blocks of (g, g) have decided about a chain of their group. @param judge - hash of the last */
function decidedHeight(chain: ChainIndex, judge: string, { tree, undecided }: Judges): number | undefined {
  const own = tree.mainHeight(chain, judge);
  if (own !== undefined) return own;
  const block = tree.get(judge);
  if (block === undefined) return undefined;
  // What one beside the main chain decides no node tells.
  const main = tree.reachedHeight(block.chain, judge);
  const lowest = undecided(block.chain) ?? Number.POSITIVE_INFINITY;
  const last = main === undefined ? undefined : tree.at(block.chain, Math.min(main, lowest - 1));
  const reach = last && reachOf(chain, tipInGroup(last.deps, toGroupOf(chain)), tree);
  return typeof reach === 'object' ? reach.height : undefined;
}

/** How much of a chain a tip of it reaches, or a block that must be known first. */
function reachOf(chain: ChainIndex, tip: string, tree: BlockTree): Reach | string {
  const base = tree.base(chain);
  if (base === undefined) return NOTHING;
  const branch: FundBlock[] = [];
  for (let hash = tip; hash !== NO_BLOCK; ) {
    const height = tree.mainHeight(chain, hash);
    if (height !== undefined) return { height, branch };
    const block = tree.get(hash);
    if (block === undefined) return hash;
    if (block.chain !== chain || branch.length >= MAX_BRANCH_BLOCKS) return NOTHING;
    // From before what is kept: there are no blocks beside the main chain that anybody builds on.
    if (block.height < base.height) return { height: block.height, branch: [] };
    branch.push(block);
    hash = parentOf(block);
  }
  return { height: -1, branch };
}
