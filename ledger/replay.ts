/**
 * What the log comes to, read from its beginning or from a closed month on: in pages, and no more of it in memory than a share of the
 * accounts and outputs.
 * @module
 */
import type { BookEntry, LedgerBooks } from './books-port.js';
import type { CheckFaults } from './check-faults.js';
import type { AccountBalance } from './ledger.js';
import { coinNameText, type MadeCoin, type Transaction } from './transaction.js';
import { LedgerTextError, readTransaction } from './transaction-text.js';

/** Entries that are read at a time. */
const PAGE = 1000;

/** Where a closed month ended. */
export interface Opening {
  /** Number of the first entry of the log that came after it. */
  readonly from: number;
  /** All balances other than 0 then. */
  balances(): AsyncIterable<AccountBalance>;
  /** All outputs that the wallet was expected to have then. */
  coins(): AsyncIterable<MadeCoin>;
}

/** One of so many shares of all names: 0 up to `of`. */
export interface Share {
  readonly part: number;
  readonly of: number;
}

/** What a share of the accounts and outputs comes to. */
export interface Replayed {
  /** Balances, attoALPH. */
  readonly accounts: Map<string, bigint>;
  /** Outputs that are there, by name. */
  readonly coins: Map<string, { readonly amount: bigint; readonly lockTimeMs: number }>;
}

/** There are more names in a share than may be in memory. */
export class ShareFull extends Error {}

/** Whether a name belongs to a share. */
export function isOfShare(name: string, { part, of }: Share): boolean {
  if (of === 1) return true;
  let hash = 5381;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 33) + name.charCodeAt(i)) | 0;
  // The low bits of that alone follow the last letters.
  return ((hash ^ (hash >>> 15)) >>> 0) % of === part;
}

export interface ReplayOptions {
  /** In their order. */
  readonly entries: AsyncIterable<BookEntry>;
  readonly opening: Opening | undefined;
  /** Number of the first entry that there must be, and the one before which they end. */
  readonly from: number;
  readonly end: number;
  readonly share: Share;
  /** Most names in memory. */
  readonly room: number;
  readonly faults: CheckFaults;
}

/** @throws ShareFull */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  const { opening, share, faults } = options;
  const accounts = new Map<string, bigint>();
  const coins: Replayed['coins'] = new Map();
  const add = (name: string, amount: bigint): void => {
    if (!isOfShare(name, share)) return;
    accounts.set(name, (accounts.get(name) ?? 0n) + amount);
    makeRoom();
  };
  const make = (coin: MadeCoin, key: string): void => {
    const name = coinNameText(coin);
    if (!isOfShare(name, share)) return;
    if (coins.has(name)) faults.note('coin', `${key} makes output ${name}, which is there`);
    coins.set(name, { amount: coin.amount, lockTimeMs: coin.lockTimeMs });
    makeRoom();
  };
  const makeRoom = (): void => {
    if (accounts.size + coins.size > options.room) throw new ShareFull();
  };
  if (opening !== undefined) {
    for await (const { account, amount } of opening.balances()) add(account, amount);
    for await (const coin of opening.coins()) make(coin, 'the closed month');
  }
  // What is wrong with the entries themselves is noted once.
  const entryFaults = share.part === 0 ? faults : undefined;
  for await (const { postings, made, spent, key } of transactionsOf({ ...options, faults: entryFaults })) {
    for (const { account, amount } of postings) add(account, amount);
    for (const coin of spent) {
      const name = coinNameText(coin);
      if (!isOfShare(name, share)) continue;
      if (coins.get(name)?.amount !== coin.amount)
        faults.note('coin', `${key} spends output ${name} of ${coin.amount}, which is not there`);
      coins.delete(name);
    }
    for (const coin of made) make(coin, key);
  }
  return { accounts, coins };
}

/** Entries of the log from one number up to another; those whose texts are gone are left out. */
export async function* logEntries(books: LedgerBooks, from: number, end: number): AsyncGenerator<BookEntry> {
  for (let at = from; at < end; ) {
    const entries = await books.log(at, Math.min(PAGE, end - at));
    for (const entry of entries) if (entry.number < end) yield entry;
    if (entries.length === 0) return;
    at = entries.at(-1)!.number + 1;
  }
}

/** All transactions that there must be from one number up to another. Those that can't be read are left out. */
export async function* transactionsOf({
  entries,
  from,
  end,
  faults,
}: Pick<ReplayOptions, 'entries' | 'from' | 'end'> & {
  readonly faults: CheckFaults | undefined;
}): AsyncGenerator<Transaction> {
  let at = from;
  const miss = (to: number): void => {
    if (to > at) faults?.note('log', `entries ${at} to ${to - 1} of the log are not there`);
  };
  for await (const { number, key, text } of entries) {
    miss(number);
    at = number + 1;
    const transaction = readEntry(key, text, faults);
    if (transaction !== undefined) yield transaction;
  }
  miss(end);
}

function readEntry(key: string, text: string, faults: CheckFaults | undefined): Transaction | undefined {
  try {
    const { transaction, fault } = readTransaction(text);
    if (transaction.key !== key) faults?.note('entry', `${key} holds transaction ${transaction.key}`);
    if (fault !== undefined) faults?.note('unbalanced', `${key}: ${fault}`);
    return transaction;
  } catch (error) {
    if (!(error instanceof LedgerTextError)) throw error;
    faults?.note('entry', `${key}: ${error.message}`);
    return undefined;
  }
}
