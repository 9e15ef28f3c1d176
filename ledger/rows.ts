/**
 * Records that the ledger keeps beside its log: balances of accounts, and the outputs that the wallet is expected to have.
 *
 * An account's text is its amount, `-1500`. While a settlement is being posted it is `-1500 12 -1000`: the settlement's number, and
 * the amount without it, which readers are given until that settlement is complete.
 * @module
 */
import type { Group } from './accounts.js';
import { type CoinName, MAX_AMOUNT_DIGITS } from './transaction.js';
import { LedgerTextError } from './transaction-text.js';

/** What an account's record says. */
export interface AccountRow {
  /** attoALPH. */
  readonly amount: bigint;
  /** The last settlement that posted to it. */
  readonly settlement?: {
    /** From 1. */
    readonly number: number;
    /** The amount without that settlement, attoALPH. */
    readonly before: bigint;
  };
}

/** What the record of an expected output says. */
export interface CoinRow {
  /** attoALPH, above 0. */
  readonly amount: bigint;
  /** ms since the epoch; 0 without a lock. */
  readonly lockTimeMs: number;
  /** Key of the transaction that made it. */
  readonly cause: string;
  /** The intent that it is set aside for; empty if it is free. */
  readonly intent: string;
}

/** An expected output. */
export interface ExpectedCoin extends CoinRow, CoinName {}

/** Longest name of an intent, in characters. */
export const MAX_INTENT_CHARS = 80;

const ROW = /^(-?\d{1,40})(?: ([1-9]\d{0,14}) (-?\d{1,40}))?$/;

export function encodeAccountRow({ amount, settlement }: AccountRow): string {
  return settlement === undefined ? `${amount}` : `${amount} ${settlement.number} ${settlement.before}`;
}

/** @throws LedgerTextError if the text is none that `encodeAccountRow` gives */
export function decodeAccountRow(text: string): AccountRow {
  const [, amount, number, before] = ROW.exec(text) ?? [];
  if (amount === undefined) throw new LedgerTextError("an account's record is none");
  const row: AccountRow = {
    amount: BigInt(amount),
    ...(number !== undefined && { settlement: { number: Number(number), before: BigInt(before!) } }),
  };
  if (encodeAccountRow(row) !== text) throw new LedgerTextError("an account's record is not in its one form");
  return row;
}

/** What readers are given. @param closed - number of the last settlement that is complete, 0 if none is */
export function visibleAmount({ amount, settlement }: AccountRow, closed: number): bigint {
  return settlement !== undefined && settlement.number > closed ? settlement.before : amount;
}

/** A row after a posting. @param settlement - number of the settlement that posts it, if one does */
export function posted(row: AccountRow, amount: bigint, closed: number, settlement?: number): AccountRow {
  const sum = row.amount + amount;
  const open = row.settlement !== undefined && row.settlement.number > closed ? row.settlement : undefined;
  if (settlement !== undefined)
    return { amount: sum, settlement: { number: settlement, before: open?.before ?? row.amount } };
  if (open === undefined) return { amount: sum };
  return { amount: sum, settlement: { number: open.number, before: open.before + amount } };
}

export function encodeCoinRow({ amount, lockTimeMs, cause, intent }: CoinRow): string {
  return JSON.stringify([`${amount}`, lockTimeMs, cause, intent]);
}

const COIN_AMOUNT = new RegExp(`^[1-9]\\d{0,${MAX_AMOUNT_DIGITS - 1}}$`);

/** @throws LedgerTextError if the text is none that `encodeCoinRow` gives */
export function decodeCoinRow(text: string): CoinRow {
  const [amount, lockTimeMs, cause, intent] = listOf(text);
  if (
    typeof amount !== 'string' ||
    !COIN_AMOUNT.test(amount) ||
    !Number.isSafeInteger(lockTimeMs) ||
    typeof cause !== 'string' ||
    typeof intent !== 'string'
  )
    throw new LedgerTextError("an output's record is none");
  const row = { amount: BigInt(amount), lockTimeMs: lockTimeMs as number, cause, intent };
  if (encodeCoinRow(row) !== text) throw new LedgerTextError("an output's record is not in its one form");
  return row;
}

/** An expected output from its record. @throws LedgerTextError if key or text is none */
export function expectedCoinOf({
  key: name,
  text,
}: {
  readonly key: string;
  readonly text: string;
}): ExpectedCoin {
  const [, group, key] = /^([0-3])\/([0-9a-f]{64})$/.exec(name) ?? [];
  if (key === undefined) throw new LedgerTextError("an output's name is none");
  return { ...decodeCoinRow(text), group: Number(group) as Group, key };
}

function listOf(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.length === 4 ? value : [];
  } catch {
    return [];
  }
}
