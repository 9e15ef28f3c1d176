/**
 * Which files a shader is made of. They are joined as plain text, one file after the other: WGSL lets functions stand in
 * any order, so that a list of files is all there is to say. Where the files come from is for whoever joins them.
 * @module
 */

/** The files of the search kernel. */
export const SEARCH_SHADER = ['blake3', 'header-hash', 'target', 'search'] as const;

/** The files of the ceiling kernel. */
export const CEILING_SHADER = ['blake3', 'ceiling'] as const;

/** Source text of a shader. @param names - files of this folder, without `.wgsl` @param read - text of one of them */
export function joinShader<Name extends string>(
  names: readonly Name[],
  read: (name: Name) => string,
): string {
  return names.map(read).join('\n');
}
