/**
 * Whether a connection's shares are worth having: it is closed when most of them are invalid. Pure.
 *
 * This falls on the connection alone: whoever has an account's address can send rubbish in its name.
 * @module
 */
import { REJECT_REASONS, type RejectReason } from '../domain/reject-reasons.js';

/** What is remembered of a connection: two small numbers. */
export interface ShareConduct {
  valid: number;
  invalid: number;
}

/** Shares after which a connection is judged. */
const MIN_JUDGED_SHARES = 50;

/** Shares from which on both counts are halved: so many are the last ones. */
const MAX_JUDGED_SHARES = 200;

/** Part of the shares that may be invalid. */
const TOLERATED_PART = 0.5;

export function startConduct(): ShareConduct {
  return { valid: 0, invalid: 0 };
}

/** A share was accepted. */
export function noteValid(conduct: ShareConduct): void {
  conduct.valid++;
  if (conduct.valid + conduct.invalid >= MAX_JUDGED_SHARES) halve(conduct);
}

/** A share was refused. @returns false if the connection should be closed */
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
