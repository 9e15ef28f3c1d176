/**
 * How deep a block lies: on its own chain, and as the chains (g, g) of its two groups see it.
 * @module
 */
import { type ChainIndex, chainIndex, fromGroupOf, toGroupOf } from '../protocol/chain.js';
import { type Block, blockId } from './block.js';
import type { ChainState } from './chain-state.js';
import { depChainsOf } from './deps.js';

/** Depths in blocks; 0 where a block is not seen yet. */
export interface Confirmations {
  /** Blocks of its own chain, itself among them. */
  readonly chain: number;
  /** Blocks of chain (from, from) that see it. */
  readonly fromGroup: number;
  /** Blocks of chain (to, to) that see a block of (from, from) that sees it. */
  readonly toGroup: number;
}

/** The confirmations of a main-chain block. */
export function confirmationsOf(block: Block, state: ChainState): Confirmations {
  const fromGroup = fromGroupOf(block.chain);
  const own = state.tip(block.chain).height - block.height + 1;
  const from = chainIndex(fromGroup, fromGroup);
  const first = block.chain === from ? block : firstThatSees(from, block, state);
  if (!first) return { chain: own, fromGroup: 0, toGroup: 0 };
  const toGroup = toGroupOf(block.chain);
  const to = chainIndex(toGroup, toGroup);
  const firstTo = to === from ? first : firstThatSees(to, first, state);
  return {
    chain: own,
    fromGroup: state.tip(from).height - first.height + 1,
    toGroup: firstTo ? state.tip(to).height - firstTo.height + 1 : 0,
  };
}

/** The lowest main-chain block of a chain whose dep of `seen`'s chain is `seen` or builds on it. */
function firstThatSees(chain: ChainIndex, seen: Block, state: ChainState): Block | undefined {
  const dep = depChainsOf(chain).indexOf(seen.chain);
  let lowest: Block | undefined;
  for (let block: Block | undefined = state.tip(chain); block && block.height > 0; ) {
    const known: Block | undefined = state.get(blockId(block.header.deps[dep]!));
    // A dep of a main-chain block is taken to be of the main chain itself: heights tell the rest.
    if (!known || known.height < seen.height) return lowest;
    lowest = block;
    block = state.get(block.parent);
  }
  return lowest;
}
