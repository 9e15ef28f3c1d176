/**
 * Transactions of the ledger as the log keeps them: one text for each, and no other means the same.
 *
 * JSON of one line, members in this order, those that are empty left out:
 * `{"key":..,"time":ms,"kind":..,"post":[[account,"amount"],..],"made":[[coin,"amount",lock ms],..],"spent":[[coin,"amount"],..],"tx":..,"memo":..}`
 * @module
 */
import { type AccountName, type Group, parseAccountName } from './accounts.js';
import {
  coinNameText,
  faultOf,
  type MadeCoin,
  type Posting,
  type SpentCoin,
  type Transaction,
  type TransactionKind,
} from './transaction.js';

/** Longest text of a transaction, in characters: some 500 postings. */
export const MAX_TRANSACTION_CHARS = 65_536;

/** What the log holds is no transaction as this program writes them. */
export class LedgerTextError extends Error {
  override readonly name = 'LedgerTextError';
  readonly code = 'ERR_LEDGER_TEXT';
}

/** @throws RangeError if the text is too long */
export function encodeTransaction(transaction: Transaction): string {
  const text = textOf(transaction);
  if (text.length > MAX_TRANSACTION_CHARS)
    throw new RangeError(
      `transaction ${JSON.stringify(transaction.key)}: expected at most ${MAX_TRANSACTION_CHARS} characters, got ${text.length}`,
    );
  return text;
}

/** @throws LedgerTextError if the text is none that `encodeTransaction` gives */
export function decodeTransaction(text: string): Transaction {
  const { transaction, fault } = readTransaction(text);
  if (fault !== undefined) throw new LedgerTextError(fault);
  return transaction;
}

/**
 * Reads a transaction, also one that is not right.
 * @returns with what is wrong with it, in words
 * @throws LedgerTextError if the text has not the form of one
 */
export function readTransaction(text: string): { transaction: Transaction; fault: string | undefined } {
  if (text.length > MAX_TRANSACTION_CHARS) throw new LedgerTextError('the text is too long');
  const transaction = parse(text);
  if (textOf(transaction) !== text) throw new LedgerTextError('the text is not in its one form');
  return { transaction, fault: faultOf(transaction) };
}

function textOf({ key, timeMs, kind, postings, made, spent, txId, memo }: Transaction): string {
  return JSON.stringify({
    key,
    time: timeMs,
    kind,
    ...(postings.length > 0 && { post: postings.map(({ account, amount }) => [account, `${amount}`]) }),
    ...(made.length > 0 && {
      made: made.map((coin) => [coinNameText(coin), `${coin.amount}`, coin.lockTimeMs]),
    }),
    ...(spent.length > 0 && { spent: spent.map((coin) => [coinNameText(coin), `${coin.amount}`]) }),
    ...(txId !== '' && { tx: txId }),
    ...(memo !== '' && { memo }),
  });
}

function parse(text: string): Transaction {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LedgerTextError('the text is no JSON');
  }
  const { key, time, kind, post, made, spent, tx, memo } = (value ?? {}) as Record<string, unknown>;
  if (typeof key !== 'string' || typeof time !== 'number' || typeof kind !== 'string')
    throw new LedgerTextError('the text is no transaction');
  return {
    key,
    timeMs: time,
    kind: kind as TransactionKind,
    postings: listOf(post, 2).map(postingOf),
    made: listOf(made, 3).map(([coin, amount, lock]): MadeCoin => {
      if (typeof lock !== 'number') throw new LedgerTextError("a lock's time is none");
      return { ...spentOf(coin, amount), lockTimeMs: lock };
    }),
    spent: listOf(spent, 2).map(([coin, amount]) => spentOf(coin, amount)),
    txId: wordOf(tx),
    memo: wordOf(memo),
  };
}

function listOf(value: unknown, length: number): readonly (readonly unknown[])[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every((item) => Array.isArray(item) && item.length === length))
    throw new LedgerTextError('a list has not its form');
  return value as readonly (readonly unknown[])[];
}

function postingOf([account, amount]: readonly unknown[]): Posting {
  return { account: accountOf(account), amount: amountOf(amount) };
}

function accountOf(value: unknown): AccountName {
  const name = typeof value === 'string' ? parseAccountName(value) : undefined;
  if (name === undefined) throw new LedgerTextError(`no account: ${JSON.stringify(value)?.slice(0, 200)}`);
  return name;
}

function spentOf(coin: unknown, amount: unknown): SpentCoin {
  const [, group, key] = /^([0-3])\/([0-9a-f]{64})$/.exec(typeof coin === 'string' ? coin : '') ?? [];
  if (key === undefined) throw new LedgerTextError("a coin's name is none");
  return { group: Number(group) as Group, key, amount: amountOf(amount) };
}

/** Longest amount that is read: twice what is taken, so that a wrong one can be named. */
const AMOUNT = /^-?\d{1,72}$/;

function amountOf(value: unknown): bigint {
  if (typeof value !== 'string' || !AMOUNT.test(value)) throw new LedgerTextError('an amount is none');
  return BigInt(value);
}

function wordOf(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') throw new LedgerTextError('a word is none');
  return value;
}
