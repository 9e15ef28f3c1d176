/**
 * Brakes: the most that an account is paid in a round, that a round pays, and that is paid within 24 h.
 * @module
 */
import type { LedgerBooks } from '../../ledger/books-port.js';
import type { Balance } from '../balance-queue.js';
import { paymentTimeOf } from '../intents/payment-records.js';
import type { Brakes } from './payer-settings.js';

const DAY_MS = 86_400_000;

/** Records that are read at a time. */
const PAGE = 1000;

/** Beginning of the keys of payments of the whole pool, the newest first. */
const ALL_PAYMENTS = '*/';

export interface BrakedBalances {
  readonly balances: readonly Balance[];
  /** Kept back: of so many accounts, and how much in all, attoALPH. */
  readonly held: { readonly accounts: number; readonly amount: bigint };
}

/**
 * What brakes leave of balances. One that is too large for what is left is passed over, and smaller ones behind it are paid. One that is
 * above all that a round or a day lets through would wait for ever: it is paid what the others leave, if that is its minimum.
 * @param paid - within the last 24 h, and by this round before it was broken off, attoALPH
 */
export function brakedBalances(
  balances: readonly Balance[],
  brakes: Brakes,
  paid: { readonly ofDay: bigint; readonly ofRound: bigint },
): BrakedBalances {
  const { round, day } = brakes;
  let room = least(
    round === undefined ? undefined : round - paid.ofRound,
    day === undefined ? undefined : day - paid.ofDay,
  );
  const left: Balance[] = [];
  const held = { accounts: 0, amount: 0n };
  const most = least(round, day);
  const tooLarge: Balance[] = [];
  for (const balance of balances) {
    if (balance.amount < balance.minimum) {
      left.push(balance);
      continue;
    }
    const amount = least(balance.amount, brakes.account)!;
    const fits = room === undefined || amount <= room;
    if (!fits || amount < balance.amount) {
      held.accounts++;
      held.amount += balance.amount - (fits ? amount : 0n);
    }
    const minimum = least(balance.minimum, amount)!;
    if (!fits && amount > most!) tooLarge.push({ ...balance, minimum });
    if (!fits) continue;
    if (room !== undefined) room -= amount;
    left.push({ ...balance, amount, minimum });
  }
  const first = tooLarge.find(({ minimum }) => minimum <= room! && room! > 0n);
  if (first !== undefined) {
    left.push({ ...first, amount: room! });
    held.amount -= room!;
  }
  return { balances: left, held };
}

/** What was paid within the last 24 h, as `paidSince`. @param nowMs - ms since the epoch */
export function paidOfDay(books: LedgerBooks, nowMs: number): Promise<bigint> {
  return paidSince(books, nowMs - DAY_MS + 1);
}

/**
 * What was paid from a time on, attoALPH. What a clock that was ahead has noted counts, too.
 * @param sinceMs - ms since the epoch
 */
export async function paidSince(books: LedgerBooks, sinceMs: number): Promise<bigint> {
  let sum = 0n;
  for (let after: string | undefined; ; ) {
    const page = await books.page('payment', {
      prefix: ALL_PAYMENTS,
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    for (const { key, text } of page) {
      if (paymentTimeOf(key) < sinceMs) return sum;
      sum += BigInt((JSON.parse(text) as { readonly paid: string }).paid);
    }
    if (page.length < PAGE) return sum;
    after = page.at(-1)!.key;
  }
}

function least(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}
