/**
 * Journals that dead processes left in a data folder: the first process that locks one drains it.
 * @module
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FolderLock, lockFolder } from './folder-lock.js';
import { journalsFolder, listJournals } from './journal-folder.js';

/** A journal of a dead process that this process has locked. Nobody writes to it. */
export interface AdoptedJournal {
  /** 16 hex digits. */
  readonly id: string;
  readonly path: string;
  /** Removes the journal's folder with all files in it, and releases the lock. */
  remove(): void;
  /** Releases the lock and leaves the files: the next process adopts the journal. */
  release(): void;
}

/**
 * Locks the journals whose owners are dead. Journals of living owners, in this process or another, are left alone.
 * @param ours - ids that need not be tried
 * @throws the error of the operating system or of SQLite if the folder can't be read
 */
export function adoptJournals(dataFolder: string, ours: ReadonlySet<string> = new Set()): AdoptedJournal[] {
  const adopted: AdoptedJournal[] = [];
  for (const id of listJournals(dataFolder)) {
    if (ours.has(id)) continue;
    const path = join(journalsFolder(dataFolder), id);
    let lock: FolderLock | undefined;
    try {
      lock = lockFolder(path);
    } catch (error) {
      for (const { release } of adopted) release();
      throw error;
    }
    if (lock === undefined) continue;
    const { release } = lock;
    adopted.push({
      id,
      path,
      remove: () => {
        // Removed under the lock where the system allows that; elsewhere a process that comes in between finds an empty folder.
        removeFolder(path);
        release();
        if (existsSync(path)) removeFolder(path);
      },
      release,
    });
  }
  return adopted;
}

function removeFolder(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // The next look adopts this journal again.
  }
}
