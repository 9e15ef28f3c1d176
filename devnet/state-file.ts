/**
 * The file that a devnet's blocks are kept in between two runs.
 * @module
 */
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { systemErrorText } from '../protocol/system-error-text.js';

/** A state file cannot be read or written, or holds no state that fits. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError';
  readonly code = 'ERR_STATE_FILE';
  readonly path: string;
  /** The fault, in words. */
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`state file ${path}: ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}

/** The content of a file, or undefined if there is no file. @throws StateFileError if it cannot be read */
export function readStateFile(path: string): string | undefined {
  return naming(path, 'cannot be read', () => (existsSync(path) ? readFileSync(path, 'utf8') : undefined));
}

/** Makes sure that a file can be written later on, and leaves it as it is. @throws StateFileError if it cannot */
export function checkStateFile(path: string): void {
  naming(path, 'cannot be written', () => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
    const draft = draftOf(path);
    writeFileSync(draft, '', { mode: 0o600 });
    rmSync(draft);
  });
}

/** Replaces a file, whole or not at all. @throws StateFileError if it cannot be written */
export function writeStateFile(path: string, json: string): void {
  const draft = draftOf(path);
  naming(path, 'cannot be written', () => {
    try {
      writeFileSync(draft, json, { mode: 0o600 });
      renameSync(draft, path);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  });
}

function draftOf(path: string): string {
  return `${path}.${process.pid}.tmp`;
}

function naming<T>(path: string, what: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw new StateFileError(path, `${what}: ${systemErrorText(error)}`);
  }
}
