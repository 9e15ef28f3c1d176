/**
 * What the API says of money. The pool takes no fee and pays nobody yet: blocks pay the miner addresses of its nodes. Web
 * front ends made for Miningcore read these fields, and show "NaN" or nothing without them: so the fields say that.
 * @module
 */
import type { PoolDescription } from './api-context.js';

/** How the pool pays: it does not. @returns Miningcore's fields for that */
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
