/**
 * Files of this program that are missing: said in words that lead out of it.
 * @module
 */
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's folder, and the built files in it. */
const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));
const BUILT = fileURLToPath(new URL('../', import.meta.url));

/** What Node.js says where a file or a module is not there. */
const MISSING: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

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
  const remedy = existsSync(`${PACKAGE}tsconfig.json`) ? 'run "npm run build"' : 'install the package again';
  return `${relative(PACKAGE, file)} is missing: the build is not complete; ${remedy}`;
}

/** Node.js 20 names a missing module only in its message. */
function missingModule(message: string): string | undefined {
  return /Cannot find module '([^']*)'/.exec(message)?.[1];
}
