/**
 * One open segment as a file: what was committed stays, what failed is cut off.
 * @module
 */
import type { JournalFiles } from './journal-files.js';

/** A segment that is being written. The file is made with the first bytes. */
export class SegmentFile {
  readonly path: string;
  readonly #files: JournalFiles;
  #descriptor: number | undefined;
  #committed = 0;

  constructor(path: string, files: JournalFiles) {
    this.path = path;
    this.#files = files;
  }

  /** Bytes that are wholly written. */
  get committed(): number {
    return this.#committed;
  }

  /** Writes all of some bytes. @throws the error of the operating system: then `repair` before anything else */
  append(bytes: Uint8Array, start: number, end: number): void {
    this.#descriptor ??= this.#files.create(this.path);
    let at = start;
    while (at < end) {
      const written = this.#files.write(this.#descriptor, bytes, at, end - at);
      if (written <= 0) throw new Error(`wrote nothing to ${this.path}`);
      at += written;
    }
    this.#committed += end - start;
  }

  /** Cuts off what a failed write left, and closes; nothing is left of a file without a committed byte. May be called again. @throws the error of the operating system */
  repair(): void {
    if (this.#descriptor === undefined) return;
    this.#files.truncate(this.#descriptor, this.#committed);
    if (this.#committed === 0) this.#files.remove(this.path);
    this.close();
  }

  /** Closes the file and removes it. @throws the error of the operating system */
  discard(): void {
    if (this.#descriptor === undefined) return;
    this.close();
    this.#files.remove(this.path);
  }

  /** Closes the file, whose content is with the operating system already. */
  close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor === undefined) return;
    try {
      this.#files.close(descriptor);
    } catch {
      // A descriptor is gone after close() even if that reports an error; every byte was checked as it was written.
    }
  }
}
