/**
 * The plan of a round out of the books: who is paid by which transactions, and who waits for what. It changes nothing.
 * @module
 */
import type { LedgerBooks } from '../../ledger/books-port.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { Address } from '../../protocol/address.js';
import { type Batch, planRound } from '../plan-round.js';
import { brakedBalances, paidOfDay, paidSince } from './brakes.js';
import { gatherBalances } from './gather-balances.js';
import type { PayerSettings } from './payer-settings.js';
import { type GroupCoins, walletCoins } from './wallet-coins.js';

/**
 * Why balances wait: see `WaitReason`; `held`: a brake keeps them, or a part of them, back; `address`: nobody knows their address.
 */
export type Waiting = Readonly<
  Record<
    'minimum' | 'own' | 'coins' | 'fee' | 'held' | 'address',
    { readonly accounts: number; readonly amount: bigint }
  >
>;

export interface PayoutPlan {
  readonly batches: readonly Batch[];
  readonly waiting: Waiting;
  /** Of the wallet, by group, before the round. */
  readonly coins: readonly GroupCoins[];
  /** The largest balance that waits for coins, attoALPH; 0 if none does. */
  readonly largestWaiting: bigint;
}

export interface PlanModules {
  readonly books: LedgerBooks;
  readonly ledger: Ledger;
  /** Its addresses, by group. */
  readonly wallet: { readonly keys: readonly { readonly address: Address }[] };
  readonly settings: PayerSettings;
}

/**
 * @param nowMs - ms since the epoch
 * @param roundMs - when the round began that this goes on with; undefined if it is a new one
 */
export async function planPayouts(
  { books, ledger, wallet, settings }: PlanModules,
  nowMs: number,
  roundMs?: number,
): Promise<PayoutPlan> {
  const { most, feeBearer } = settings;
  const gathered = await gatherBalances(ledger, books, settings, nowMs);
  const ofDay = most.day === undefined ? 0n : await paidOfDay(books, nowMs);
  const isNew = most.round === undefined || roundMs === undefined;
  const ofRound = isNew ? 0n : await paidSince(books, roundMs);
  const own = new Set(wallet.keys.map(({ address }) => address.text));
  // What is never paid takes nothing of what brakes let through.
  const ours = gathered.balances.filter(({ address }) => own.has(address.text));
  const theirs = gathered.balances.filter(({ address }) => !own.has(address.text));
  const { balances, held } = brakedBalances(theirs, most, { ofDay, ofRound });
  const coins = await walletCoins(ledger, books, nowMs);
  const free = coins.map((group) => group.free);
  const { batches, waiting } = planRound({ balances: [...balances, ...ours], coins: free, feeBearer, own });
  let largestWaiting = 0n;
  if (waiting.coins.accounts > 0) {
    const paid = new Set(batches.flatMap(({ payments }) => payments.map(({ account }) => account)));
    // They are in order, and who waits because of a fee is owed little.
    const largest = balances.find(({ account }) => !paid.has(account));
    largestWaiting = largest?.amount ?? 0n;
  }
  return {
    batches,
    coins,
    largestWaiting,
    waiting: { ...waiting, held, address: gathered.unknown },
  };
}
