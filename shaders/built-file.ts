/**
 * Files that the build puts beside the compiled sources: kernels and shaders.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's folder, from dist/shaders/. */
export const PACKAGE_FOLDER = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** @throws Error that says what to do if the file is missing */
export function readBuiltFile(url: URL): Buffer {
  try {
    return readFileSync(url);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(describeMissing(fileURLToPath(url)));
  }
}

/** What to do where a file of the build is missing: in a checkout it can be built, elsewhere only installed again. */
export function describeMissing(path: string): string {
  const remedy = existsSync(join(PACKAGE_FOLDER, 'tsconfig.json'))
    ? 'run "npm run build"'
    : 'install the package again';
  return `${relative(PACKAGE_FOLDER, path)} is missing: the build is not complete; ${remedy}`;
}
