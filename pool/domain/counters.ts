/**
 * The counts of a front end since its start: plain numbers, which metrics and logs read when they need them.
 * @module
 */
import type { Difficulty } from './difficulty.js';
import { REJECT_REASON_NAMES, type RejectReason } from './reject-reasons.js';

/** Why a connection ended. A connection that a ban or a limit kept out never began: its listener counts it. */
export const DISCONNECT_REASONS = [
  'client',
  'garbage',
  'otherProtocol',
  'lineTooLong',
  'tooDeep',
  'firstLineDeadline',
  'lineDeadline',
  'authorizeDeadline',
  'slowReader',
  'messageRate',
  'invalidShares',
  'noExtranonce',
  'addressExtranonces',
  'madeRoom',
  'extranonceLost',
  'unrecorded',
  'stopping',
] as const;

export type DisconnectReason = (typeof DISCONNECT_REASONS)[number];

/** Low limbs are below this. */
const LIMB = 2 ** 32;

/** Counts of one front end. Work is kept in two limbs, since one number would not hold it exactly. */
export class Counters {
  accepted = 0;
  /** Expected hashes of the accepted shares: low 32 bits, and the rest. */
  workLow = 0;
  workHigh = 0;
  readonly rejected = zeros(REJECT_REASON_NAMES);
  readonly disconnected = zeros(DISCONNECT_REASONS);
  connections = 0;
  authorizations = 0;
  authorizationsRefused = 0;
  malformed = 0;
  jobsSent = 0;
  blocksFound = 0;
  readonly blockStates = zeros(['accepted', 'refused', 'unanswered', 'missing'] as const);
  extranoncesRefused = 0;

  accept({ low, high }: Difficulty): void {
    this.accepted++;
    const sum = this.workLow + low;
    this.workLow = sum % LIMB;
    this.workHigh += high + (sum >= LIMB ? 1 : 0);
  }

  reject(reason: RejectReason): void {
    this.rejected[reason]++;
  }

  /** Expected hashes of all accepted shares. */
  get work(): bigint {
    return BigInt(this.workLow) + (BigInt(this.workHigh) << 32n);
  }

  /** All refused shares. */
  get rejectedTotal(): number {
    return Object.values(this.rejected).reduce((sum, count) => sum + count, 0);
  }
}

function zeros<K extends string>(names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;
}
