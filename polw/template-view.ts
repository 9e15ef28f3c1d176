/**
 * What a template is to the fund.
 * @module
 */
import { bytesToHex } from '../protocol/bytes.js';
import { toGroupOf } from '../protocol/chain.js';
import { depsOf, parentOf, timestampOfBlob } from '../protocol/header.js';
import type { Job } from '../protocol/job.js';
import type { CoinsSeen } from './chain-state.js';
import type { Coin, TemplateView } from './fund/fund-block.js';

/** The parent of a job, hex. */
export function parentHexOf({ chain, headerBlob }: Job): string {
  return bytesToHex(parentOf(headerBlob, toGroupOf(chain)));
}

/** What a job's blocks can see. */
export function viewOf({ chain, headerBlob }: Job): TemplateView {
  return { chain, deps: depsOf(headerBlob).map(bytesToHex), timestampMs: timestampOfBlob(headerBlob) };
}

/** Coins in sum. */
export function seenOf(coins: readonly Coin[], sent: bigint): CoinsSeen {
  return { count: coins.length, visible: coins.reduce((sum, { amount }) => sum + amount, 0n), sent };
}
