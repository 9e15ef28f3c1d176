/**
 * Whether anybody is paid.
 * @module
 */
import type { PayoutsConfig } from './pool-config.js';

/** Whether there is a wallet to pay from: a file, or one that a full node keeps. */
export function hasWallet(payouts: PayoutsConfig | undefined): boolean {
  return payouts?.wallet !== undefined || payouts?.nodeWallet !== undefined;
}
