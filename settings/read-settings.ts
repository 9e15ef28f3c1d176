/**
 * Files that settings stand in, or that settings name: of a bounded length, whatever a path leads to.
 * @module
 */
import { closeSync, openSync, readSync } from 'node:fs';

/** Longest file of settings, or with a secret, bytes. */
export const MAX_SETTINGS_FILE_BYTES = 1_048_576;

/** Text of a file. @throws Error that says why it can't be read, or that it is too long */
export function readSettingsFile(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(MAX_SETTINGS_FILE_BYTES + 1);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, null);
      if (read === 0) return bytes.toString('utf8', 0, length);
      length += read;
    }
  } finally {
    closeSync(file);
  }
  throw new Error(`expected a file of at most ${MAX_SETTINGS_FILE_BYTES >> 20} MiB, got a longer one`);
}
