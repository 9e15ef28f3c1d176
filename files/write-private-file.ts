/**
 * A file for its owner alone: whole, or not there at all, even if the machine stops while it is written.
 * @module
 */
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorText } from '../protocol/system-error-text.js';
import { syncFolder } from './sync-folder.js';

const MODE = 0o600;

/** What file systems without hard links say, those of USB sticks say. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

export interface PrivateFileOptions {
  /** Replace a file that is there. */
  readonly overwrite: boolean;
  /** What would replace it, for people. */
  readonly remedy: string;
}

/**
 * Writes a file.
 * @param makeLink - as `link` of node:fs/promises
 * @throws Error with the path if it is there already and must not be overwritten, or can't be written
 */
export async function writePrivateFile(
  path: string,
  text: string,
  { overwrite, remedy }: PrivateFileOptions,
  makeLink = link,
): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    // A process of the same id that was killed may have left one.
    await rm(draft, { force: true });
    const file = await open(draft, 'wx', MODE);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (overwrite) await rename(draft, path);
    else await nameNew(draft, path, makeLink);
    await syncFolder(dirname(path));
  } catch (error) {
    throw new Error(
      `${path}: ${codeOf(error) === 'EEXIST' ? `it is there already; ${remedy}` : systemErrorText(error)}`,
    );
  } finally {
    await rm(draft, { force: true });
  }
}

/** Unlike a renamed file, a link replaces none. */
async function nameNew(draft: string, path: string, makeLink: typeof link): Promise<void> {
  try {
    await makeLink(draft, path);
  } catch (error) {
    if (!NO_LINKS.has(codeOf(error))) throw error;
    await open(path, 'wx', MODE).then((file) => file.close());
    await rename(draft, path);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
