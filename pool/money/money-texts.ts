/**
 * What records of the books say to those who only read them: payments, earnings, notes. Amounts are attoALPH.
 * @module
 */
import { MINER_PREFIX, minerAccount } from '../../ledger/accounts.js';

/** A record of the books is not what it has to be: a fault of this program, or of what the books hold. */
export class MoneyTextError extends Error {
  override readonly name = 'MoneyTextError';
  readonly code = 'ERR_MONEY_TEXT';
}

/** `sent`: it left the balance, and is not known to be paid yet. */
export const PAYMENT_STATES = ['sent', 'paid'] as const;

export type PaymentState = (typeof PAYMENT_STATES)[number];

/** A payment to one miner. */
export interface MinerPayment {
  /** 64 hex digits. */
  readonly txId: string;
  /** When it was signed, ms since the epoch. */
  readonly timeMs: number;
  readonly address: string;
  /** What left the balance, attoALPH. */
  readonly owed: bigint;
  /** What arrives, attoALPH: less where miners bear fees. */
  readonly paid: bigint;
  readonly state: PaymentState;
}

/** A transaction that pays miners. */
export interface PoolPayment {
  readonly txId: string;
  readonly timeMs: number;
  /** Miners that it pays. */
  readonly accounts: number;
  /** What arrives at all of them, attoALPH. */
  readonly paid: bigint;
  /** attoALPH. */
  readonly fee: bigint;
  readonly state: PaymentState;
}

/** Where the payer stands, as it notes every few minutes at most. */
export interface PayerState {
  readonly atMs: number;
  readonly lastRoundMs: number | undefined;
  readonly nextRoundMs: number | undefined;
  readonly lastCheck: { readonly timeMs: number; readonly faults: number } | undefined;
  /** Transactions that have been on their way for long. */
  readonly stuck: number;
}

/** What a miner's records are named by: its account without `miner/`. @param key - of the account */
export function minerName(key: string): string {
  return minerAccount(key).slice(MINER_PREFIX.length);
}

/** Notes of the process that pays: why nothing is paid, where that is so, and where it stands. */
export const PAYER_PAUSE_KEY = 'payer/pause';
export const PAYER_STATE_KEY = 'payer/state';

/** Prefix of the payments of the pool as a whole. */
export const POOL_PAYMENTS = '*/';

/** @throws MoneyTextError */
export function decodeMinerPayment(text: string): MinerPayment {
  const { txId, timeMs, address, owed, paid, state } = objectOf(text, 'payment');
  return {
    txId: hashOf(txId),
    timeMs: timeOf(timeMs),
    address: textOf(address),
    owed: amountOf(owed),
    paid: amountOf(paid),
    state: stateOf(state),
  };
}

/** @throws MoneyTextError */
export function decodePoolPayment(text: string): PoolPayment {
  const { txId, timeMs, accounts, paid, fee, state } = objectOf(text, 'payment');
  return {
    txId: hashOf(txId),
    timeMs: timeOf(timeMs),
    accounts: timeOf(accounts),
    paid: amountOf(paid),
    fee: amountOf(fee),
    state: stateOf(state),
  };
}

/** What was credited on a day. @throws MoneyTextError */
export function decodeEarning(text: string): bigint {
  return amountOf(text);
}

/** A minimum of a miner's own. @throws MoneyTextError */
export function decodeMinimum(text: string): bigint {
  return amountOf(text);
}

/** What the payer says of itself; undefined if the note is damaged: another one is written soon. */
export function decodePayerState(text: string): PayerState | undefined {
  try {
    const { atMs, lastRoundMs, nextRoundMs, lastCheck, stuck } = objectOf(text, "payer's state");
    return {
      atMs: timeOf(atMs),
      lastRoundMs: lastRoundMs === undefined ? undefined : timeOf(lastRoundMs),
      nextRoundMs: nextRoundMs === undefined ? undefined : timeOf(nextRoundMs),
      lastCheck: lastCheck === undefined ? undefined : checkOf(lastCheck),
      stuck: stuck === undefined ? 0 : timeOf(plain(stuck, 'note of what is stuck').transactions),
    };
  } catch (error) {
    if (error instanceof MoneyTextError) return undefined;
    throw error;
  }
}

function checkOf(value: unknown): NonNullable<PayerState['lastCheck']> {
  const { timeMs, faults } = plain(value, "payer's check");
  return { timeMs: timeOf(timeMs), faults: timeOf(faults) };
}

function objectOf(text: string, what: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new MoneyTextError(`the record of a ${what} is no JSON`, { cause });
  }
  return plain(value, what);
}

function plain(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MoneyTextError(`the record of a ${what} is no object`);
  return value as Record<string, unknown>;
}

function amountOf(value: unknown): bigint {
  if (typeof value !== 'string' || !/^(0|[1-9]\d{0,35})$/.test(value))
    throw new MoneyTextError(`an amount of the books is none: ${String(value).slice(0, 80)}`);
  return BigInt(value);
}

/** A time, or a count. */
function timeOf(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new MoneyTextError(`a whole number of the books is none: ${String(value).slice(0, 80)}`);
  return value as number;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new MoneyTextError('a text of the books is none');
  return value;
}

function hashOf(value: unknown): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value))
    throw new MoneyTextError(`a transaction id of the books is none: ${String(value).slice(0, 80)}`);
  return value;
}

function stateOf(value: unknown): PaymentState {
  if (value === 'sent' || value === 'paid') return value;
  throw new MoneyTextError(`the state of a payment is none: ${String(value).slice(0, 80)}`);
}
