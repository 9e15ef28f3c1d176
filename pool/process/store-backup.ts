/**
 * A backup of the embedded store of a running pool: no other program can read its database, which is locked to the pool.
 * The books come as a file of their own.
 * @module
 */
import { createReadStream, type ReadStream, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { PoolConfig } from '../config/pool-config.js';
import type { StoreBackup } from '../http/admin/admin.js';
import type { BackupPart, Store } from '../ports/store.js';

/** In the data folder, for as long as it is being sent; what an earlier pool left of one is written over. */
const BACKUP_FILE = 'backup.tmp';

/**
 * Makes backups, one at a time.
 * @returns undefined where the store is a server, which has a backup of its own
 */
export function storeBackups(
  { store: { type }, dataFolder }: PoolConfig,
  store: Pick<Store, 'backup'>,
): ((of: BackupPart) => Promise<StoreBackup>) | undefined {
  if (type !== 'embedded') return undefined;
  const path = join(dataFolder, BACKUP_FILE);
  let running = false;
  return async (of) => {
    if (running) return { type: 'running' };
    running = true;
    const end = (): void => {
      rmSync(path, { force: true });
      running = false;
    };
    try {
      rmSync(path, { force: true });
      if (!(await store.backup(path, of))) {
        end();
        return { type: 'none' };
      }
      const content: ReadStream = createReadStream(path);
      content.once('close', end);
      return { type: 'made', bytes: statSync(path).size, content };
    } catch (error) {
      end();
      throw error;
    }
  };
}
