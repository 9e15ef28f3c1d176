/**
 * Opening the embedded store's file: locked to one process, of the right pool, network and schema.
 * @module
 */

import { systemErrorText } from '../../../protocol/system-error-text.js';
import {
  type NotedNodeIdentity,
  type StoreIdentity,
  StoreInUseError,
  StoreMismatchError,
  StoreUnavailableError,
} from '../../ports/store.js';
import type { UpstreamIdentity } from '../../ports/upstream.js';
import {
  checkIdentity,
  checkNodeIdentity,
  formatMinerAddresses,
  matchIdentity,
  matchNetwork,
  matchSchema,
  notedNodeIdentity,
} from '../store-identity.js';
import { makePrivateFile } from './database-file.js';
import { META_TABLE, note, noted } from './meta.js';
import { ADDED_TABLES, type EmbeddedSchema } from './schema.js';
import { isBusy, Sql } from './sql.js';

/** A page cache of some 8 MB; the log is kept small by SQLite's own checkpoints, each 4 MB. */
const PAGE_CACHE_KIB = 8192;

/**
 * Opens the database, making or migrating it where that is due.
 * @throws StoreInUseError if another process, or another store of this one, has it
 * @throws StoreMismatchError if it is another pool's, or of a later schema
 * @throws StoreUnavailableError if it can't be opened or written
 */
export function openDatabase(path: string, identity: StoreIdentity, schema: EmbeddedSchema): Sql {
  checkIdentity(identity);
  const sql = openLocked(path);
  try {
    sql.transaction(() => {
      sql.script(META_TABLE);
      if (noted(sql, 'schema') === undefined) {
        sql.script(schema.create);
        note(sql, 'schema', String(schema.version));
        note(sql, 'poolId', identity.poolId);
        note(sql, 'extranonceBytes', String(identity.extranonceBytes));
      }
      const version = Number(noted(sql, 'schema'));
      matchSchema(version, schema.version);
      matchIdentity(
        {
          poolId: noted(sql, 'poolId') ?? '',
          networkId: readNodeIdentity(sql).networkId,
          extranonceBytes: Number(noted(sql, 'extranonceBytes')),
        },
        identity,
      );
      migrate(sql, version, schema);
      sql.script(ADDED_TABLES);
      if (identity.networkId !== undefined) claimNetwork(sql, identity.networkId);
    });
    return sql;
  } catch (error) {
    sql.close();
    throw error;
  }
}

/** What `Store.claimNodeIdentity` says; within a transaction. @throws RangeError */
export function claimNodeIdentity(sql: Sql, identity: UpstreamIdentity, replace: boolean): NotedNodeIdentity {
  checkNodeIdentity(identity);
  const { networkId, minerAddresses } = identity;
  const known = readNodeIdentity(sql);
  if (known.networkId === undefined) note(sql, 'networkId', String(networkId));
  else if (known.networkId !== networkId) return known;
  if (known.minerAddresses === undefined || replace)
    note(sql, 'minerAddresses', formatMinerAddresses(minerAddresses));
  return readNodeIdentity(sql);
}

export function readNodeIdentity(sql: Sql): NotedNodeIdentity {
  return notedNodeIdentity(noted(sql, 'networkId'), noted(sql, 'minerAddresses'));
}

/** Notes the network id, the first time. @throws StoreMismatchError if another one is noted */
function claimNetwork(sql: Sql, networkId: number): void {
  const known = readNodeIdentity(sql).networkId;
  matchNetwork(known, networkId);
  if (known === undefined) note(sql, 'networkId', String(networkId));
}

/** The lock ends with the process, however it ends. */
function openLocked(path: string): Sql {
  try {
    makePrivateFile(path);
  } catch (error) {
    throw new StoreUnavailableError(`embedded store ${path}: ${systemErrorText(error)}`, { cause: error });
  }
  const sql = new Sql(path);
  try {
    sql.rows('PRAGMA locking_mode = EXCLUSIVE');
    const [mode] = sql.row('PRAGMA journal_mode = WAL')!;
    if (mode !== 'wal')
      throw new StoreUnavailableError(`embedded store: ${path} can not have a write-ahead log`);
    // A power cut may take the last transactions, marks and all: journals bring them again. A crash takes none.
    sql.script('PRAGMA synchronous = NORMAL');
    sql.script(`PRAGMA cache_size = -${PAGE_CACHE_KIB}`);
    sql.script('BEGIN IMMEDIATE; COMMIT');
    return sql;
  } catch (error) {
    sql.close();
    if (isBusy(error))
      throw new StoreInUseError(`the store ${path} is in use by another pool process`, { cause: error });
    throw error;
  }
}

function migrate(sql: Sql, from: number, schema: EmbeddedSchema): void {
  for (let version = from; version < schema.version; version++) {
    const step = schema.migrations.find((migration) => migration.from === version);
    if (step === undefined)
      throw new StoreMismatchError(
        `the store has schema ${version}, from which no way leads to ${schema.version}`,
      );
    sql.script(step.sql);
    note(sql, 'schema', String(version + 1));
  }
}
