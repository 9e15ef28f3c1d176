/**
 * What a journal's writer needs of a file system, so that tests can fill and break one.
 * @module
 */
import { closeSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs';

/** All calls throw the error of the operating system. */
export interface JournalFiles {
  /** Makes a file, which must not exist, for writing. @returns its descriptor */
  create(path: string): number;
  /** Writes at the end. @returns bytes written, which may be fewer than given */
  write(descriptor: number, bytes: Uint8Array, offset: number, length: number): number;
  truncate(descriptor: number, length: number): void;
  close(descriptor: number): void;
  remove(path: string): void;
}

/** The real ones. */
export const NODE_JOURNAL_FILES: JournalFiles = {
  // Appending, so that after a truncation the next write is at the end.
  create: (path) => openSync(path, 'ax', 0o640),
  write: (descriptor, bytes, offset, length) => writeSync(descriptor, bytes, offset, length),
  truncate: ftruncateSync,
  close: closeSync,
  remove: unlinkSync,
};
