/**
 * What a payer is told by the pool's configuration.
 * @module
 */
import type { FeeBearer } from '../plan-round.js';
import type { RoundTimes } from './round-clock.js';

/** Amounts in attoALPH. */
export interface PayerSettings {
  /** Least balance that is paid, unless the account has a minimum of its own. */
  readonly minimum: bigint;
  /** The same for accounts that were credited nothing for `inactiveAfterDays`. */
  readonly inactiveMinimum: bigint;
  readonly inactiveAfterDays: number;
  readonly rounds: RoundTimes;
  readonly feeBearer: FeeBearer;
  readonly most: Brakes;
}

/** The most that is paid; without one there is no limit. */
export interface Brakes {
  /** By a round. */
  readonly round?: bigint | undefined;
  /** Within 24 h. */
  readonly day?: bigint | undefined;
  /** To an account in a round. */
  readonly account?: bigint | undefined;
}
