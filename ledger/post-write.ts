/**
 * What a commit must write so that transactions are posted: pure, from the records as they were read.
 * @module
 */
import { type AccountName, isMiner, sideOf } from './accounts.js';
import type { BookChange, BookFence, BookRecord, BookTable, BookWrite } from './books-port.js';
import { LedgerError } from './ledger-error.js';
import {
  type AccountRow,
  type CoinRow,
  decodeAccountRow,
  decodeCoinRow,
  encodeAccountRow,
  encodeCoinRow,
  MAX_INTENT_CHARS,
  posted,
  visibleAmount,
} from './rows.js';
import { type CoinName, coinNameText, type Transaction } from './transaction.js';
import { encodeTransaction } from './transaction-text.js';

/** Key of the record in table `settlement` that says which settlement is the last complete one. */
export const CLOSED_SETTLEMENT_KEY = 'closed';

/** Transactions that are posted together or not at all. */
export interface LedgerPost {
  readonly fence: BookFence;
  /** At least one. Those that were posted together once always come together. */
  readonly transactions: readonly Transaction[];
  /** The settlement that these are part of: the one after the last that is complete. `closes`: with this it is complete. */
  readonly settlement?: { readonly number: number; readonly closes: boolean };
  /** The intent that outputs are set aside for, and may be spent by. */
  readonly intent?: string;
  /** Free outputs to be set aside for the intent; of this amount, where one is said. */
  readonly reserve?: readonly WantedCoin[];
  /** Outputs set aside for the intent, to be free again. */
  readonly release?: readonly CoinName[];
  /** Further records of the same commit, in tables that are not the ledger's. */
  readonly records?: readonly BookChange[];
  readonly durable?: boolean;
}

/** An output that is to be set aside. */
export interface WantedCoin extends CoinName {
  readonly amount?: bigint;
}

/** What is set aside or let go beside all postings: see `LedgerPost`. */
export type LedgerHold = Pick<LedgerPost, 'fence' | 'reserve' | 'release' | 'records' | 'durable'> & {
  readonly intent: string;
};

/** Records as they were read, by table and key. */
export type ReadRecords = ReadonlyMap<string, BookRecord | undefined>;

/** Name of a record in `ReadRecords`. */
export function recordName(table: BookTable, key: string): string {
  return `${table} ${key}`;
}

/** The records that a post must know, by table. */
export function recordsOf({
  transactions,
  settlement,
  reserve = [],
  release = [],
}: Pick<LedgerPost, 'transactions' | 'settlement' | 'reserve' | 'release'>): {
  readonly account: readonly string[];
  readonly utxo: readonly string[];
  readonly settlement: readonly string[];
} {
  const accounts = transactions.flatMap(({ postings }) => postings.map(({ account }) => account));
  const coins = transactions.flatMap(({ made, spent }) => [...made, ...spent].map(coinNameText));
  if (settlement?.closes) accounts.push('settling');
  return {
    account: [...new Set(accounts)],
    utxo: [...new Set([...coins, ...[...reserve, ...release].map(coinNameText)])],
    settlement: [CLOSED_SETTLEMENT_KEY],
  };
}

/** Number of the last settlement that is complete, from its record; 0 if none is. @throws LedgerError */
export function closedSettlementOf(record: BookRecord | undefined): number {
  if (record === undefined) return 0;
  if (!/^[1-9]\d{0,14}$/.test(record.text))
    throw new LedgerError('row', `the number of the last settlement is none: ${record.text.slice(0, 40)}`);
  return Number(record.text);
}

/**
 * The commit that posts; or why it can't be posted as things stand. `overdrawn`: somebody would be owed less than nothing, the wallet
 * hold less than nothing, or more be shared out than blocks brought. `coins`: an output to be spent or set aside is not there, of another amount or not free, or
 * one to be made is there.
 * @throws LedgerError
 * @throws RangeError if a transaction is too long, or the post contradicts itself
 */
export function writeOf(post: LedgerPost, records: ReadRecords): BookWrite | 'overdrawn' | 'coins' {
  const { fence, transactions, durable = false } = post;
  const closedRecord = records.get(recordName('settlement', CLOSED_SETTLEMENT_KEY));
  const closed = closedSettlementOf(closedRecord);
  checkSettlement(post, closed);
  const coins = coinChanges(post, records);
  if (coins === undefined) return 'coins';
  const accounts = accountChanges(post, records, closed);
  if (accounts === undefined) return 'overdrawn';
  const changes: BookChange[] = [...accounts, ...coins, ...(post.records ?? [])];
  if (post.settlement?.closes)
    changes.push({
      table: 'settlement',
      key: CLOSED_SETTLEMENT_KEY,
      version: closedRecord?.version ?? 0,
      text: `${post.settlement.number}`,
    });
  return {
    fence,
    append: transactions.map((transaction) => ({
      key: transaction.key,
      text: encodeTransaction(transaction),
    })),
    records: changes,
    ...(durable && { durable }),
  };
}

/** The commit that sets aside and lets go; or why it can't, as `writeOf` says. @throws LedgerTextError, RangeError */
export function holdWriteOf(hold: LedgerHold, records: ReadRecords): BookWrite | 'coins' {
  const { fence, intent, durable = false } = hold;
  checkIntent(intent);
  const coins = coinChanges({ ...hold, transactions: [] }, records);
  if (coins === undefined) return 'coins';
  return { fence, append: [], records: [...coins, ...(hold.records ?? [])], ...(durable && { durable }) };
}

function checkIntent(intent: string): void {
  if (intent.length > MAX_INTENT_CHARS || !/^[\x21-\x7e]*$/.test(intent))
    throw new RangeError(
      `"intent" expected up to ${MAX_INTENT_CHARS} printable characters, got ${JSON.stringify(intent)}`,
    );
}

function checkSettlement({ transactions, settlement, intent = '' }: LedgerPost, closed: number): void {
  if (transactions.length === 0) throw new RangeError('"transactions" expected at least one');
  checkIntent(intent);
  const settles = transactions.some(({ kind }) => kind === 'settlement');
  if (settles !== (settlement !== undefined))
    throw new RangeError('"settlement" expected with transactions of that kind, and with no others');
  if (settlement !== undefined && settlement.number !== closed + 1)
    throw new LedgerError('order', `settlement ${closed + 1} is the next one, not ${settlement.number}`);
}

function accountChanges(
  { transactions, settlement }: LedgerPost,
  records: ReadRecords,
  closed: number,
): BookChange[] | undefined {
  const sums = new Map<AccountName, bigint>();
  for (const { postings } of transactions)
    for (const { account, amount } of postings) sums.set(account, (sums.get(account) ?? 0n) + amount);
  // Even where nothing was credited it is looked at.
  if (settlement?.closes && !sums.has('settling')) sums.set('settling', 0n);
  const changes: BookChange[] = [];
  for (const [account, amount] of sums) {
    const record = records.get(recordName('account', account));
    const row: AccountRow = record === undefined ? { amount: 0n } : decodeAccountRow(record.text);
    // Only what is credited shows late: a balance is taken at once.
    const inSettlement = isMiner(account) ? settlement?.number : undefined;
    const next = posted(row, amount, closed, inSettlement);
    if (isOverdrawn(account, amount, visibleAmount(next, closed))) return undefined;
    if (account === 'settling' && settlement?.closes && next.amount !== 0n)
      throw new LedgerError(
        'unsettled',
        `settlement ${settlement.number} shares out ${-next.amount} too much`,
      );
    if (amount === 0n) continue;
    changes.push({
      table: 'account',
      key: account,
      version: record?.version ?? 0,
      text: encodeAccountRow(next),
    });
  }
  return changes;
}

/** Accounts that a post may not take below nothing. Those of the fund are as its entries say. */
function isOverdrawn(account: AccountName, change: bigint, amount: bigint): boolean {
  if (account === 'settling' || account.startsWith('polw/')) return false;
  const side = sideOf(account);
  if (side === 'debt' || side === 'open') return change > 0n && amount > 0n;
  return side === 'asset' && change < 0n && amount < 0n;
}

function coinChanges(post: LedgerPost, records: ReadRecords): BookChange[] | undefined {
  const { transactions, reserve = [], release = [], intent = '' } = post;
  const coins = new Map<string, CoinRow | undefined>();
  const look = (name: string): CoinRow | undefined => {
    if (coins.has(name)) return coins.get(name);
    const record = records.get(recordName('utxo', name));
    return record === undefined ? undefined : decodeCoinRow(record.text);
  };
  for (const { key, made, spent } of transactions) {
    for (const coin of spent) {
      const name = coinNameText(coin);
      const row = look(name);
      if (row === undefined || row.amount !== coin.amount) return undefined;
      if (row.intent !== '' && row.intent !== intent) return undefined;
      coins.set(name, undefined);
    }
    for (const coin of made) {
      const name = coinNameText(coin);
      if (look(name) !== undefined) return undefined;
      coins.set(name, { amount: coin.amount, lockTimeMs: coin.lockTimeMs, cause: key, intent: '' });
    }
  }
  if (reserve.length + release.length > 0 && intent === '')
    throw new RangeError('"intent" expected where outputs are set aside, got none');
  for (const coin of release) {
    const row = look(coinNameText(coin));
    if (row?.intent !== intent) return undefined;
    coins.set(coinNameText(coin), { ...row, intent: '' });
  }
  for (const coin of reserve) {
    const row = look(coinNameText(coin));
    if (row === undefined || row.intent !== '') return undefined;
    if (coin.amount !== undefined && coin.amount !== row.amount) return undefined;
    coins.set(coinNameText(coin), { ...row, intent });
  }
  return [...coins].map(([key, row]) => ({
    table: 'utxo',
    key,
    version: records.get(recordName('utxo', key))?.version ?? 0,
    text: row === undefined ? undefined : encodeCoinRow(row),
  }));
}
