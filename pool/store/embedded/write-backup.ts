/**
 * Writing a backup of a database: into a new file, for its owner alone, whole or not at all.
 * @module
 */
import { closeSync, openSync, rmSync } from 'node:fs';
import { StoreUnavailableError } from '../../ports/store.js';

/**
 * @param copy - writes all that there is into the file
 * @throws StoreUnavailableError if the file can't be made, or is there already
 * @throws what `copy` throws; then nothing is left of the file
 */
export async function writeBackup(path: string, copy: () => void | Promise<void>): Promise<void> {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    throw new StoreUnavailableError(`embedded store: no backup: ${(error as Error).message}`, {
      cause: error,
    });
  }
  try {
    await copy();
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}
