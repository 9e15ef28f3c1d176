/**
 * Names of files that outlast a machine that stops.
 * @module
 */
import { open } from 'node:fs/promises';

/** What operating systems say that let no folder be synced. */
const NO_SYNC: ReadonlySet<string | undefined> = new Set(['EPERM', 'EISDIR', 'EINVAL', 'EACCES']);

/** Makes the names of a folder's files durable, where the operating system lets folders be synced. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!NO_SYNC.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}
