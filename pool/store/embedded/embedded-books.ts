/**
 * The books in SQLite.
 * @module
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  BookFence,
  BookLogEntry,
  BookOutcome,
  BookPage,
  BookRecord,
  BookRecordWrite,
  Books,
  BookTable,
  BookWrite,
  OwnBooks,
} from '../../ports/books.js';
import { type StoreIdentity, StoreUnavailableError } from '../../ports/store.js';
import type { LeaseName, TaskLease } from '../../ports/task-leases.js';
import { bookRange } from '../book-range.js';
import {
  checkBookFence,
  checkBookKeys,
  checkBookLimit,
  checkBookPage,
  checkBookTable,
  checkBookWrite,
  checkLogNumber,
} from '../check-books.js';
import { BooksDatabase } from './books-database.js';
import { releaseLease, renewLease, takeLease } from './leases.js';
import { integer, type Sql, type SqlRow, text } from './sql.js';
import { writeBackup } from './write-backup.js';

/** Name of the file, in the folder of the pool's database. */
const BOOKS_FILE = 'books.db';

/** Entries of the log that are trimmed in one step. */
const TRIM_STEP = 1000;

/** A record has another version than the write names: what was written so far goes back. */
const CHANGED = new Error('changed');

/** @param path - of the pool's database */
export function booksPath(path: string): string {
  return join(dirname(path), BOOKS_FILE);
}

/** Opens the books of an embedded store. @param path - of the pool's database, which is not opened @param clock - ms since the epoch */
export async function openEmbeddedBooks(
  path: string,
  identity: StoreIdentity,
  clock: () => number = Date.now,
): Promise<OwnBooks> {
  const database = await BooksDatabase.open(booksPath(path), identity);
  return {
    ...embeddedBooks(async () => database, clock),
    close: async () => database.close(),
  };
}

/** Books that are opened when they are asked for: a pool that pays nobody has none. */
export class LateBooks {
  readonly #path: string;
  readonly #identity: StoreIdentity;
  #opening: Promise<BooksDatabase> | undefined;
  #closed = false;

  /** @param path - of the pool's database */
  constructor(path: string, identity: StoreIdentity) {
    this.#path = booksPath(path);
    this.#identity = identity;
  }

  /** @throws StoreMismatchError, StoreUnavailableError: each request tries again */
  open(): Promise<BooksDatabase> {
    if (this.#closed) return Promise.reject(new StoreUnavailableError('books: they are closed'));
    if (this.#opening === undefined) {
      this.#opening = BooksDatabase.open(this.#path, this.#identity);
      this.#opening.catch(() => {
        this.#opening = undefined;
      });
    }
    return this.#opening;
  }

  /** What `Store.backup` says of the books. */
  async backup(path: string): Promise<boolean> {
    if (!existsSync(this.#path)) return false;
    const database = await this.open();
    await writeBackup(path, () => database.copyTo(path));
    return true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    (await this.#opening?.catch(() => undefined))?.close();
  }
}

/** @param opened - gives the database; asked at each request @param clock - ms since the epoch */
export function embeddedBooks(opened: () => Promise<BooksDatabase>, clock: () => number): Books {
  return {
    commit: async (write) => {
      checkBookWrite(write);
      return commit(await opened(), write);
    },
    get: async (table, keys) => {
      checkBookTable(table);
      checkBookKeys(keys);
      const database = await opened();
      return database.read((sql) => readRecords(sql, table, keys));
    },
    page: async (table, page) => {
      checkBookTable(table);
      checkBookPage(page);
      const database = await opened();
      return database.read((sql) => readPage(sql, table, page));
    },
    log: async (from, limit) => {
      checkLogNumber('from', from);
      checkBookLimit(limit);
      const database = await opened();
      return database.read((sql) => readLog(sql, from, limit));
    },
    logKeys: async (keys) => {
      checkBookKeys(keys);
      const database = await opened();
      return database.read((sql) => readNumbers(sql, keys));
    },
    logEnd: async () => (await opened()).read(logEnd),
    logStart: async () => (await opened()).read(logStart),
    trimLog: async (below, fence) => {
      checkLogNumber('below', below);
      checkBookFence(fence);
      return trimLog(await opened(), below, fence);
    },
    takeLease: async (name: LeaseName, owner: string, ttlMs: number): Promise<TaskLease | undefined> =>
      (await opened()).read((sql) => takeLease(sql, clock(), name, owner, ttlMs)),
    renewLease: async (name, fence, ttlMs) =>
      (await opened()).read((sql) => renewLease(sql, clock(), name, fence, ttlMs)),
    releaseLease: async (name, fence) => (await opened()).read((sql) => releaseLease(sql, name, fence)),
  };
}

async function commit(database: BooksDatabase, write: BookWrite): Promise<BookOutcome> {
  try {
    return await database.write((sql) => carryOut(sql, write));
  } catch (error) {
    if (error === CHANGED) return 'changed';
    throw error;
  }
}

/** Within a transaction. @throws CHANGED */
function carryOut(sql: Sql, { fence, append, records }: BookWrite): BookOutcome {
  if (isFenced(sql, fence)) return 'fenced';
  if (append.some(({ key }) => sql.row('SELECT 1 FROM log WHERE key = ?', key) !== undefined))
    return 'already';
  see(sql, fence);
  let number = logEnd(sql);
  for (const { key, text: content } of append)
    sql.run('INSERT INTO log VALUES (?, ?, ?)', number++, key, content);
  const floors = new Map<BookTable, number>();
  for (const record of records) if (record.text !== undefined) put(sql, record, record.text, floors);
  // Last of all: what is removed raises the versions of what a later commit makes.
  for (const record of records) if (record.text === undefined) remove(sql, record);
  return 'done';
}

/** Makes or changes a record. @param floors - those that were read already @throws CHANGED */
function put(
  sql: Sql,
  { table, key, version }: BookRecordWrite,
  content: string,
  floors: Map<BookTable, number>,
): void {
  if (version > 0) {
    const changed = sql.run(
      'UPDATE records SET version = version + 1, content = ? WHERE tbl = ? AND key = ? AND version = ?',
      content,
      table,
      key,
      version,
    );
    if (changed === 0) throw CHANGED;
    return;
  }
  let floor = floors.get(table);
  if (floor === undefined) {
    const row = sql.row('SELECT version FROM floors WHERE tbl = ?', table);
    floor = row === undefined ? 0 : integer(row[0]);
    floors.set(table, floor);
  }
  const made = sql.run('INSERT OR IGNORE INTO records VALUES (?, ?, ?, ?)', table, key, floor + 1, content);
  if (made === 0) throw CHANGED;
}

/** @throws CHANGED */
function remove(sql: Sql, { table, key, version }: BookRecordWrite): void {
  if (version === 0) {
    if (sql.row('SELECT 1 FROM records WHERE tbl = ? AND key = ?', table, key) !== undefined) throw CHANGED;
    return;
  }
  const removed = sql.run(
    'DELETE FROM records WHERE tbl = ? AND key = ? AND version = ?',
    table,
    key,
    version,
  );
  if (removed === 0) throw CHANGED;
  sql.run(
    `INSERT INTO floors VALUES (?, ?) ON CONFLICT (tbl)
      DO UPDATE SET version = max(floors.version, excluded.version)`,
    table,
    version,
  );
}

function isFenced(sql: Sql, { name, number }: BookFence): boolean {
  return sql.row('SELECT 1 FROM leases WHERE name = ? AND fence > ?', name, number) !== undefined;
}

/** Notes a fence. A lease under a lesser one has ended. */
function see(sql: Sql, { name, number }: BookFence): void {
  sql.run(
    `INSERT INTO leases VALUES (?, ?, '', 0) ON CONFLICT (name)
      DO UPDATE SET fence = excluded.fence, owner = '', expires_ms = 0 WHERE excluded.fence > leases.fence`,
    name,
    number,
  );
}

function readRecords(
  sql: Sql,
  table: BookTable,
  keys: readonly string[],
): readonly (BookRecord | undefined)[] {
  const rows = sql.rows(
    `SELECT r.key, r.version, r.content FROM json_each(?) AS wanted
      CROSS JOIN records AS r ON r.tbl = ? AND r.key = wanted.value`,
    JSON.stringify(keys),
    table,
  );
  const found = new Map(rows.map(recordOf).map((record) => [record.key, record]));
  return keys.map((key) => found.get(key));
}

function readPage(sql: Sql, table: BookTable, page: BookPage): readonly BookRecord[] {
  const { from, below } = bookRange(page);
  return sql
    .rows(
      `SELECT key, version, content FROM records WHERE tbl = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?`,
      table,
      from,
      below,
      page.limit,
    )
    .map(recordOf);
}

function recordOf([key, version, content]: SqlRow): BookRecord {
  return { key: text(key), version: integer(version), text: text(content) };
}

function readLog(sql: Sql, from: number, limit: number): readonly BookLogEntry[] {
  return sql
    .rows(
      `SELECT number, key, content FROM log
        WHERE number >= max(?, (SELECT number FROM log_start)) ORDER BY number LIMIT ?`,
      from,
      limit,
    )
    .map(([number, key, content]) => ({ number: integer(number), key: text(key), text: text(content) }));
}

function readNumbers(sql: Sql, keys: readonly string[]): readonly (number | undefined)[] {
  const rows = sql.rows(
    'SELECT l.key, l.number FROM json_each(?) AS wanted CROSS JOIN log AS l ON l.key = wanted.value',
    JSON.stringify(keys),
  );
  const found = new Map(rows.map(([key, number]) => [text(key), integer(number)]));
  return keys.map((key) => found.get(key));
}

function logEnd(sql: Sql): number {
  const last = sql.row('SELECT max(number) FROM log')?.[0] ?? null;
  return last === null ? 0 : integer(last) + 1;
}

function logStart(sql: Sql): number {
  return integer(sql.row('SELECT number FROM log_start')?.[0]);
}

async function trimLog(database: BooksDatabase, below: number, fence: BookFence): Promise<'done' | 'fenced'> {
  for (;;) {
    const outcome = await database.write((sql) => {
      if (isFenced(sql, fence)) return 'fenced';
      see(sql, fence);
      const start = logStart(sql);
      const end = Math.min(below, logEnd(sql), start + TRIM_STEP);
      if (end <= start) return 'done';
      sql.run('UPDATE log SET content = NULL WHERE number >= ? AND number < ?', start, end);
      sql.run('UPDATE log_start SET number = ?', end);
      return 'more';
    });
    if (outcome !== 'more') return outcome;
    // Others have their turn.
    await nextTurn();
  }
}
