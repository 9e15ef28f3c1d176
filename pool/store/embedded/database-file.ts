/**
 * The file of a database, as it is known by its path: whether it still is the one that was opened.
 *
 * SQLite goes on with the file that it has open, however that was renamed or removed, and what it takes then is gone with
 * the process.
 * @module
 */
import { type BigIntStats, closeSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a look at a path may find. */
export type FileLook =
  /** The file that was opened. */
  | 'same'
  /** Another file. */
  | 'replaced'
  /** No file. */
  | 'missing';

/** Makes a file that is not there, with its folders, for its owner alone. SQLite gives its log the same mode. @throws the error of the operating system */
export function makePrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    // One that is there is not opened: closing it again would end the locks that this process has on it.
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** A database's file, from when it was opened. */
export class DatabaseFile {
  readonly path: string;
  readonly #opened: string | undefined;
  #log: string | undefined;

  /** @param path - of a database that was just opened */
  constructor(path: string) {
    this.path = path;
    this.#opened = identityOf(path);
    this.#log = identityOf(logOf(path));
  }

  /** @throws the error of the operating system if the path can't be read */
  look(): FileLook {
    const found = identityOf(this.path);
    if (found === undefined) return 'missing';
    if (found !== this.#opened) return 'replaced';
    this.#log = identityOf(logOf(this.path)) ?? this.#log;
    return 'same';
  }

  /** What is at the path, in a text that changes with its content: a file that is being copied there is not whole yet. */
  get found(): string {
    const stat = statOf(this.path);
    return stat === undefined ? '' : `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}`;
  }

  /** Removes the log that the opened file left at the path: SQLite would take it for that of the file that is there now. */
  removeLog(): void {
    const log = logOf(this.path);
    if (this.#log !== undefined && identityOf(log) === this.#log) rmSync(log, { force: true });
  }

  /** Puts a file in the place of the missing one. @throws the error of the operating system */
  replaceBy(path: string): void {
    renameSync(path, this.path);
  }
}

function logOf(path: string): string {
  return `${path}-wal`;
}

/** What tells a file from every other one that is there at the same time; undefined if there is none. */
function identityOf(path: string): string | undefined {
  const found = statOf(path);
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

/** @returns undefined if there is no file @throws any other error of the operating system */
function statOf(path: string): BigIntStats | undefined {
  try {
    // Whole numbers of Windows' volumes and files do not fit a Number.
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}
