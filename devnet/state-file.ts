/**
 * The file that a devnet's blocks are kept in between two runs.
 * @module
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** What a file holds, or undefined if there is none. */
export function readStateFile(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Replaces a file, whole or not at all. */
export function writeStateFile(path: string, json: string): void {
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, json);
  renameSync(draft, path);
}
