/**
 * Who owns a folder, a journal's or a front end's place: the process that holds a write transaction on its `owner.db`. The
 * operating system ends the transaction with the process, however that dies. SQLite makes the lock hold within one process
 * too, and on every system.
 * @module
 */
import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';

/** A folder that is ours. The lock must be kept: garbage collection would let go of it. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes a folder.
 * @returns undefined if somebody living has it, in this process or another, or if it is gone
 * @throws the error of the operating system or of SQLite if that can't be found out
 */
export function lockFolder(folder: string): FolderLock | undefined {
  const path = join(folder, 'owner.db');
  let database: Database.Database;
  try {
    statSync(folder);
    makePrivate(path);
    database = new Database(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    // Without a file beside it, for which a full disk has no room: nothing is ever written in this transaction.
    database.exec('PRAGMA journal_mode = MEMORY');
    // There is one such transaction at a time, and another program that reads the file does not prevent it.
    database.exec('BEGIN IMMEDIATE');
    // Whoever had it may have removed it between our opening and our locking.
    statSync(path);
  } catch (error) {
    database.close();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code?.startsWith('SQLITE_BUSY')) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}

/**
 * Makes the file, for its owner alone: SQLite would let everybody on the machine read and lock it. A file that is there is
 * not opened: closing it again would end a lock that this process has on it.
 */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
