/**
 * Tells when the text of a file has become another one, however it was written: in place, or as a new file that was renamed.
 *
 * The folder is watched, since a watch on the file itself stays with the old one. Where the system tells nothing (network file
 * systems, containers) the file is looked at every few seconds all the same.
 * @module
 */
import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { readSettingsFile } from '../settings/read-settings.js';

export interface FileWatchOptions {
  /** Time for which nothing must have happened before the file is read: editors write in several steps, ms. */
  readonly quietMs: number;
  /** Time between two looks where nothing is told, ms. */
  readonly pollMs: number;
}

const DEFAULT_OPTIONS: FileWatchOptions = { quietMs: 250, pollMs: 5_000 };

export class FileWatch {
  readonly #path: string;
  readonly #options: FileWatchOptions;
  readonly #onChange: () => void;
  readonly #poll: NodeJS.Timeout;
  #watcher: FSWatcher | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #text: string | undefined;

  /** @param onChange - the file can be read, and its text is another one */
  constructor(path: string, onChange: () => void, options: Partial<FileWatchOptions> = {}) {
    this.#path = resolve(path);
    this.#onChange = onChange;
    this.#options = { ...DEFAULT_OPTIONS, ...options };
    this.#text = this.#read();
    this.#poll = setInterval(() => this.#look(), this.#options.pollMs);
    this.#poll.unref();
    try {
      const name = basename(this.#path);
      this.#watcher = watch(dirname(this.#path), { persistent: false }, (_event, changed) => {
        if (changed === null || changed === name) this.#soon();
      });
      // The folder may go: looking at it every now and then remains.
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // Looking remains, as above.
    }
  }

  close(): void {
    clearInterval(this.#poll);
    clearTimeout(this.#quiet);
    this.#watcher?.close();
  }

  #soon(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#look(), this.#options.quietMs);
    this.#quiet.unref();
  }

  #look(): void {
    const text = this.#read();
    // One that is away for a moment is being replaced.
    if (text === undefined || text === this.#text) return;
    this.#text = text;
    this.#onChange();
  }

  #read(): string | undefined {
    try {
      return readSettingsFile(this.#path);
    } catch {
      return undefined;
    }
  }
}
