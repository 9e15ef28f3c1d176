/**
 * The database of the embedded books: a file that several processes have open at a time, the pool and the payer.
 *
 * One process writes at a time; others wait for it without holding up their thread. Each commit is synced before it returns.
 * @module
 */
import { setTimeout as after } from 'node:timers/promises';
import { systemErrorText } from '../../../protocol/system-error-text.js';
import { type StoreIdentity, StoreUnavailableError } from '../../ports/store.js';
import { checkIdentity, matchNetwork, matchPool, matchSchema } from '../store-identity.js';
import { DatabaseFile, makePrivateFile } from './database-file.js';
import { META_TABLE, note, noted } from './meta.js';
import { LEASES_TABLE } from './schema.js';
import { isBusy, Sql } from './sql.js';

/** Version of the tables. */
const SCHEMA = 1;

const TABLES = `
${LEASES_TABLE}
  -- With rowids: otherwise a search that meets a record of 1 MB on its way to another reads all of it.
  CREATE TABLE records (
    tbl TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (tbl, key)
  ) STRICT;

  -- Greatest version of the removed records.
  CREATE TABLE floors (
    tbl TEXT PRIMARY KEY,
    version INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- content: empty of entries whose text was trimmed
  CREATE TABLE log (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    content TEXT
  ) STRICT;

  -- One row: number of the first entry whose text is kept.
  CREATE TABLE log_start (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    number INTEGER NOT NULL
  ) STRICT;
  INSERT INTO log_start VALUES (1, 0);
`;

/** A page cache of some 8 MB. */
const PAGE_CACHE_KIB = 8192;

/**
 * The write-ahead log is written back when it has so many pages, 1 MB: by the commit that makes it so long, which takes the thread's time. SQLite's
 * own 4 MB take some 4 ms.
 */
const WRITE_BACK_PAGES = 250;

/** Time between two tries while another process writes, ms. */
const BUSY_RETRY_MS = 10;

/** Tries before it is given up: some 5 s. A process that was stopped in the middle of a commit holds up all others. */
const MAX_BUSY_TRIES = 500;

export class BooksDatabase {
  readonly #path: string;
  readonly #sql: Sql;
  readonly #file: DatabaseFile;
  #closed = false;

  private constructor(path: string, sql: Sql) {
    this.#path = path;
    this.#sql = sql;
    this.#file = new DatabaseFile(path);
  }

  /**
   * Opens the database, made if it is not there.
   * @throws StoreMismatchError if it is another pool's or network's, or of a later schema
   * @throws StoreUnavailableError if it can't be opened or written
   */
  static async open(path: string, identity: StoreIdentity): Promise<BooksDatabase> {
    checkIdentity(identity);
    try {
      makePrivateFile(path);
    } catch (error) {
      throw new StoreUnavailableError(`books ${path}: ${systemErrorText(error)}`, { cause: error });
    }
    const sql = new Sql(path);
    try {
      await patiently(() => prepare(sql, path, identity));
      return new BooksDatabase(path, sql);
    } catch (error) {
      sql.abandon();
      throw error;
    }
  }

  /** Reads. Each statement sees one state. @throws StoreUnavailableError if it is closed, or its file is gone */
  read<T>(body: (sql: Sql) => T): Promise<T> {
    return patiently(() => body(this.#here()));
  }

  /** Runs `body` as one transaction, wholly or not at all. It may be run more than once. */
  write<T>(body: (sql: Sql) => T): Promise<T> {
    return patiently(() => {
      const sql = this.#here();
      return sql.transaction(() => body(sql));
    });
  }

  /** Writes all that it holds into another file, which must be empty or missing. */
  copyTo(path: string): Promise<void> {
    return patiently(() => this.#here().copyTo(path));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      // So that the file alone is all of it, unless another process is at work with it.
      if (this.#file.look() === 'same') this.#sql.rows('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // The log stays, and whoever opens the file next reads it.
    }
    this.#sql.abandon();
  }

  /**
   * The database, if it is what others find at the path: a commit into a file that was removed would be lost. It is not
   * opened anew by itself, and never made anew: what this process has read before may be of no account in another file.
   */
  #here(): Sql {
    if (this.#closed) throw new StoreUnavailableError('books: they are closed');
    let look: string;
    try {
      look = this.#file.look();
    } catch (error) {
      throw new StoreUnavailableError(`books ${this.#path}: ${systemErrorText(error)}`, { cause: error });
    }
    if (look === 'missing')
      throw new StoreUnavailableError(`books: ${this.#path} was removed or renamed: put it back`);
    if (look === 'replaced')
      throw new StoreUnavailableError(
        `books: ${this.#path} was replaced by another file: start this process anew`,
      );
    return this.#sql;
  }
}

function prepare(sql: Sql, path: string, { poolId, networkId }: StoreIdentity): void {
  const [mode] = sql.row('PRAGMA journal_mode = WAL')!;
  if (mode !== 'wal') throw new StoreUnavailableError(`books: ${path} can not have a write-ahead log`);
  sql.script(
    `PRAGMA synchronous = FULL; PRAGMA cache_size = -${PAGE_CACHE_KIB}; PRAGMA wal_autocheckpoint = ${WRITE_BACK_PAGES}`,
  );
  sql.transaction(() => {
    sql.script(META_TABLE);
    if (noted(sql, 'schema') === undefined) {
      sql.script(TABLES);
      note(sql, 'schema', String(SCHEMA));
      note(sql, 'poolId', poolId);
    }
    matchSchema(Number(noted(sql, 'schema')), SCHEMA);
    matchPool(noted(sql, 'poolId') ?? '', poolId);
    if (networkId === undefined) return;
    const network = noted(sql, 'networkId');
    if (network === undefined) note(sql, 'networkId', String(networkId));
    else matchNetwork(Number(network), networkId);
  });
}

/** Runs it until no other process is in its way. It must leave nothing half done when it throws. */
async function patiently<T>(run: () => T): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return run();
    } catch (error) {
      if (!isBusy(error) || tries >= MAX_BUSY_TRIES) throw error;
      await after(BUSY_RETRY_MS);
    }
  }
}
