/**
 * How a stored block changes its state, in whatever order the journals arrive.
 * @module
 */
import type { BlockListing } from '../domain/block-fate.js';
import { type NodeVerdict, OPEN_BLOCK_STATES } from '../domain/block-record.js';

/** Rank of what the chains tell: no verdict of a node that comes later changes it. */
const FATE_RANK = 4;

/**
 * A state changes only to one of a higher rank. A node refuses a block that it has taken before, from another front
 * end or an earlier run: acceptance outweighs every other end, whichever is heard first.
 */
export const BLOCK_STATE_RANKS: Readonly<Record<BlockListing, number>> = {
  sent: 0,
  unanswered: 1,
  refused: 2,
  missing: 2,
  accepted: 3,
  main: FATE_RANK,
  mainMatured: FATE_RANK,
  uncle: FATE_RANK,
  uncleMatured: FATE_RANK,
  orphan: FATE_RANK,
  void: FATE_RANK,
};

/** Where blocks are listed that may be removed when their time is over. */
export const REMOVABLE_LISTINGS = (Object.keys(BLOCK_STATE_RANKS) as BlockListing[]).filter(
  (listing) => !OPEN_BLOCK_STATES.some((open) => open === listing),
);

/** Whether a block that is listed under `from` changes to `to`. Of `refused` and `missing` the one that was stored first stays. */
export function advances(from: BlockListing, to: NodeVerdict): boolean {
  return BLOCK_STATE_RANKS[to] > BLOCK_STATE_RANKS[from];
}
