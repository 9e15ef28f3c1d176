/**
 * `lesswork pool backup`: a copy of the embedded store, by the running pool that has it.
 * @module
 */
import { existsSync } from 'node:fs';
import { link, open, rm, stat } from 'node:fs/promises';
import { askAdmin } from './ask-admin.js';
import { readPoolConfig } from './run-pool.js';

/** Longest wait for all of the backup, ms: some gigabytes on a slow disk. */
const BACKUP_TIMEOUT_MS = 300_000;

/**
 * Writes what the store of a running pool holds into a new file, for its owner alone; whole, or not at all.
 * @throws Error if the pool can't be asked, or refuses, or the file can't be written or is there already
 */
export async function runBackup(configPath: string | undefined, file: string): Promise<void> {
  const { admin } = readPoolConfig(configPath);
  if (existsSync(file)) throw new Error(`${file} is there already: name a new file`);
  const draft = `${file}.${process.pid}.tmp`;
  const output = await open(draft, 'wx', 0o600);
  try {
    const { body } = await askAdmin(admin, '/admin/backup', BACKUP_TIMEOUT_MS);
    for await (const chunk of body ?? []) await output.write(chunk);
    await output.sync();
    // Unlike a renamed file, a link replaces none.
    await link(draft, file);
  } finally {
    await output.close();
    await rm(draft, { force: true });
  }
  const { size } = await stat(file);
  process.stdout.write(`${file}: ${(size / 1e6).toFixed(1)} MB\n`);
}
