/**
 * `lesswork pool backup`: a copy of the embedded store and its books, by the running pool that has them.
 * @module
 */
import { existsSync } from 'node:fs';
import { link, open, rm, stat } from 'node:fs/promises';
import type { AdminConfig } from '../pool/config/pool-config.js';
import type { BackupPart } from '../pool/ports/store.js';
import { askAdmin } from './ask-admin.js';
import { readPoolConfig } from './run-pool.js';

/** Longest wait for all of the backup, ms: some gigabytes on a slow disk. */
const BACKUP_TIMEOUT_MS = 300_000;

/** What the file of the books is called, after that of the rest. */
const BOOKS_SUFFIX = '.books';

/**
 * Writes what the store of a running pool holds into a new file, for its owner alone, and its books, where it has any, into
 * a second one beside it; all of it, or nothing.
 * @throws Error if the pool can't be asked, or refuses, or a file can't be written or is there already
 */
export async function runBackup(configPath: string | undefined, file: string): Promise<void> {
  const { admin } = readPoolConfig(configPath);
  const books = `${file}${BOOKS_SUFFIX}`;
  for (const path of [file, books])
    if (existsSync(path)) throw new Error(`${path} is there already: name a new file`);
  const drafts: { readonly draft: string; readonly path: string }[] = [];
  try {
    // The books first: what they have settled is in the rest, too, which is the newer one.
    for (const [of, path] of [
      ['books', books],
      ['store', file],
    ] as const) {
      const draft = `${path}.${process.pid}.tmp`;
      drafts.push({ draft, path });
      if (!(await fetchBackup(admin, of, draft))) drafts.pop();
    }
    // Unlike a renamed file, a link replaces none.
    for (const { draft, path } of drafts) await link(draft, path);
  } finally {
    for (const { draft } of drafts) await rm(draft, { force: true });
  }
  for (const { path } of drafts.toReversed())
    process.stdout.write(`${path}: ${((await stat(path)).size / 1e6).toFixed(1)} MB\n`);
}

/** @returns false if there is none of it; then no file is left */
async function fetchBackup(admin: AdminConfig, of: BackupPart, path: string): Promise<boolean> {
  const output = await open(path, 'wx', 0o600);
  let made = false;
  try {
    const { status, body } = await askAdmin(admin, `/admin/backup?of=${of}`, BACKUP_TIMEOUT_MS);
    made = status === 200;
    for await (const chunk of body ?? []) await output.write(chunk);
    await output.sync();
  } finally {
    await output.close();
    if (!made) await rm(path, { force: true });
  }
  return made;
}
