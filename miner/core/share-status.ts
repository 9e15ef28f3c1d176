/**
 * What became of shares for a pool: counts, verdicts, and what the pool credits.
 * @module
 */
import type { Refusal, RefusalReason } from '../../protocol/stratum/refusal.js';
import type { CreditedRate } from './work-meter.js';

/** Counts of shares: each share that was found is in one of the other counts, or in flight. */
export interface ShareCounts {
  found: number;
  accepted: number;
  /** Refused by the pool, but for those that it called stale. */
  rejected: number;
  /** Not sent, since their chain had a new parent, or refused by the pool as stale. */
  stale: number;
  /** Sent, and no answer in time, or the session was lost before it came. */
  unanswered: number;
  /** Not sent, since their session was over, or the pool answered none of very many. */
  unsent: number;
}

/** Where the shares stand. */
export interface ShareStatus extends Readonly<ShareCounts> {
  /** All that the pool refused, stale ones too. */
  readonly byReason: Readonly<Partial<Record<RefusalReason, number>>>;
  /** Expected hashes of all accepted shares. */
  readonly acceptedWork: bigint;
  /** What the pool credits. */
  readonly credited: CreditedRate;
  /** Median time to the pool's answer over the last answers, ms; undefined before the first. */
  readonly answerMs: number | undefined;
}

/** What became of one share. */
export type ShareVerdict =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected'; readonly refusal: Refusal }
  | { readonly kind: 'unanswered' };
