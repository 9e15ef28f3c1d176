/**
 * What the ledger asks of the pool's books: versioned texts in tables, and a log that only grows. A commit is all of it or nothing.
 * The pool's store offers more; it is the ledger's business alone what the texts say.
 * @module
 */

/** Tables that records of one commit may be in. */
export type BookTable =
  | 'account'
  | 'utxo'
  | 'intent'
  | 'payment'
  | 'earning'
  | 'settlement'
  | 'work'
  | 'note';

/** Who writes: a lease's name, and the number of its taking. */
export interface BookFence {
  readonly name: 'settlement' | 'payer' | 'polw-fund' | 'ledger';
  readonly number: number;
}

export interface BookRecord {
  readonly key: string;
  /** Grows with each write. */
  readonly version: number;
  readonly text: string;
}

/** A record as it is to be. */
export interface BookChange {
  readonly table: BookTable;
  readonly key: string;
  /** That it has now; 0 for none. */
  readonly version: number;
  /** Undefined removes it. */
  readonly text: string | undefined;
}

export interface BookWrite {
  readonly fence: BookFence;
  /** Appended to the log in order. */
  readonly append: readonly { readonly key: string; readonly text: string }[];
  readonly records: readonly BookChange[];
  /** On disk before it resolves, as far as the store can. */
  readonly durable?: boolean;
}

/** `already`: the log has one of the keys. `changed`: a record has another version. `fenced`: somebody took the lease since. */
export type BookOutcome = 'done' | 'already' | 'changed' | 'fenced';

/** An entry of the log. Numbers are gapless from 0. */
export interface BookEntry {
  readonly number: number;
  readonly key: string;
  readonly text: string;
}

/** The books, as far as the ledger needs them. */
export interface LedgerBooks {
  commit(write: BookWrite): Promise<BookOutcome>;
  /** @param keys - at most 1000 */
  get(table: BookTable, keys: readonly string[]): Promise<readonly (BookRecord | undefined)[]>;
  /** Records whose key begins with `prefix`, by key, after a key. */
  page(
    table: BookTable,
    options: { readonly prefix?: string; readonly after?: string; readonly limit: number },
  ): Promise<readonly BookRecord[]>;
  log(from: number, limit: number): Promise<readonly BookEntry[]>;
  /** Numbers of the entries that have these keys. */
  logKeys(keys: readonly string[]): Promise<readonly (number | undefined)[]>;
  /** Number of the next entry. */
  logEnd(): Promise<number>;
}
