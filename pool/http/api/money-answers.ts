/**
 * What the API says of money. The pool takes no fee and pays nobody yet: blocks pay the miner addresses of its nodes. These
 * are the values that say so in the fields that front ends made for Miningcore read, and show "NaN" or nothing without.
 * @module
 */
import type { PoolDescription } from './api-context.js';

/** How the pool pays: it does not. @returns what Miningcore calls it */
export function paymentProcessing(mode: PoolDescription['mode']) {
  return { enabled: false, minimumPayment: 0, payoutScheme: mode === 'solo' ? 'SOLO' : 'NONE' } as const;
}

export const NO_MONEY_OF_POOL = { poolFeePercent: 0, totalPaid: 0 } as const;

export const NO_MONEY_OF_MINER = {
  pendingShares: 0,
  pendingBalance: 0,
  totalPaid: 0,
  todayPaid: 0,
} as const;

export const NO_MONEY_OF_BLOCK = { confirmationProgress: 0, reward: 0 } as const;

/** Payments, changes of balances, earnings: none. */
export const NOTHING_PAID: readonly never[] = [];

export const NO_MINER_SETTINGS = { paymentThreshold: 0 } as const;
