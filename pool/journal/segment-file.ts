/**
 * One open segment as a file: committed bytes stay, a failed write is cut off.
 * @module
 */
import type { JournalFiles } from './journal-files.js';

/** A segment that is being written. The file is created with the first bytes. */
export class SegmentFile {
  readonly path: string;
  readonly #files: JournalFiles;
  #descriptor: number | undefined;
  #committed = 0;

  constructor(path: string, files: JournalFiles) {
    this.path = path;
    this.#files = files;
  }

  /** Bytes of complete writes. */
  get committed(): number {
    return this.#committed;
  }

  /** Writes all the bytes. @throws the error of the operating system: then `repair` must be called first */
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

  /** Cuts off what a failed write left, and closes the file; a file without a committed byte is removed. May be called again. @throws the error of the operating system */
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

  /** Closes the file. Its content is with the operating system already. */
  close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor === undefined) return;
    try {
      this.#files.close(descriptor);
    } catch {
      // The descriptor is gone after close() even if close() fails; every byte was checked when it was written.
    }
  }
}
