/**
 * The terms on which a pool credits and pays its miners: what miners may know of its settings. Plain data.
 * @module
 */
import { PPLNS_BLOCKS, type Scheme } from '../credit/windows.js';

/** Blocks that are expected in the work of a PPLNS window. */
export const PPLNS_FACTOR = Number(PPLNS_BLOCKS);

export interface PayoutsTerms {
  readonly scheme: Scheme;
  /** 0 to 1,000,000. */
  readonly feeMillionths: number;
  /** Least balance that is paid, attoALPH. */
  readonly minimum: bigint;
  /** Whether there is a wallet to pay from. */
  readonly pays: boolean;
  readonly feeBearer: 'miners' | 'pool';
  /** With which a payment has paid. */
  readonly confirmations: number;
  /** So many ms apart, or at a minute of each day (UTC). */
  readonly rounds: { readonly everyMs: number } | { readonly atMinutes: number };
}
