/**
 * How a stored block goes from state to state, in whatever order journals tell it.
 * @module
 */
import type { BlockState } from '../domain/block-record.js';

/**
 * A state is followed only by one of a higher rank. A node refuses a block that it has taken before, from another front
 * end or an earlier run: that one took it outweighs all else, in whatever order it is heard.
 */
export const BLOCK_STATE_RANKS: Readonly<Record<BlockState, number>> = {
  sent: 0,
  unanswered: 1,
  refused: 2,
  missing: 2,
  accepted: 3,
};

/** Whether a block in state `from` takes on `to`. Of two ends without the block the one that was stored first stays. */
export function advances(from: BlockState, to: BlockState): boolean {
  return BLOCK_STATE_RANKS[to] > BLOCK_STATE_RANKS[from];
}
