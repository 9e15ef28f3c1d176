/**
 * How a stored block changes its state, in whatever order the journals arrive.
 * @module
 */
import type { BlockState } from '../domain/block-record.js';

/**
 * A state changes only to one of a higher rank. A node refuses a block that it has taken before, from another front
 * end or an earlier run: acceptance outweighs every other end, whichever is heard first.
 */
export const BLOCK_STATE_RANKS: Readonly<Record<BlockState, number>> = {
  sent: 0,
  unanswered: 1,
  refused: 2,
  missing: 2,
  accepted: 3,
};

/** Whether a block in state `from` changes to `to`. Of `refused` and `missing` the one that was stored first stays. */
export function advances(from: BlockState, to: BlockState): boolean {
  return BLOCK_STATE_RANKS[to] > BLOCK_STATE_RANKS[from];
}
