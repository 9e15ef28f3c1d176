/**
 * SQLite as the embedded store uses it: statements kept prepared, integers as bigint both ways, rows as arrays.
 * Everything in it is synchronous.
 * @module
 */
import Libsql from 'libsql';
import { StoreRefusedError, StoreUnavailableError } from '../../ports/store.js';

export type SqlValue = bigint | string | Uint8Array | null;
export type SqlParameter = SqlValue | number;
export type SqlRow = readonly SqlValue[];

/**
 * SQLite's codes for statements that it refuses for good: they break a constraint, a type or a range, or make no sense.
 * Every other code means that the file can't be used at the moment: busy, full, unreadable, damaged.
 */
const REFUSALS = /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE|MISUSE|ERROR)/;

/** A database of our own. Every method throws StoreUnavailableError or StoreRefusedError for what SQLite reports. */
export class Sql {
  readonly #database: Libsql.Database;
  readonly #statements = new Map<string, Libsql.Statement<unknown[]>>();

  /** @param path - of the database file, made if it is not there */
  constructor(path: string) {
    this.#database = translated(() => new Libsql(path));
    this.#database.defaultSafeIntegers(true);
  }

  /** Runs statements without parameters. */
  script(sql: string): void {
    translated(() => this.#database.exec(sql));
  }

  /** Runs a statement and gives its rows. The text must come from a fixed set: its statement is kept. */
  rows(sql: string, ...parameters: readonly SqlParameter[]): SqlRow[] {
    return translated(() => this.#prepared(sql).all(...bound(parameters)) as SqlRow[]);
  }

  /** The first row, if there is one. Only for statements that write nothing. */
  row(sql: string, ...parameters: readonly SqlParameter[]): SqlRow | undefined {
    return translated(() => this.#prepared(sql).get(...bound(parameters)) as SqlRow | undefined);
  }

  /** Runs a statement without rows. @returns number of rows that it changed */
  run(sql: string, ...parameters: readonly SqlParameter[]): number {
    return translated(() => this.#prepared(sql).run(...bound(parameters)).changes);
  }

  /** Runs `body` wholly or not at all. Not to be nested. */
  transaction<T>(body: () => T): T {
    this.script('BEGIN IMMEDIATE');
    try {
      const result = body();
      this.script('COMMIT');
      return result;
    } catch (error) {
      // SQLite itself rolls back after some errors (a full disk); then there is nothing left to do.
      if (this.#database.inTransaction) this.script('ROLLBACK');
      throw error;
    }
  }

  /** As `transaction`; what it has written outlasts a power cut, too. */
  durably<T>(body: () => T): T {
    this.script('PRAGMA synchronous = FULL');
    try {
      return this.transaction(body);
    } finally {
      this.script('PRAGMA synchronous = NORMAL');
    }
  }

  /**
   * Writes all that the database holds into another file, which must be empty or missing.
   * @param path - the file is made for its owner alone
   */
  copyTo(path: string): void {
    this.rows('VACUUM INTO ?', path);
  }

  /** Lets go of a file that is no longer at its path, or that others have open too. Its log is left alone: it may be theirs. */
  abandon(): void {
    this.#statements.clear();
    translated(() => this.#database.close());
  }

  /** Empties the log into the file, and gives both back. */
  close(): void {
    // The library frees a connection only when its statements have been collected as garbage; until then it would keep
    // the lock of its file. Outside of the log's mode, the lock can be given back before that.
    try {
      this.rows('PRAGMA journal_mode = DELETE');
      this.rows('PRAGMA locking_mode = NORMAL');
      this.rows('SELECT count(*) FROM sqlite_schema');
    } catch {
      // It was never ours, or can't be written: then the log stays, and the next one to open it empties it.
    }
    this.#statements.clear();
    translated(() => this.#database.close());
  }

  #prepared(sql: string): Libsql.Statement<unknown[]> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      if (statement.reader) statement.raw();
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** Whether somebody else is at work with the file: it can be tried again. */
export function isBusy(error: unknown): boolean {
  return error instanceof StoreUnavailableError && /SQLITE_BUSY/.test(error.message);
}

/** A column that holds an integer in the range of exact Numbers. */
export function integer(value: SqlValue | undefined): number {
  if (typeof value !== 'bigint') throw new TypeError(`a column expected an integer, got ${typeof value}`);
  return Number(value);
}

/** A column that holds an integer of any size. */
export function bigInteger(value: SqlValue | undefined): bigint {
  if (typeof value !== 'bigint') throw new TypeError(`a column expected an integer, got ${typeof value}`);
  return value;
}

export function text(value: SqlValue | undefined): string {
  if (typeof value !== 'string') throw new TypeError(`a column expected text, got ${typeof value}`);
  return value;
}

/** A column that holds bytes: a copy of them. */
export function blob(value: SqlValue | undefined): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError(`a column expected bytes, got ${typeof value}`);
  return new Uint8Array(value);
}

/**
 * Parameters as the library takes them. It binds a Number as a float, which an integer column refuses unless it is whole.
 * @throws StoreRefusedError for a Number that is not whole: a fault of this program, told where it is made
 */
function bound(parameters: readonly SqlParameter[]): readonly SqlParameter[] {
  const wrong = parameters.find((value) => typeof value === 'number' && !Number.isSafeInteger(value));
  if (wrong !== undefined)
    throw new StoreRefusedError(`embedded store: expected a whole number, got ${wrong}`);
  return parameters;
}

/** Throws what SQLite throws as an error of the store, with SQLite's code in its words. */
function translated<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) throw error;
    const code =
      'code' in error && typeof error.code === 'string' && error.code !== '' ? error.code : 'SQLite';
    const message = `embedded store: ${code}: ${error.message}`;
    if (error instanceof StoreRefusedError) throw error;
    if (REFUSALS.test(code)) throw new StoreRefusedError(message, { cause: error });
    throw new StoreUnavailableError(message, { cause: error });
  }
}
