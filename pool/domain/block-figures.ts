/**
 * How many blocks there are, by where they stand.
 * @module
 */
import { BLOCK_ENDS } from '../../protocol/block-end.js';
import type { BlockState } from './block-record.js';
import type { SettlementFigures } from './settlement-figures.js';

/** In an order for people. */
export const BLOCK_STATES: readonly BlockState[] = [
  'sent',
  'unanswered',
  'accepted',
  'refused',
  'missing',
  ...BLOCK_ENDS,
];

export type BlockCounts = Readonly<Record<BlockState, number>>;

export interface BlockFigures {
  /** All that are kept: of the last 400 days. */
  readonly kept: BlockCounts;
  /** Those that may yet come to another end: none of them is refused or missing. */
  readonly open: BlockCounts;
  /** Those that pay none of the pool's addresses, told since the start by this front end. */
  readonly notOurs: number;
  /** Time since this front end, as the one in the pool that does so, last asked about all of them, ms; undefined where it is another one. */
  readonly askedAgoMs: number | undefined;
  /** Of the front end that credits, where miners are credited. */
  readonly settlement?: SettlementFigures | undefined;
}

export const NO_BLOCK_COUNTS: BlockCounts = Object.fromEntries(
  BLOCK_STATES.map((state) => [state, 0]),
) as unknown as BlockCounts;
