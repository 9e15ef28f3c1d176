/**
 * A log in a file, which is put aside when it is full: `pool.log`, `pool.log.1` (the one before), `pool.log.2`, ...
 *
 * Lines are few, since what others can cause is gathered, so that each is written at once: after any death of the process it is
 * there. A disk that is full costs the log, never the work: that is told once.
 * @module
 */
import { closeSync, fstatSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import type { TextOutput } from '../protocol/text-output.js';

/** It holds remote addresses. A file that is there keeps its mode. */
const MODE = 0o600;

export interface LogFileOptions {
  readonly path: string;
  /** Size from which on it is put aside, bytes. */
  readonly maxBytes: number;
  /** Files that were put aside and are kept; the oldest go. */
  readonly kept: number;
  /** It can't be written; called once until it can be again. */
  readonly complain: (error: Error) => void;
}

export class LogFile implements TextOutput {
  readonly #options: LogFileOptions;
  #fd: number;
  #bytes: number;
  #mode: number;
  #failed = false;

  /** Opens it, to go on at its end. @throws Error with code ENOENT, EACCES and the like */
  constructor(options: LogFileOptions) {
    this.#options = options;
    this.#fd = openSync(options.path, 'a', MODE);
    const { size, mode } = fstatSync(this.#fd);
    this.#bytes = size;
    this.#mode = mode & 0o777;
  }

  write(text: string): void {
    const data = Buffer.from(text);
    try {
      if (this.#bytes > 0 && this.#bytes + data.length > this.#options.maxBytes) this.#rotate();
      for (let at = 0; at < data.length; ) at += writeSync(this.#fd, data, at);
      this.#bytes += data.length;
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) this.#options.complain(error as Error);
      this.#failed = true;
    }
  }

  /** Goes on in the file that is at the path now: another program may have put the old one aside. */
  reopen(): void {
    try {
      const fd = openSync(this.#options.path, 'a', this.#mode);
      closeSync(this.#fd);
      this.#fd = fd;
      this.#bytes = fstatSync(fd).size;
    } catch (error) {
      this.#options.complain(error as Error);
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  #rotate(): void {
    const { path, kept } = this.#options;
    const at = (number: number): string => (number === 0 ? path : `${path}.${number}`);
    rmSync(at(kept), { force: true });
    for (let number = kept - 1; number >= 0; number--)
      if (exists(at(number))) renameSync(at(number), at(number + 1));
    this.reopen();
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
