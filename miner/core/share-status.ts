/**
 * The outcome of shares for a pool: counts, verdicts, and the pool's credit.
 * @module
 */
import type { Refusal, RefusalReason } from '../../protocol/stratum/refusal.js';
import type { CreditedRate } from './work-meter.js';

/** Counts of shares. Each share in `found` is also in one of the other counts, or in flight. */
export interface ShareCounts {
  found: number;
  accepted: number;
  /** Refused by the pool, except those that it called stale. */
  rejected: number;
  /** Not sent, since their chain had a new parent, or refused by the pool as stale. */
  stale: number;
  /** Sent, and not answered in time or before the session was lost. */
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
  /** Expected hashes for hashes as good as the best of accepted shares, the best first; ten at most. */
  readonly best: readonly number[];
  /** What the pool credits. */
  readonly credited: CreditedRate;
  /** Median time to the pool's answer over the last answers, ms; undefined before the first. */
  readonly answerMs: number | undefined;
}

/** The outcome of one share. */
export type ShareVerdict =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected'; readonly refusal: Refusal }
  | { readonly kind: 'unanswered' };
