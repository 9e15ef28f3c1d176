/**
 * Whether other users of the machine may get at a file or folder.
 * @module
 */
import { statSync } from 'node:fs';

/** Rights of the group and of all others. */
const OTHERS = 0o077;

/**
 * @param rights - those that nobody else should have
 * @returns the mode as `chmod` takes it, if somebody else has one of them; undefined otherwise, and on Windows, which has no modes
 * @throws the error of the operating system
 */
export function openToOthers(path: string, rights = OTHERS): string | undefined {
  if (process.platform === 'win32') return undefined;
  const mode = statSync(path).mode & 0o777;
  return (mode & rights) === 0 ? undefined : mode.toString(8);
}
