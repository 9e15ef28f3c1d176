/**
 * What a database says of itself: texts by name.
 * @module
 */
import { type Sql, text } from './sql.js';

/** Makes the table where it is missing. */
export const META_TABLE =
  'CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID';

export function noted(sql: Sql, name: string): string | undefined {
  const row = sql.row('SELECT value FROM meta WHERE name = ?', name);
  return row === undefined ? undefined : text(row[0]);
}

export function note(sql: Sql, name: string, value: string): void {
  sql.run(
    'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    name,
    value,
  );
}
