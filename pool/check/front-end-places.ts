/**
 * Whether a pool is at work in a data folder. The folder stays as it is.
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FolderLock, lockFolder } from '../journal/folder-lock.js';

/** The places of all front ends of a folder. */
export interface PlacesLook {
  /** Whether a living process has one of the places. */
  readonly running: boolean;
  /** Gives back the places that are held during the check: a pool that starts waits for them meanwhile. */
  release(): void;
}

/** Takes the places that are free. @throws the error of the operating system or of SQLite if that can't be found out */
export function holdPlaces(dataFolder: string): PlacesLook {
  const folder = join(dataFolder, 'front-ends');
  const numbers = existsSync(folder) ? readdirSync(folder).filter((name) => /^\d+$/.test(name)) : [];
  const held: FolderLock[] = [];
  let running = false;
  const release = (): void => {
    for (const lock of held.splice(0)) lock.release();
  };
  try {
    for (const number of numbers) {
      // Taking a place makes its file: a place without a file has no owner.
      if (!existsSync(join(folder, number, 'owner.db'))) continue;
      const lock = lockFolder(join(folder, number));
      if (lock === undefined) running = true;
      else held.push(lock);
    }
    return { running, release };
  } catch (error) {
    release();
    throw error;
  }
}
