/**
 * Whether the records of accounts and outputs are what the log comes to.
 *
 * The pool goes on posting meanwhile. A record that differs is right all the same if what came to the log since explains it.
 * @module
 */
import { parseAccountName } from './accounts.js';
import type { BookRecord, BookTable, LedgerBooks } from './books-port.js';
import type { CheckFaults } from './check-faults.js';
import { isOfShare, logEntries, type Replayed, type Share, transactionsOf } from './replay.js';
import { decodeAccountRow, expectedCoinOf } from './rows.js';
import { coinNameText } from './transaction.js';
import { LedgerTextError } from './transaction-text.js';

/** Records that are read at a time. */
const PAGE = 1000;

/** Records that differ and are looked at again: as many as the pool writes while a check reads, and more. */
export const MAX_SUSPECTS = 100_000;

/** A record that is not what the log came to. */
interface Suspect {
  readonly expected: string | undefined;
  readonly found: string | undefined;
}

/** What is compared: an account's amount, or an output's amount and lock. */
type Suspects = Map<string, Suspect>;

export interface RecordsOptions {
  readonly books: LedgerBooks;
  readonly share: Share;
  /** Number of the entry before which the replay ended. */
  readonly end: number;
  readonly faults: CheckFaults;
}

/** How many records of a share there are. */
export interface RecordCounts {
  readonly accounts: number;
  readonly coins: number;
}

/** Compares the records of a share with what was replayed, which is used up by that. */
export async function checkRecords(replayed: Replayed, options: RecordsOptions): Promise<RecordCounts> {
  const { faults } = options;
  const accounts: Suspects = new Map();
  const coins: Suspects = new Map();
  const counts = {
    accounts: await compare(
      { table: 'account', expected: replayed.accounts, textOf: balanceText },
      accounts,
      options,
      ({ key, text }) => {
        if (parseAccountName(key) === undefined) throw new LedgerTextError('no account has that name');
        return balanceText(decodeAccountRow(text).amount);
      },
    ),
    coins: await compare(
      { table: 'utxo', expected: replayed.coins, textOf: outputText },
      coins,
      options,
      (record) => outputText(expectedCoinOf(record)),
    ),
  };
  if (accounts.size + coins.size > 0) await acquit(accounts, coins, options);
  for (const [name, { expected = 'none', found = 'none' }] of accounts)
    faults.note('balance', `${name} has ${found}, the log comes to ${expected}`);
  for (const [name, { expected = 'none', found = 'none' }] of coins)
    faults.note('output', `${name} has ${found}, the log comes to ${expected}`);
  return counts;
}

/** What the records of a table are to say. */
interface Wanted<T> {
  readonly table: BookTable;
  /** By key; those whose records were read are taken out. */
  readonly expected: Map<string, T>;
  /** What is compared; undefined is the same as no record. */
  textOf(value: T): string | undefined;
}

async function compare<T>(
  { table, expected, textOf }: Wanted<T>,
  suspects: Suspects,
  { books, share, faults }: RecordsOptions,
  read: (record: BookRecord) => string | undefined,
): Promise<number> {
  let count = 0;
  const suspect = (name: string, differs: Suspect): void => {
    if (suspects.size < MAX_SUSPECTS) suspects.set(name, differs);
    else
      faults.note(table === 'utxo' ? 'output' : 'balance', `${name}, and more than can be looked at again`);
  };
  for await (const record of recordsOf(books, table)) {
    if (!isOfShare(record.key, share)) continue;
    count++;
    const value = expected.get(record.key);
    const wanted = value === undefined ? undefined : textOf(value);
    expected.delete(record.key);
    try {
      const found = read(record);
      if (found !== wanted) suspect(record.key, { expected: wanted, found });
    } catch (error) {
      if (!(error instanceof LedgerTextError)) throw error;
      faults.note('record', `${table} ${record.key}: ${error.message}`);
    }
  }
  for (const [name, value] of expected) {
    const wanted = textOf(value);
    if (wanted !== undefined) suspect(name, { expected: wanted, found: undefined });
  }
  return count;
}

/** Takes off what entries explain that came to the log since: a record was read at any moment from then on. */
async function acquit(accounts: Suspects, coins: Suspects, options: RecordsOptions): Promise<void> {
  const { books, end } = options;
  const sums = new Map<string, bigint>();
  const now = await books.logEnd();
  const since = { entries: logEntries(books, end, now), from: end, end: now, faults: undefined };
  for await (const { postings, made, spent } of transactionsOf(since)) {
    for (const { account, amount } of postings) {
      const suspect = accounts.get(account);
      if (suspect === undefined) continue;
      const sum = (sums.get(account) ?? BigInt(suspect.expected ?? 0)) + amount;
      sums.set(account, sum);
      if (balanceText(sum) === suspect.found) accounts.delete(account);
    }
    for (const coin of made)
      if (coins.get(coinNameText(coin))?.found === outputText(coin)) coins.delete(coinNameText(coin));
    for (const coin of spent)
      if (coins.has(coinNameText(coin)) && coins.get(coinNameText(coin))!.found === undefined)
        coins.delete(coinNameText(coin));
  }
}

/** All records of a table. */
export async function* recordsOf(
  books: LedgerBooks,
  table: BookTable,
  prefix = '',
): AsyncGenerator<BookRecord> {
  for (let after: string | undefined; ; ) {
    const records = await books.page(table, {
      prefix,
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    yield* records;
    if (records.length < PAGE) return;
    after = records.at(-1)!.key;
  }
}

/** A balance of 0 is as good as none. */
function balanceText(amount: bigint): string | undefined {
  return amount === 0n ? undefined : `${amount}`;
}

function outputText({
  amount,
  lockTimeMs,
}: {
  readonly amount: bigint;
  readonly lockTimeMs: number;
}): string {
  return `${amount} until ${lockTimeMs}`;
}
