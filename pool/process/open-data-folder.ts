/**
 * The data folder of a pool at its start: made where it is not there, and with room in it.
 * @module
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Less than this free, bytes, and the first shares would be refused. */
const LEAST_ROOM_BYTES = 64 * 1024;

/** Nothing can be written to the data folder. */
export class DataFolderUnwritableError extends Error {
  override readonly name = 'DataFolderUnwritableError';
  readonly code = 'ERR_DATA_FOLDER_UNWRITABLE';
}

/**
 * Makes the folder. A pool that can't record shares is of no use to its miners: better it does not start, and whoever
 * starts it sees why, than that they connect and are let go.
 * @throws DataFolderUnwritableError if there is no room, or nothing may be written
 */
export function openDataFolder(path: string): void {
  const probe = join(path, `probe-${process.pid}.tmp`);
  try {
    mkdirSync(path, { recursive: true });
    try {
      writeFileSync(probe, Buffer.alloc(LEAST_ROOM_BYTES));
    } finally {
      rmSync(probe, { force: true });
    }
  } catch (error) {
    throw new DataFolderUnwritableError(
      `the data folder ${path} can not be written, so that no share could be recorded: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
