/**
 * Shaders from the files that the build has put beside the compiled sources.
 * @module
 */
import { readBuiltFile } from './built-file.js';
import { joinShader } from './shader-files.js';

/** Source text of a shader. @param names - files of this folder, without `.wgsl` @throws Error if one cannot be read */
export function assembleShader(names: readonly string[]): string {
  return joinShader(names, (name) =>
    readBuiltFile(new URL(`${name}.wgsl`, import.meta.url)).toString('utf8'),
  );
}
