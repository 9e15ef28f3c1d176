/**
 * Judges a connection by its shares: it is closed when most of them are invalid. Pure.
 *
 * Only the connection is judged, never the account: anybody can send rubbish in another account's name.
 * @module
 */
import { REJECT_REASONS, type RejectReason } from '../domain/reject-reasons.js';

/** The memory of a connection: two small numbers. */
export interface ShareConduct {
  valid: number;
  invalid: number;
}

/** Shares after which a connection is judged. */
const MIN_JUDGED_SHARES = 50;

/** Both counts are halved at this many shares, so that old ones fade. */
const MAX_JUDGED_SHARES = 200;

/** Part of the shares that may be invalid. */
const TOLERATED_PART = 0.5;

export function startConduct(): ShareConduct {
  return { valid: 0, invalid: 0 };
}

/** Notes an accepted share. */
export function noteValid(conduct: ShareConduct): void {
  conduct.valid++;
  if (conduct.valid + conduct.invalid >= MAX_JUDGED_SHARES) halve(conduct);
}

/** Notes a refused share. @returns false if the connection should be closed */
export function noteRefused(conduct: ShareConduct, reason: RejectReason): boolean {
  if (REJECT_REASONS[reason].blameless) return true;
  conduct.invalid++;
  const judged = conduct.valid + conduct.invalid;
  if (judged >= MIN_JUDGED_SHARES && conduct.invalid > judged * TOLERATED_PART) return false;
  if (judged >= MAX_JUDGED_SHARES) halve(conduct);
  return true;
}

function halve(conduct: ShareConduct): void {
  conduct.valid >>= 1;
  conduct.invalid >>= 1;
}
