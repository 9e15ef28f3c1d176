/**
 * Joins shader files: plain text, one file after the other. WGSL lets functions stand in any order, so that a list of
 * files is all there is to say.
 * @module
 */
import { readBuiltFile } from './built-file.js';

/** The files of the search kernel. */
export const SEARCH_SHADER = ['blake3', 'header-hash', 'target', 'search'] as const;

/** The files of the ceiling kernel. */
export const CEILING_SHADER = ['blake3', 'ceiling'] as const;

/** Source text of a shader. @param names - files of this folder, without `.wgsl` @throws Error if one cannot be read */
export function assembleShader(names: readonly string[]): string {
  return names
    .map((name) => readBuiltFile(new URL(`${name}.wgsl`, import.meta.url)).toString('utf8'))
    .join('\n');
}
