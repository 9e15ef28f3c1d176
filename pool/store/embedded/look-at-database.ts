/**
 * Looks at the file of an embedded store that no pool has open: without a lock, and without a file beside it.
 * @module
 */
import { pathToFileURL } from 'node:url';
import { notedNodeIdentity } from '../store-identity.js';
import type { StoreContent } from '../store-look.js';
import { Sql, text } from './sql.js';

/**
 * Reads what a database is for. What only its log holds, after a pool that was killed, is not seen.
 * @param path - of a file that is there
 * @returns undefined if it holds no store (yet)
 * @throws StoreUnavailableError if it is no database, or can't be read
 */
export function lookAtDatabase(path: string): StoreContent | undefined {
  // "immutable": SQLite takes no lock, reads no log, and makes no file.
  const sql = new Sql(`${pathToFileURL(path).href}?mode=ro&immutable=1`);
  try {
    if (sql.row("SELECT 1 FROM sqlite_schema WHERE name = 'meta'") === undefined) return undefined;
    const meta = new Map(
      sql.rows('SELECT name, value FROM meta').map(([name, value]) => [text(name), text(value)]),
    );
    if (!meta.has('schema')) return undefined;
    return {
      schema: Number(meta.get('schema')),
      poolId: meta.get('poolId'),
      extranonceBytes: Number(meta.get('extranonceBytes')),
      nodes: notedNodeIdentity(meta.get('networkId'), meta.get('minerAddresses')),
    };
  } finally {
    sql.abandon();
  }
}
