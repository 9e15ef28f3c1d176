/**
 * The port to everything durable about money: versioned texts in named tables, one log that only grows, and the fences of
 * those who write. It has two implementations (embedded, Redis) and one conformance suite.
 *
 * What the texts say is not the store's concern: it neither adds nor compares amounts. Whoever changes a record has read it,
 * computes the new text, and names the version that it read; a commit takes place as a whole or not at all.
 *
 * ```
 * get, page --> new texts, computed in TypeScript --> commit --> done
 *                        ^                               |------> changed: somebody else wrote meanwhile; read again
 *                        '-------------------------------'------> already: this was done before; nothing is left to do
 *                                                         `-----> fenced: somebody else has taken the task over; stop
 * ```
 *
 * A commit whose outcome is unknown (StoreUnavailableError) is made again just as it was: `already` then says that it had
 * taken place. So whatever must not happen twice has a key in the log.
 *
 * **A store that went back in time** (a restored backup, an append-only file cut short, a replica that lagged) goes back
 * as a whole: log numbers and versions begin again at what they were. What was read before that must be read again. Fences
 * grow all the same, as long as its clock went on.
 * @module
 */
import type { LeaseName, TaskLeases } from './task-leases.js';

/** The tables. A program that doesn't know one leaves it alone. */
export const BOOK_TABLES = [
  'account',
  'utxo',
  'intent',
  'payment',
  'earning',
  'settlement',
  'work',
  'note',
] as const;

export type BookTable = (typeof BOOK_TABLES)[number];

/** Longest key of a record or a log entry, characters. */
export const MAX_BOOK_KEY_CHARS = 160;

/** Longest text of a record, bytes of UTF-8. */
export const MAX_BOOK_TEXT_BYTES = 1_048_576;

/** Longest text of a log entry, bytes of UTF-8. */
export const MAX_BOOK_LOG_TEXT_BYTES = 65_536;

/** Most records of a commit. */
export const MAX_BOOK_RECORDS = 5000;

/** Most log entries of a commit. */
export const MAX_BOOK_APPENDS = 1000;

/** All texts of a commit together, bytes of UTF-8. */
export const MAX_BOOK_WRITE_BYTES = 16_777_216;

/** Most records, log entries or keys of a request that reads. */
export const MAX_BOOK_PAGE = 1000;

/** A text in a table. */
export interface BookRecord {
  /** 1 to MAX_BOOK_KEY_CHARS characters of printable ASCII, blanks among them. */
  readonly key: string;
  /**
   * Grows by 1 with each write, up to 2^53. It is 1 for the first record of a key in a table that never had one removed, and
   * otherwise greater than every version that a removed record of this table had: so a writer that read a record never
   * meets another one of the same key and version.
   */
  readonly version: number;
  /** At most MAX_BOOK_TEXT_BYTES; it holds no U+0000 and no half of a surrogate pair. */
  readonly text: string;
}

/** Who writes: the lease's name, and the number of its taking. */
export interface BookFence {
  readonly name: LeaseName;
  /** 1 up to 2^53. */
  readonly number: number;
}

/** What is to become of a record. */
export interface BookRecordWrite {
  readonly table: BookTable;
  readonly key: string;
  /** The one that the record has now; 0 if there is none. */
  readonly version: number;
  /** Undefined removes the record; with version 0 it only says that there must be none. */
  readonly text: string | undefined;
}

/** An entry to be appended to the log. */
export interface BookAppend {
  /** As a record's; once in the log for ever. */
  readonly key: string;
  /** At most MAX_BOOK_LOG_TEXT_BYTES, as a record's. */
  readonly text: string;
}

/** Everything that a commit does. No key may occur twice in `append`, and none twice for a table in `records`. */
export interface BookWrite {
  /** Refused if a greater number of this name was ever seen, by a commit that was done or by a lease that was taken here. */
  readonly fence: BookFence;
  /** At most MAX_BOOK_APPENDS, in the order of the log. One key that the log has already makes the whole write `already`. */
  readonly append: readonly BookAppend[];
  /** At most MAX_BOOK_RECORDS. One that has another version now makes the whole write `changed`. */
  readonly records: readonly BookRecordWrite[];
  /**
   * It outlasts a power cut of the store's machine, or is on another machine too, before `done` or `already` is said. The
   * embedded store does that for every commit. Redis does it where it keeps an append-only file (Redis 7.2 or later, or
   * `appendfsync always`), or has a replica. A durable write of nothing tells whether the store can.
   */
  readonly durable?: boolean;
}

/**
 * Looked at in this order: `fenced`: a greater fence of this name was seen. `already`: the log has one of the keys. `changed`:
 * one of the records has another version. With each of them nothing was changed. `done`: all of it was written.
 */
export type BookOutcome = 'done' | 'already' | 'changed' | 'fenced';

/** Which records are wanted. */
export interface BookPage {
  /** What their keys begin with; all if left out. */
  readonly prefix?: string;
  /** Those whose keys come after this one, which need not exist. */
  readonly after?: string;
  /** 1 to MAX_BOOK_PAGE. A page with fewer is the last one. Who reads texts of 1 MiB asks for few. */
  readonly limit: number;
}

export interface BookLogEntry {
  /** From 0, without gaps. */
  readonly number: number;
  readonly key: string;
  readonly text: string;
}

/**
 * The books of a pool. Several processes may have them at a time; each sees what the others committed.
 *
 * Leases are taken here by whoever writes here. They are not those of `Store`: its database may be another one.
 *
 * Every method rejects with a RangeError for what is out of the ranges said here, and as those of `Store` do.
 */
export interface Books extends TaskLeases {
  /**
   * Writes all of it, or nothing.
   * @throws StoreRefusedError if it is to be durable, and the store can't do that: nothing was written
   */
  commit(write: BookWrite): Promise<BookOutcome>;
  /** @param keys - at most MAX_BOOK_PAGE @returns in the order of the keys, undefined where there is none, as of one moment */
  get(table: BookTable, keys: readonly string[]): Promise<readonly (BookRecord | undefined)[]>;
  /** Records in the order of their keys' bytes, as of one moment. */
  page(table: BookTable, page: BookPage): Promise<readonly BookRecord[]>;
  /**
   * Entries of the log in their order, from the first one at or after `from` whose text is kept.
   * @param from - number from 0
   * @param limit - 1 to MAX_BOOK_PAGE; fewer say that the log ends there
   */
  log(from: number, limit: number): Promise<readonly BookLogEntry[]>;
  /** @param keys - at most MAX_BOOK_PAGE @returns number of the entry with each key; undefined where there is none */
  logKeys(keys: readonly string[]): Promise<readonly (number | undefined)[]>;
  /** Number of the next entry: how many there ever were. */
  logEnd(): Promise<number>;
  /** Number of the first entry whose text is kept; that of the end if there is none. */
  logStart(): Promise<number>;
  /**
   * Removes the texts of the log's entries below a number, in several steps; their keys and numbers stay known.
   * @param below - number from 0; beyond the end it stands for the end
   * @returns `fenced` as a commit; then some may be removed
   */
  trimLog(below: number, fence: BookFence): Promise<'done' | 'fenced'>;
}

/** Books that were opened by themselves. */
export interface OwnBooks extends Books {
  close(): Promise<void>;
}
