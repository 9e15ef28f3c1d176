/**
 * What can become of a submission: a closed set, counted by name.
 * @module
 */

/** What is known of a reason. */
export interface RejectFacts {
  /** Code and words that the miner gets. */
  readonly code: number;
  readonly message: string;
  /** Whether no miner is to blame: it was late, it comes from another pool process, or the pool can not record. */
  readonly blameless: boolean;
  /** Whether a share that fails so on the job that it names is worth trying on another. */
  readonly mayBeOfAnotherJob: boolean;
}

/** Why a share is refused. */
export const REJECT_REASONS = {
  stale: {
    code: 20,
    message: 'job not found: its parent has changed',
    blameless: true,
    mayBeOfAnotherJob: true,
  },
  unknownJob: { code: 20, message: 'job not found', blameless: true, mayBeOfAnotherJob: true },
  wrongChain: {
    code: 21,
    message: 'another chain than the job',
    blameless: false,
    mayBeOfAnotherJob: true,
  },
  unauthorized: {
    code: 22,
    message: 'worker not authorized on this connection',
    // Shares that it kept over a lost connection, sent before its login took effect.
    blameless: true,
    mayBeOfAnotherJob: false,
  },
  malformedNonce: {
    code: 23,
    message: 'nonce: expected 48 hex digits',
    blameless: false,
    mayBeOfAnotherJob: false,
  },
  foreignExtranonce: {
    code: 23,
    message: 'nonce does not begin with the extranonce of this connection',
    blameless: false,
    mayBeOfAnotherJob: false,
  },
  duplicate: { code: 24, message: 'duplicate share', blameless: false, mayBeOfAnotherJob: false },
  lowDifficulty: { code: 25, message: 'low difficulty share', blameless: false, mayBeOfAnotherJob: true },
  wrongHashChain: {
    code: 26,
    message: 'hash is of another chain',
    blameless: false,
    mayBeOfAnotherJob: true,
  },
  malformed: { code: -1, message: 'malformed submission', blameless: false, mayBeOfAnotherJob: false },
  unrecorded: {
    code: -1,
    message: 'share can not be recorded now',
    blameless: true,
    mayBeOfAnotherJob: false,
  },
} as const satisfies Record<string, RejectFacts>;

export type RejectReason = keyof typeof REJECT_REASONS;

/** All reasons, in a fixed order: their index is what a journal holds, so add at the end only. */
export const REJECT_REASON_NAMES = Object.keys(REJECT_REASONS) as readonly RejectReason[];
