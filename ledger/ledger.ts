/**
 * The ledger over the pool's books: posts transactions, each key once, and reads what they come to.
 *
 * Whoever posts adds here, in integers of any length, and names the versions that were read: of two who write to one account at the same
 * time, one reads again. A settlement is posted in many commits and shows when the last one is done.
 * @module
 */
import type { AccountName } from './accounts.js';
import type { BookOutcome, BookRecord, BookTable, LedgerBooks } from './books-port.js';
import { LedgerError } from './ledger-error.js';
import {
  CLOSED_SETTLEMENT_KEY,
  closedSettlementOf,
  holdWriteOf,
  type LedgerHold,
  type LedgerPost,
  type ReadRecords,
  recordName,
  recordsOf,
  writeOf,
} from './post-write.js';
import { decodeAccountRow, type ExpectedCoin, expectedCoinOf, visibleAmount } from './rows.js';
import type { Transaction } from './transaction.js';
import { decodeTransaction } from './transaction-text.js';

/**
 * As `BookOutcome`, or why it can't be posted as things stand: see `writeOf`. `changed`: one of the caller's own records has another
 * version.
 */
export type PostOutcome = BookOutcome | 'overdrawn' | 'coins';

/** As `PostOutcome`. */
export type HoldOutcome = Exclude<PostOutcome, 'already' | 'overdrawn'>;

/** Most records or keys that are asked for at a time. */
const READ_AT_ONCE = 1000;

/** Tries to post while others write to the same accounts. */
export const MAX_POST_TRIES = 100;

/** Balance of an account. */
export interface AccountBalance {
  readonly account: AccountName;
  /** attoALPH. */
  readonly amount: bigint;
}

export class Ledger {
  readonly #books: LedgerBooks;

  constructor(books: LedgerBooks) {
    this.#books = books;
  }

  /**
   * Posts transactions, all of them or none. To do so again changes nothing.
   * @returns with anything but `done`, nothing was posted by this call
   * @throws LedgerError
   * @throws RangeError as `writeOf` says
   */
  async post(post: LedgerPost): Promise<PostOutcome> {
    let before: ReadRecords | undefined;
    for (let tries = 0; tries < MAX_POST_TRIES; tries++) {
      if (await this.#isPosted(post.transactions)) return 'already';
      const records = await this.#read(recordsOf(post));
      // Nothing of the ledger's own has changed: it was a record of the caller's.
      if (before !== undefined && isSame(before, records)) return 'changed';
      const write = writeOf(post, records);
      if (typeof write === 'string') return write;
      const outcome = await this.#books.commit(write);
      if (outcome === 'already' && !(await this.#isPosted(post.transactions))) continue;
      if (outcome !== 'changed') return outcome;
      before = records;
    }
    throw new LedgerError(
      'busy',
      `posting ${post.transactions[0]?.key} came too late ${MAX_POST_TRIES} times`,
    );
  }

  /**
   * Sets outputs aside for an intent or lets them go, and writes records beside that; nothing is posted.
   * @returns with anything but `done`, nothing was changed by this call. `changed` also where it was done before: the caller's records tell
   * @throws LedgerError, LedgerTextError, RangeError
   */
  async hold(hold: LedgerHold): Promise<HoldOutcome> {
    let before: ReadRecords | undefined;
    for (let tries = 0; tries < MAX_POST_TRIES; tries++) {
      const records = await this.#read({ utxo: recordsOf({ ...hold, transactions: [] }).utxo });
      if (before !== undefined && isSame(before, records)) return 'changed';
      const write = holdWriteOf(hold, records);
      if (typeof write === 'string') return write;
      const outcome = await this.#books.commit(write);
      // Nothing is appended to the log, so that nothing can be there already.
      if (outcome !== 'changed') return outcome as 'done' | 'fenced';
      before = records;
    }
    throw new LedgerError('busy', `what ${hold.intent} sets aside came too late ${MAX_POST_TRIES} times`);
  }

  /** Balances as readers see them, in the order of the names; 0 of an account without postings. */
  async balances(accounts: readonly AccountName[]): Promise<readonly bigint[]> {
    const { closed, read } = await this.#betweenSettlements(() => this.#read({ account: accounts }));
    return accounts.map((account) => balanceOf(read.get(recordName('account', account)), closed));
  }

  /** Balances whose accounts begin with a prefix, in order of names, after a name. @param limit - 1 to 1000 */
  async page(prefix: string, after: string | undefined, limit: number): Promise<readonly AccountBalance[]> {
    const { closed, read } = await this.#betweenSettlements(() =>
      this.#books.page('account', { prefix, limit, ...(after !== undefined && { after }) }),
    );
    return read.map((record) => ({
      account: record.key as AccountName,
      amount: balanceOf(record, closed),
    }));
  }

  /** Expected outputs of a group, in order of their keys, after a key. @param limit - 1 to 1000 */
  async coins(group: number, after: string | undefined, limit: number): Promise<readonly ExpectedCoin[]> {
    const records = await this.#books.page('utxo', {
      prefix: `${group}/`,
      limit,
      ...(after !== undefined && { after: `${group}/${after}` }),
    });
    return records.map(expectedCoinOf);
  }

  /** Number of the last settlement that is complete, 0 if none is. */
  async closedSettlement(): Promise<number> {
    const [record] = await this.#books.get('settlement', [CLOSED_SETTLEMENT_KEY]);
    return closedSettlementOf(record);
  }

  /** Reads while no settlement is completed: after that, records may no longer say what they were before it. */
  async #betweenSettlements<T>(reading: () => Promise<T>): Promise<{ closed: number; read: T }> {
    for (let closed = await this.closedSettlement(); ; ) {
      const read = await reading();
      const now = await this.closedSettlement();
      if (now === closed) return { closed, read };
      closed = now;
    }
  }

  async #read(names: Readonly<Partial<Record<BookTable, readonly string[]>>>): Promise<ReadRecords> {
    const records = new Map<string, BookRecord | undefined>();
    // Which settlement is complete is read first: one that is completed meanwhile is taken for open, and more is kept than is needed.
    for (const table of ['settlement', 'account', 'utxo'] as const) {
      const keys = names[table] ?? [];
      for (let at = 0; at < keys.length; at += READ_AT_ONCE) {
        const some = keys.slice(at, at + READ_AT_ONCE);
        const found = await this.#books.get(table, some);
        for (const [index, key] of some.entries()) records.set(recordName(table, key), found[index]);
      }
    }
    return records;
  }

  /** Whether all of these were posted before. @throws LedgerError if only some were, or something else was */
  async #isPosted(transactions: readonly Transaction[]): Promise<boolean> {
    const numbers = await this.#books.logKeys(transactions.map(({ key }) => key));
    if (numbers.every((number) => number === undefined)) return false;
    for (const [index, number] of numbers.entries()) {
      const transaction = transactions[index]!;
      if (number === undefined)
        throw new LedgerError('torn', `${transaction.key} is not posted, and what belongs to it is`);
      const [entry] = await this.#books.log(number, 1);
      // Its text may be gone, into a file of a closed month.
      if (entry?.number === number && !saysTheSame(decodeTransaction(entry.text), transaction))
        throw new LedgerError('differs', `what was posted as ${transaction.key} is something else`);
    }
    return true;
  }
}

function balanceOf(record: BookRecord | undefined, closed: number): bigint {
  return record === undefined ? 0n : visibleAmount(decodeAccountRow(record.text), closed);
}

function isSame(before: ReadRecords, now: ReadRecords): boolean {
  return [...before].every(([name, record]) => record?.version === now.get(name)?.version);
}

/** Whether two transactions of one key move the same; time and memo may be those of another try. */
function saysTheSame(a: Transaction, b: Transaction): boolean {
  const movesOf = ({ kind, postings, made, spent }: Transaction): string =>
    [
      kind,
      ...postings.map(({ account, amount }) => `${account} ${amount}`),
      ...made.map(({ group, key, amount, lockTimeMs }) => `+${group}/${key} ${amount} ${lockTimeMs}`),
      ...spent.map(({ group, key, amount }) => `-${group}/${key} ${amount}`),
    ]
      .sort()
      .join('\n');
  return movesOf(a) === movesOf(b);
}
