/**
 * Files that are read and replaced as a whole.
 * @module
 */
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { damaged, ioError, StoredFileError } from './stored-file-error.js';
import { syncFolder } from './sync-folder.js';

/** Puts bytes in place of what a file held, for its owner alone. @throws StoredFileError; the file is as it was then */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.new`;
  try {
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    throw ioError(path, error);
  }
}

/**
 * All of a file, or undefined if there is none.
 * @param most - bytes
 * @throws StoredFileError if it is longer, or can't be read
 */
export async function readWhole(path: string, most: number): Promise<Buffer | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > most) throw damaged(path, `expected at most ${most} bytes, got ${size}`);
    } finally {
      await file.close();
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof StoredFileError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw ioError(path, error);
  }
}
