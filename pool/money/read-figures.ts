/**
 * Reads from the books where the pool's money is.
 * @module
 */
import { type AccountName, ALL_GROUPS, FIXED_ACCOUNTS } from '../../ledger/accounts.js';
import { Ledger } from '../../ledger/ledger.js';
import type { MoneyFigures, MoneySum } from '../domain/money-figures.js';
import type { Books } from '../ports/books.js';
import {
  decodePayerState,
  decodePoolPayment,
  PAYER_PAUSE_KEY,
  PAYER_STATE_KEY,
  POOL_PAYMENTS,
} from './money-texts.js';

/** The account that a sum is, and the sign with which it is above 0. What is owed is all that is on no other account. */
const ACCOUNTS: Readonly<Record<Exclude<MoneySum, 'owed'>, readonly [AccountName, 1n | -1n]>> = {
  inFlight: ['payout-in-flight', -1n],
  unsettled: ['reward', -1n],
  fee: ['pool-fee', -1n],
  remainder: ['remainder', -1n],
  operator: ['operator', -1n],
  withdrawals: ['withdrawals', 1n],
  unexplained: ['unexplained', -1n],
  loss: ['loss', 1n],
  networkFees: ['fees', 1n],
  inTransit: ['in-transit', 1n],
  credited: ['total/credited', 1n],
  paid: ['total/paid', 1n],
};

/**
 * A few reads, however many miners there are.
 * @param nowMs - the store's clock, ms since the epoch
 * @throws as the store does, MoneyTextError, LedgerTextError, LedgerError
 */
export async function readMoneyFigures(books: Books, nowMs: number): Promise<MoneyFigures> {
  const amounts = await new Ledger(books).balances(FIXED_ACCOUNTS);
  const balances = new Map(FIXED_ACCOUNTS.map((account, index) => [account, amounts[index]!]));
  const [newest] = await books.page('payment', { prefix: POOL_PAYMENTS, limit: 1 });
  const [state, pause] = await books.get('note', [PAYER_STATE_KEY, PAYER_PAUSE_KEY]);
  // All accounts sum to 0: what is not on these is on those of miners, whose signs are the other way round. What a settlement has
  // posted so far shows on neither before it is complete.
  const owed = amounts.reduce((sum, amount) => sum + amount, 0n) - balances.get('settling')!;
  const sums = Object.entries(ACCOUNTS).map(([name, [account, sign]]) => [
    name,
    `${sign * balances.get(account)!}`,
  ]);
  return {
    atMs: nowMs,
    sums: { owed: `${owed}`, ...Object.fromEntries(sums) } as MoneyFigures['sums'],
    wallet: ALL_GROUPS.map((group) => ({
      immature: `${balances.get(`wallet/${group}/immature`)!}`,
      spendable: `${balances.get(`wallet/${group}/spendable`)!}`,
    })),
    lastPaymentMs: newest === undefined ? undefined : decodePoolPayment(newest.text).timeMs,
    payer: state === undefined ? undefined : decodePayerState(state.text),
    isPaused: pause !== undefined,
  };
}
