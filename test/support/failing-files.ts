/**
 * A file system for a journal that fills up and breaks.
 * @module
 */
import { type JournalFiles, NODE_JOURNAL_FILES } from '../../pool/journal/journal-files.js';

/** The real one, with limits. */
export class FailingFiles implements JournalFiles {
  /** Bytes that still fit. A write of more writes what fits, and the next one fails. */
  room = Number.POSITIVE_INFINITY;
  /** Operations that fail at all. */
  readonly failing = new Set<keyof JournalFiles>();
  /** A write that fails has written everything all the same. */
  failAfterwards = false;

  create(path: string): number {
    this.#check('create');
    return NODE_JOURNAL_FILES.create(path);
  }

  write(descriptor: number, bytes: Uint8Array, offset: number, length: number): number {
    if (this.failAfterwards) NODE_JOURNAL_FILES.write(descriptor, bytes, offset, length);
    this.#check('write');
    if (this.room <= 0) throw failure('ENOSPC');
    const written = NODE_JOURNAL_FILES.write(descriptor, bytes, offset, Math.min(length, this.room));
    this.room -= written;
    return written;
  }

  truncate(descriptor: number, length: number): void {
    this.#check('truncate');
    NODE_JOURNAL_FILES.truncate(descriptor, length);
  }

  close(descriptor: number): void {
    NODE_JOURNAL_FILES.close(descriptor);
    this.#check('close');
  }

  remove(path: string): void {
    this.#check('remove');
    NODE_JOURNAL_FILES.remove(path);
  }

  #check(operation: keyof JournalFiles): void {
    if (this.failing.has(operation)) throw failure('EIO');
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code });
}
