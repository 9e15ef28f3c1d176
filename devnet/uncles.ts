/**
 * Uncles: side blocks that a later block of the chain references, so that their miners are paid after all.
 * @module
 */
import { sortUncles } from '../protocol/coinbase.js';
import { MAX_UNCLE_AGE, MAX_UNCLES } from '../protocol/emission.js';
import { type Block, type BlockId, blockId, type UncleReference } from './block.js';
import type { ChainState } from './chain-state.js';

/**
 * The blocks that a block on `parent` may reference as uncles: 1 to 7 heights below it, none of its ancestors, not
 * referenced by an ancestor yet, and with a parent that is an ancestor. The youngest first, at equal height the one
 * that was seen first.
 */
export function usableUncles(state: ChainState, parent: Block): UncleReference[] {
  const height = parent.height + 1;
  const usable: UncleReference[] = [];
  const { ancestors, used } = lineage(state, parent);
  for (let difference = 1; difference <= MAX_UNCLE_AGE && difference < height; difference++) {
    for (const block of state.at(parent.chain, height - difference)) {
      if (ancestors.has(block.id) || used.has(block.id) || !ancestors.has(block.parent)) continue;
      usable.push({ hash: block.hash, lockupScript: block.miner, heightDifference: difference });
    }
  }
  return usable;
}

/** The uncles that a template on `parent` references: the first two that it may, in the order of its coinbase. */
export function unclesFor(state: ChainState, parent: Block): UncleReference[] {
  return sortUncles(usableUncles(state, parent).slice(0, MAX_UNCLES));
}

/** Ancestors of a block on `parent` as far down as an uncle's parent can lie, and the uncles that they reference. */
function lineage(state: ChainState, parent: Block): { ancestors: Set<BlockId>; used: Set<BlockId> } {
  const ancestors = new Set<BlockId>();
  const used = new Set<BlockId>();
  let current: Block | undefined = parent;
  for (let i = 0; i <= MAX_UNCLE_AGE && current; i++) {
    ancestors.add(current.id);
    for (const uncle of current.uncles) used.add(blockId(uncle.hash));
    current = state.get(current.parent);
  }
  return { ancestors, used };
}
