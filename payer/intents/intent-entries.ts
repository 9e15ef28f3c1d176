/**
 * What the ledger is told of an intent: which transactions, under which keys. Pure.
 * @module
 */
import type { Group } from '../../ledger/accounts.js';
import {
  fellBack,
  type MinerAmount,
  moveIn,
  moveOut,
  ownTransaction,
  payout,
  payoutFellBack,
  payoutPaid,
  payoutReturned,
  type WalletTransaction,
  withdrawal,
} from '../../ledger/movements.js';
import type { Transaction } from '../../ledger/transaction.js';
import type { Intent } from './intent.js';

/** When it is sent: of a payout alone. Of the others, outputs are set aside and nothing is posted. */
export function openingEntries(intent: Intent): readonly Transaction[] {
  const { kind, txId, timeMs } = intent;
  return kind === 'payout' ? [payout(txId, timeMs, amountsOf(intent), txId)] : [];
}

/**
 * When it is paid.
 * @param attempt - how often it has been booked as paid, this time included
 * @throws RangeError if its sums are none
 */
export function paidEntries(intent: Intent, timeMs: number, attempt: number): readonly Transaction[] {
  const { kind, txId, cancels } = intent;
  const transaction = walletTransactionOf(intent);
  if (kind === 'payout') return [payoutPaid(txId, timeMs, owedBy(intent), transaction, attempt)];
  if (kind === 'withdrawal') return [withdrawal(timeMs, transaction, sentBy(intent), attempt)];
  if (kind === 'move') {
    const coin = intent.made.find(({ group }) => group !== intent.fromGroup);
    if (coin === undefined) throw new RangeError(`move ${txId} expected an output in another group`);
    return [moveOut(timeMs, transaction, sentBy(intent), attempt), moveIn(txId, timeMs, coin, attempt)];
  }
  const memo = kind === 'cancel' ? `cancels ${cancels}` : kind;
  return [ownTransaction(timeMs, transaction, memo, attempt)];
}

/** When it is in no block any more, though it was booked as paid. @param attempt - that of `paidEntries` */
export function fellBackEntries(intent: Intent, timeMs: number, attempt: number): readonly Transaction[] {
  const { kind, txId } = intent;
  if (kind === 'payout')
    return [payoutFellBack(txId, timeMs, owedBy(intent), walletTransactionOf(intent), attempt)];
  return paidEntries(intent, timeMs, attempt)
    .map((entry) => fellBack(entry, timeMs, attempt))
    .toReversed();
}

/** When it is dead for good, beside what its cancel has done. */
export function returnedEntries(intent: Intent, timeMs: number): readonly Transaction[] {
  return intent.kind === 'payout' ? [payoutReturned(intent.txId, timeMs, amountsOf(intent))] : [];
}

/** Key of the entry by which it is paid; that of the entry which takes this back. */
export function attemptKeys(intent: Intent, attempt: number): readonly [paid: string, back: string] {
  const { kind, txId } = intent;
  if (kind === 'payout') return [`payout/${txId}/paid/${attempt}`, `payout/${txId}/back/${attempt}`];
  const key = `${ROOM_OF[kind]}/${txId}`;
  return [attempt === 1 ? key : `${key}/again/${attempt}`, `${key}/back/${attempt}`];
}

const ROOM_OF = {
  merge: 'own',
  split: 'own',
  cancel: 'own',
  move: 'move',
  withdrawal: 'withdrawal',
} as const;

/** The key that is in the log once the books know of it; of all but payouts only once it is paid. */
export function firstKey(intent: Intent): string {
  return intent.kind === 'payout' ? `payout/${intent.txId}` : attemptKeys(intent, 1)[0];
}

/** What leaves balances, attoALPH. */
export function owedBy({ payments }: Intent): bigint {
  return payments.reduce((sum, { owed }) => sum + owed, 0n);
}

/** What leaves the group for others than itself, without the fee, attoALPH. */
function sentBy(intent: Intent): bigint {
  const { spent, made, fee } = walletTransactionOf(intent);
  return sumOf(spent) - sumOf(made) - fee;
}

/** As the ledger wants it: with the outputs in its own group. */
function walletTransactionOf({ txId, fromGroup, inputs, made, fee }: Intent): WalletTransaction {
  const group: Group = fromGroup;
  return { txId, group, spent: inputs, made: made.filter((coin) => coin.group === group), fee };
}

function amountsOf({ payments }: Intent): MinerAmount[] {
  return payments.map(({ account, owed }) => ({ key: account.slice('miner/'.length), amount: owed }));
}

function sumOf(coins: readonly { readonly amount: bigint }[]): bigint {
  return coins.reduce((sum, { amount }) => sum + amount, 0n);
}
