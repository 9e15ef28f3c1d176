/**
 * Journals that dead processes left in a data folder: whoever locks one first drains it.
 * @module
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { journalsFolder, listJournals } from './journal-folder.js';
import { type JournalLock, lockJournal } from './journal-lock.js';

/** A journal that is ours now, and that nobody writes. */
export interface AdoptedJournal {
  /** 16 hex digits. */
  readonly id: string;
  readonly path: string;
  /** Removes it with all that is in it, and gives it up. */
  remove(): void;
  /** Gives it up as it is: the next process adopts it. */
  release(): void;
}

/**
 * Locks the journals whose owners are dead; those of living ones, of this process or another, are left alone.
 * @param ours - ids that need not be tried
 * @throws the error of the operating system or of SQLite if the folder can't be read
 */
export function adoptJournals(dataFolder: string, ours: ReadonlySet<string> = new Set()): AdoptedJournal[] {
  const adopted: AdoptedJournal[] = [];
  for (const id of listJournals(dataFolder)) {
    if (ours.has(id)) continue;
    const path = join(journalsFolder(dataFolder), id);
    let lock: JournalLock | undefined;
    try {
      lock = lockJournal(path);
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
        // Within the lock where the system lets a locked file be removed; else whoever comes between finds it empty.
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
    // It is adopted again.
  }
}
