/**
 * What the books tell of payouts, for the API and for people: one record for each account that a payout pays, one for all of it. They go
 * with the payout, and are removed if it is returned.
 * @module
 */
import type { BookChange, BookRecord } from '../../ledger/books-port.js';
import type { Intent } from './intent.js';

/** Newest first: times are counted down from here, ms since the epoch. */
const END_OF_TIME_MS = 999_999_999_999_999;
const TIME_DIGITS = 15;

/** Digits of a transaction's id that stand in keys. */
const ID_DIGITS = 16;

/** What is paid by it on the way, and then. */
export type PaymentState =
  | { readonly state: 'sent' }
  | { readonly state: 'paid' /** ms since the epoch. */; readonly paidMs: number };

/** When the payout of a record's key was signed, ms since the epoch. */
export function paymentTimeOf(key: string): number {
  const at = key.indexOf('/') + 1;
  return END_OF_TIME_MS - Number(key.slice(at, at + TIME_DIGITS));
}

/** Keys of a payout's records: that of all of it, then its accounts'. */
export function paymentKeys({ kind, txId, timeMs, payments }: Intent): readonly string[] {
  if (kind !== 'payout') return [];
  const end = `${String(END_OF_TIME_MS - timeMs).padStart(TIME_DIGITS, '0')}/${txId.slice(0, ID_DIGITS)}`;
  return ['*', ...payments.map(({ account }) => account.slice('miner/'.length))].map(
    (name) => `${name}/${end}`,
  );
}

/**
 * The records as they are to be.
 * @param now - as they are, in the order of `paymentKeys`
 * @param state - undefined removes them
 */
export function paymentChanges(
  intent: Intent,
  now: readonly (BookRecord | undefined)[],
  state: PaymentState | undefined,
): readonly BookChange[] {
  const texts = state === undefined ? [] : paymentTexts(intent, state);
  return paymentKeys(intent).flatMap((key, i): BookChange[] => {
    const version = now[i]?.version ?? 0;
    if (version === 0 && state === undefined) return [];
    return [{ table: 'payment', key, version, text: texts[i] }];
  });
}

function paymentTexts(intent: Intent, state: PaymentState): string[] {
  const { txId, timeMs, payments, fromGroup, toGroup } = intent;
  const all = {
    txId,
    timeMs,
    accounts: payments.length,
    paid: `${payments.reduce((sum, { paid }) => sum + paid, 0n)}`,
    fee: `${intent.fee}`,
    ...state,
    fromGroup,
    toGroup,
  };
  const each = payments.map(({ address, owed, paid }) => ({
    txId,
    timeMs,
    address,
    owed: `${owed}`,
    paid: `${paid}`,
    ...state,
  }));
  return [all, ...each].map((record) => JSON.stringify(record));
}
