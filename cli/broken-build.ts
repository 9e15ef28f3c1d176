/**
 * Files of this program that are missing: said in words that lead out of it.
 * @module
 */
import { fileURLToPath } from 'node:url';
import { describeMissing } from '../shaders/built-file.js';

/** Folder of the built files. */
const BUILT = fileURLToPath(new URL('../', import.meta.url));

/** What Node.js says where a file or a module is not there. */
const MISSING: ReadonlySet<string | undefined> = new Set([
  'ENOENT',
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
]);

/**
 * What to do about an error that says that a built file is missing.
 * @returns undefined for every other error
 */
export function describeBrokenBuild(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path, url } = error as NodeJS.ErrnoException & { readonly url?: string };
  if (!MISSING.has(code)) return undefined;
  const file = url?.startsWith('file:') ? fileURLToPath(url) : (path ?? missingModule(error.message));
  if (file === undefined || !file.startsWith(BUILT)) return undefined;
  return describeMissing(file);
}

/** Node.js 20 names a missing module only in its message. */
function missingModule(message: string): string | undefined {
  return /Cannot find module '([^']*)'/.exec(message)?.[1];
}
