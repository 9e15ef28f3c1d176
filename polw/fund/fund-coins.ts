/**
 * Outputs at our addresses: those that are ours to spend, and the others, which are listed and never spent.
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';
import type { Coin } from './fund-block.js';

/** Outputs that are not taken in, and are listed one by one. */
export const MAX_FOREIGN_COINS = 1024;

/** Deposits at one address that may be unspent at a time. */
export const MAX_DEPOSITS = 256;

/** An output that is ours to spend, now or once its lock has ended. */
export interface FundCoin extends Coin {
  /** Whose burn address it is at. */
  readonly owner: ChainIndex;
  /** Of the block that made it. */
  readonly chain: ChainIndex;
  readonly height: number;
  readonly blockHash: string;
  /** Whether that block is a find of ours. */
  readonly own: boolean;
  readonly deposit: boolean;
  /** Whether it is at an address of before: it counts, and blocks do not spend it. */
  readonly retired?: true;
  /** Part of the amount that goes to `earned` when the lock ends, the rest to `fund`; undefined once it has, or without a lock. */
  readonly toEarned: bigint | undefined;
}

/** Why an output is not taken in: it holds tokens, is locked by somebody else, is too small, or there are too many. */
export type ForeignReason = 'tokens' | 'locked' | 'small' | 'many';

/** An output at our addresses that somebody else made, and that is not taken in. */
export interface ForeignCoin extends Coin {
  /** Whose burn address it is at. */
  readonly owner: ChainIndex;
  readonly reason: ForeignReason;
}

/** Outputs that are not taken in and not listed either. */
export interface Unlisted {
  readonly count: number;
  /** attoALPH. */
  readonly amount: bigint;
}
