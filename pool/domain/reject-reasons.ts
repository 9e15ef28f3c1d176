/**
 * What can become of a submission: a closed set, counted by name.
 * @module
 */

/** Why a share is refused, with the code and the words that the miner gets. */
export const REJECT_REASONS = {
  stale: { code: 20, message: 'job not found: its parent has changed' },
  unknownJob: { code: 20, message: 'job not found' },
  wrongChain: { code: 21, message: 'another chain than the job' },
  unauthorized: { code: 22, message: 'worker not authorized on this connection' },
  malformedNonce: { code: 23, message: 'nonce: expected 48 hex digits' },
  foreignExtranonce: { code: 23, message: 'nonce does not begin with the extranonce of this connection' },
  duplicate: { code: 24, message: 'duplicate share' },
  lowDifficulty: { code: 25, message: 'low difficulty share' },
  wrongHashChain: { code: 26, message: 'hash is of another chain' },
  malformed: { code: -1, message: 'malformed submission' },
  unrecorded: { code: -1, message: 'share can not be recorded now' },
} as const satisfies Record<string, { readonly code: number; readonly message: string }>;

export type RejectReason = keyof typeof REJECT_REASONS;

/** All reasons, in a fixed order: their index is what a journal holds, so add at the end only. */
export const REJECT_REASON_NAMES = Object.keys(REJECT_REASONS) as readonly RejectReason[];
