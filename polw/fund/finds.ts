/**
 * Blocks that we found, and what became of them.
 * @module
 */
import {
  type BlockOutcome,
  type BlockPlace,
  type ChainWitness,
  outcomeOf,
} from '../../protocol/block-end.js';

/** Finds that may be without a final end at a time: some 150 of the main network's 16 chains for each of 100 blocks. */
export const MAX_OPEN_FINDS = 16384;

/** A block that we found. */
export type Find = BlockPlace;

/** What became of a find, or `open`: nothing yet. */
export type FindState = BlockOutcome['state'];

/** What became of a find. */
export interface FindEnd extends Find, BlockOutcome {}

export function endOf(find: Find, witness: ChainWitness): FindEnd {
  return { ...find, ...outcomeOf(find, witness) };
}
