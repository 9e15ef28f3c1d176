// The TypeScript compiler's command lines, as arguments of Node.js.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** For what may be made anew at any time. `npm ci` empties it. */
export const CACHE_FOLDER = 'node_modules/.cache/lesswork';

function compiler(root) {
  const folder = join(root, 'node_modules/typescript');
  return join(folder, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).bin.tsc);
}

/** Compiles all into a folder. Types are not checked, which would take longer: `isolatedModules` keeps the result the same. */
export function emitArgs(root, outDir) {
  return [compiler(root), '-p', 'tsconfig.json', '--noCheck', '--outDir', outDir];
}

/** Compiles what another project file names. */
export function projectArgs(root, config) {
  return [compiler(root), '-p', config];
}

/** Checks all types. What did not change since the last time is known from the cache folder. */
export function checkArgs(root) {
  const known = `${CACHE_FOLDER}/types.tsbuildinfo`;
  return [compiler(root), '-p', 'tsconfig.json', '--noEmit', '--incremental', '--tsBuildInfoFile', known];
}

/** Checks the types of the page, which are those of a browser. */
export function checkPageArgs(root) {
  const known = `${CACHE_FOLDER}/page-types.tsbuildinfo`;
  return [compiler(root), '-p', 'web/tsconfig.json', '--noEmit', '--incremental', '--tsBuildInfoFile', known];
}
