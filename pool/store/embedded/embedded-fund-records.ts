/**
 * What the embedded store keeps of a fund.
 * @module
 */
import {
  type FundEnded,
  type FundRecord,
  type FundRecords,
  type FundSnapshotHead,
  type FundSnapshotOutcome,
  MAX_FUND_ENTRIES,
  MAX_FUND_FINDS,
} from '../../ports/fund-records.js';
import { checkPage } from '../page.js';
import { integer, type Sql, text } from './sql.js';
import type { WatchedDatabase } from './watched-database.js';

/** @param maxEntries, maxFinds - those of the port, except in tests */
export function embeddedFundRecords(
  database: WatchedDatabase,
  maxEntries = MAX_FUND_ENTRIES,
  maxFinds = MAX_FUND_FINDS,
): FundRecords {
  /** What is written into a file that is no longer at its path would be gone with it. */
  const writing = (): Sql => {
    database.look();
    return database.sql;
  };
  return {
    load: async () => ({
      snapshot: headOf(database.sql),
      reservations: recordsOf(database.sql, 'SELECT key, content FROM fund_reservations ORDER BY number'),
      finds: recordsOf(database.sql, 'SELECT key, content FROM fund_finds ORDER BY number'),
    }),
    piece: async (id, piece) => {
      const row = database.sql.row('SELECT content FROM fund_pieces WHERE id = ? AND piece = ?', id, piece);
      return row && text(row[0]);
    },
    putPiece: async (id, piece, content) => {
      writing().run(
        'INSERT INTO fund_pieces VALUES (?, ?, ?) ON CONFLICT (id, piece) DO UPDATE SET content = excluded.content',
        id,
        piece,
        content,
      );
    },
    keepSnapshot: async (head, ended) => {
      const sql = writing();
      return sql.durably(() => keepSnapshot(sql, head, ended));
    },
    addEntries: async (entries) => {
      const sql = writing();
      sql.transaction(() => addEntries(sql, entries, maxEntries));
    },
    entries: async (from, limit) => {
      checkPage({ offset: from, limit });
      return database.sql
        .rows('SELECT content FROM fund_entries WHERE number >= ? ORDER BY number LIMIT ?', from, limit)
        .map(([content]) => text(content));
    },
    reserve: async ({ key, text: content, coins }) => {
      const sql = writing();
      return sql.durably(() => {
        const taken = coins.some(
          (coin) =>
            sql.row('SELECT 1 FROM fund_reserved WHERE coin = ? AND reservation <> ?', coin, key) !==
            undefined,
        );
        if (taken) return false;
        release(sql, key);
        sql.run('INSERT INTO fund_reservations (key, content) VALUES (?, ?)', key, content);
        for (const coin of coins) sql.run('INSERT OR REPLACE INTO fund_reserved VALUES (?, ?)', coin, key);
        return true;
      });
    },
    release: async (key) => {
      const sql = writing();
      sql.durably(() => release(sql, key));
    },
    addFind: async ({ key, text: content }) => {
      const sql = writing();
      sql.durably(() => {
        const [finds] = sql.row('SELECT count(*) FROM fund_finds')!;
        if (integer(finds) < maxFinds)
          sql.run('INSERT OR IGNORE INTO fund_finds (key, content) VALUES (?, ?)', key, content);
      });
    },
  };
}

function headOf(sql: Sql): FundSnapshotHead | undefined {
  const row = sql.row('SELECT id, pieces, subject, rank FROM fund_snapshot');
  return row && { id: text(row[0]), pieces: integer(row[1]), of: text(row[2]), rank: integer(row[3]) };
}

function recordsOf(sql: Sql, query: string): readonly FundRecord[] {
  return sql.rows(query).map(([key, content]) => ({ key: text(key), text: text(content) }));
}

function keepSnapshot(sql: Sql, head: FundSnapshotHead, ended: FundEnded): FundSnapshotOutcome {
  const { id, pieces, of, rank } = head;
  const before = headOf(sql);
  if (before !== undefined && before.of === of && before.rank > rank) {
    sql.run('DELETE FROM fund_pieces WHERE id = ?', id);
    return 'older';
  }
  const [there] = sql.row('SELECT count(*) FROM fund_pieces WHERE id = ?', id)!;
  if (integer(there) !== pieces) return 'incomplete';
  sql.run(
    `INSERT INTO fund_snapshot VALUES (1, ?, ?, ?, ?) ON CONFLICT (one)
      DO UPDATE SET id = excluded.id, pieces = excluded.pieces, subject = excluded.subject, rank = excluded.rank`,
    id,
    pieces,
    of,
    rank,
  );
  // One process at a time has the file: other pieces are those of an earlier run.
  sql.run('DELETE FROM fund_pieces WHERE id <> ?', id);
  for (const key of ended.finds) sql.run('DELETE FROM fund_finds WHERE key = ?', key);
  for (const key of ended.reservations) release(sql, key);
  return 'kept';
}

function addEntries(sql: Sql, entries: readonly FundRecord[], maxEntries: number): void {
  const last = sql.row('SELECT max(number) FROM fund_entries')?.[0] ?? null;
  let next = last === null ? 0 : integer(last) + 1;
  for (const { key, text: content } of entries)
    next += sql.run('INSERT OR IGNORE INTO fund_entries VALUES (?, ?, ?)', next, key, content);
  sql.run('DELETE FROM fund_entries WHERE number < ?', next - maxEntries);
}

function release(sql: Sql, key: string): void {
  sql.run('DELETE FROM fund_reservations WHERE key = ?', key);
  sql.run('DELETE FROM fund_reserved WHERE reservation = ?', key);
}
