/**
 * The file operations that a journal's writer needs: a port, so that tests can fill the disk and break writes.
 * @module
 */
import { closeSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs';

/** File operations. Every call throws the operating system's error if it fails. */
export interface JournalFiles {
  /** Creates a file for writing; the file must not exist. @returns its descriptor */
  create(path: string): number;
  /** Appends bytes. @returns bytes written, which may be fewer than given */
  write(descriptor: number, bytes: Uint8Array, offset: number, length: number): number;
  truncate(descriptor: number, length: number): void;
  close(descriptor: number): void;
  remove(path: string): void;
}

/** The operations of the real file system. */
export const NODE_JOURNAL_FILES: JournalFiles = {
  // Append mode: after a truncation the next write goes to the new end.
  create: (path) => openSync(path, 'ax', 0o600),
  write: (descriptor, bytes, offset, length) => writeSync(descriptor, bytes, offset, length),
  truncate: ftruncateSync,
  close: closeSync,
  remove: unlinkSync,
};
