/**
 * Tables of the embedded store, and how a database of an older version becomes one of this.
 *
 * All tables are STRICT: a sum that left the range of integers would be refused, not turned into a float.
 * @module
 */
import { SCHEMA_VERSION } from '../store-identity.js';

/** A version of the schema, and the way to it from older ones. */
export interface EmbeddedSchema {
  readonly version: number;
  /** Makes all of it in an empty database. */
  readonly create: string;
  /** Each leads from version `from` to the next one. */
  readonly migrations: readonly EmbeddedMigration[];
}

export interface EmbeddedMigration {
  readonly from: number;
  readonly sql: string;
}

/** Leases of tasks: of this store, and of the books. */
export const LEASES_TABLE = `
  -- owner: empty if the lease was given back; a row stays, so that fences only grow
  CREATE TABLE IF NOT EXISTS leases (
    name TEXT PRIMARY KEY,
    fence INTEGER NOT NULL,
    owner TEXT NOT NULL,
    expires_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/**
 * Tables that came later, made at each opening where they are missing. A program of the same version that doesn't know
 * them leaves them alone, so they need no version of their own.
 */
export const ADDED_TABLES = `
${LEASES_TABLE}
  -- What became of blocks. stage: what is still to be done about one
  CREATE TABLE IF NOT EXISTS block_fates (
    hash TEXT PRIMARY KEY,
    found_ms INTEGER NOT NULL,
    stage TEXT NOT NULL,
    number INTEGER NOT NULL,
    fate TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS block_fates_by_stage ON block_fates (stage, found_ms, hash);

  -- What is kept of the fund of Proof of Less Work. One row: the snapshot that counts.
  CREATE TABLE IF NOT EXISTS fund_snapshot (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id TEXT NOT NULL,
    pieces INTEGER NOT NULL,
    subject TEXT NOT NULL,
    rank INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS fund_pieces (
    id TEXT NOT NULL,
    piece INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (id, piece)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS fund_entries (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS fund_reservations (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS fund_reserved (
    coin TEXT PRIMARY KEY,
    reservation TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS fund_finds (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL
  ) STRICT;
`;

const CREATE = `
  CREATE TABLE journals (
    journal TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    through_ms INTEGER NOT NULL,
    finished INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- workers: how many of them are stored
  CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL UNIQUE,
    workers INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE workers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES accounts(id),
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    first_share_ms INTEGER NOT NULL,
    last_share_ms INTEGER NOT NULL,
    best_hash BLOB NOT NULL,
    last_work_low INTEGER NOT NULL,
    last_work_high INTEGER NOT NULL,
    shares INTEGER NOT NULL,
    work_low INTEGER NOT NULL,
    work_high INTEGER NOT NULL,
    UNIQUE (account, name)
  ) STRICT;

  CREATE TABLE rejects (
    worker INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (worker, reason)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE slices (
    start_ms INTEGER NOT NULL,
    journal TEXT NOT NULL,
    number INTEGER NOT NULL,
    content BLOB NOT NULL
  ) STRICT;
  CREATE INDEX slices_by_start ON slices (start_ms);

  -- state: under which it is listed
  CREATE TABLE blocks (
    hash TEXT PRIMARY KEY,
    found_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    state_ms INTEGER NOT NULL,
    block TEXT NOT NULL
  ) STRICT;
  CREATE INDEX blocks_by_time ON blocks (found_ms, hash);
  CREATE INDEX blocks_by_state ON blocks (state, found_ms, hash);

  -- States of blocks that no journal has brought yet.
  CREATE TABLE early_block_states (
    hash TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    state_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- scope: 0 the pool, 1 an account, 2 a worker; subject: the number of the account or worker, 0 for the pool
  CREATE TABLE series (
    scope INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    step INTEGER NOT NULL,
    start_ms INTEGER NOT NULL,
    shares INTEGER NOT NULL,
    work_low INTEGER NOT NULL,
    work_high INTEGER NOT NULL,
    workers INTEGER NOT NULL,
    PRIMARY KEY (scope, subject, step, start_ms)
  ) STRICT, WITHOUT ROWID;

  -- A worker's days, to know on its first share of a day that it is one more.
  CREATE TABLE worker_days (
    day_ms INTEGER NOT NULL,
    worker INTEGER NOT NULL,
    PRIMARY KEY (day_ms, worker)
  ) STRICT, WITHOUT ROWID;

  -- free_ms: end of the lease, or when it was given back
  CREATE TABLE extranonces (block INTEGER PRIMARY KEY, owner TEXT, free_ms INTEGER NOT NULL) STRICT;
  CREATE INDEX extranonces_by_free ON extranonces (free_ms, block);

  CREATE TABLE bans (address TEXT PRIMARY KEY, until_ms INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
  CREATE INDEX bans_by_end ON bans (until_ms);
`;

export const EMBEDDED_SCHEMA: EmbeddedSchema = { version: SCHEMA_VERSION, create: CREATE, migrations: [] };
