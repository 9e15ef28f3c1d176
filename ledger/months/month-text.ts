/**
 * Files of closed months, line by line.
 *
 * ```
 * {"form":"lesswork-ledger","version":1,"number":2,"month":"2026-03","from":1200,"end":1500,"before":"SHA-256 of file 1"}
 * {"key":"block/...", ...}                      a transaction, as the log had it; one line each, in order
 * {"balance":["wallet/0/spendable","1500"]}     an account at the end of the month; those of 0 are left out
 * {"coin":["0/KEY","1500",0]}                   an output that the wallet was expected to have then
 * {"end":[300,40,12]}                           how many of each
 * ```
 * @module
 */
import { type AccountName, type Group, parseAccountName } from '../accounts.js';
import type { AccountBalance } from '../ledger.js';
import { coinNameText, type MadeCoin } from '../transaction.js';
import { LedgerTextError } from '../transaction-text.js';

/** Begin of a file. */
export interface MonthHead {
  /** From 1, without gaps. */
  readonly number: number;
  /** `2026-03`, in UTC. */
  readonly month: string;
  /** Number of its first entry in the log, and of the first after it. */
  readonly from: number;
  readonly end: number;
  /** SHA-256 of the file before, 64 hex digits; 64 zeros of the first. */
  readonly before: string;
}

/** `before` of the first file. */
export const NO_FILE = '0'.repeat(64);

/** A line that is no head. */
export type MonthLine =
  | { readonly kind: 'entry'; readonly text: string }
  | { readonly kind: 'balance'; readonly balance: AccountBalance }
  | { readonly kind: 'coin'; readonly coin: MadeCoin }
  | {
      readonly kind: 'end';
      readonly entries: number;
      readonly balances: number;
      readonly coins: number;
    };

const FORM = 'lesswork-ledger';
const VERSION = 1;

export function headLine({ number, month, from, end, before }: MonthHead): string {
  return JSON.stringify({ form: FORM, version: VERSION, number, month, from, end, before });
}

/** @throws LedgerTextError if the line is none that `headLine` gives */
export function parseHead(line: string): MonthHead {
  const value = jsonOf(line);
  const { number, month, from, end, before } = value as unknown as MonthHead;
  if (value.form !== FORM) throw new LedgerTextError('it does not begin as a closed month does');
  if (value.version !== VERSION)
    throw new LedgerTextError(
      `a newer version wrote it (form ${JSON.stringify(value.version)}, known is ${VERSION})`,
    );
  const isRight =
    [number, from, end].every((count) => Number.isSafeInteger(count) && count >= 0) &&
    number >= 1 &&
    end >= from &&
    isMonth(month) &&
    /^[0-9a-f]{64}$/.test(before);
  if (!isRight || headLine({ number, month, from, end, before }) !== line)
    throw new LedgerTextError('its first line is not right');
  return { number, month, from, end, before };
}

export function balanceLine({ account, amount }: AccountBalance): string {
  return JSON.stringify({ balance: [account, `${amount}`] });
}

export function coinLine(coin: MadeCoin): string {
  return JSON.stringify({ coin: [coinNameText(coin), `${coin.amount}`, coin.lockTimeMs] });
}

export function endLine(entries: number, balances: number, coins: number): string {
  return JSON.stringify({ end: [entries, balances, coins] });
}

/** @throws LedgerTextError if the line is none of a closed month */
export function parseMonthLine(line: string): MonthLine {
  if (line.startsWith('{"key":')) return { kind: 'entry', text: line };
  const { balance, coin, end } = jsonOf(line);
  const parsed = balanceOf(balance) ?? coinOf(coin) ?? endOf(end);
  if (parsed === undefined || textOf(parsed) !== line)
    throw new LedgerTextError('a line is none of its form');
  return parsed;
}

function textOf(line: MonthLine): string {
  if (line.kind === 'entry') return line.text;
  if (line.kind === 'balance') return balanceLine(line.balance);
  if (line.kind === 'coin') return coinLine(line.coin);
  return endLine(line.entries, line.balances, line.coins);
}

function balanceOf(value: unknown): MonthLine | undefined {
  const [name, amount] = listOf(value, 2);
  const account: AccountName | undefined = typeof name === 'string' ? parseAccountName(name) : undefined;
  if (account === undefined || !isAmount(amount)) return undefined;
  return { kind: 'balance', balance: { account, amount: BigInt(amount) } };
}

function coinOf(value: unknown): MonthLine | undefined {
  const [name, amount, lockTimeMs] = listOf(value, 3);
  const [, group, key] = /^([0-3])\/([0-9a-f]{64})$/.exec(typeof name === 'string' ? name : '') ?? [];
  if (key === undefined || !isAmount(amount) || !Number.isSafeInteger(lockTimeMs)) return undefined;
  const coin = {
    group: Number(group) as Group,
    key,
    amount: BigInt(amount),
    lockTimeMs: lockTimeMs as number,
  };
  return { kind: 'coin', coin };
}

function endOf(value: unknown): MonthLine | undefined {
  const [entries, balances, coins] = listOf(value, 3) as readonly number[];
  if (![entries, balances, coins].every(Number.isSafeInteger)) return undefined;
  return { kind: 'end', entries: entries!, balances: balances!, coins: coins! };
}

function listOf(value: unknown, length: number): readonly unknown[] {
  return Array.isArray(value) && value.length === length ? value : [];
}

function isAmount(value: unknown): value is string {
  return typeof value === 'string' && /^-?\d{1,40}$/.test(value);
}

function jsonOf(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    throw new LedgerTextError('a line is no JSON');
  }
}

/** Whether a text is a month. */
export function isMonth(text: unknown): text is string {
  return typeof text === 'string' && /^\d{4}-(?:0[1-9]|1[0-2])$/.test(text);
}

/** The month of a time, in UTC. @param timeMs - since the epoch */
export function monthOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 7);
}

/** When the month after one begins, ms since the epoch. */
export function monthEnd(month: string): number {
  const [year, number] = month.split('-').map(Number);
  return Date.UTC(year!, number!);
}
