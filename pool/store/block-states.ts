/**
 * How a stored block goes from state to state, in whatever order journals tell it.
 * @module
 */
import type { BlockState } from '../core/block-record.js';

/** A state is followed only by one of a higher rank: an end is never left. */
export const BLOCK_STATE_RANKS: Readonly<Record<BlockState, number>> = {
  sent: 0,
  unanswered: 1,
  accepted: 2,
  refused: 2,
  missing: 2,
};

/** Whether a block in state `from` takes on `to`. Of two ends the one that was stored first stays. */
export function advances(from: BlockState, to: BlockState): boolean {
  return BLOCK_STATE_RANKS[to] > BLOCK_STATE_RANKS[from];
}
