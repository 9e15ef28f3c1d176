/**
 * Errors of files that this program keeps for itself.
 * @module
 */
import { systemErrorText } from '../protocol/system-error-text.js';

/**
 * `damaged`: what is there can't be read, or is not what was written. `newer`: a newer version of this program wrote it. `io`: the
 * operating system says no.
 */
export type StoredFileFault = 'damaged' | 'newer' | 'io';

/** A file can't be read or written. Its path is in the message. */
export class StoredFileError extends Error {
  override readonly name = 'StoredFileError';
  readonly code = 'ERR_STORED_FILE';
  readonly fault: StoredFileFault;

  constructor(fault: StoredFileFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** What the operating system said. */
export function ioError(path: string, error: unknown): StoredFileError {
  return new StoredFileError('io', `${path}: ${systemErrorText(error)}`);
}

/** What is there is not what was written. */
export function damaged(path: string, why: string): StoredFileError {
  return new StoredFileError('damaged', `${path}: damaged: ${why}`);
}
