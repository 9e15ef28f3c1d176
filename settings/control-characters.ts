/**
 * Characters that no path and no name has. Who writes a path of Windows as it is gets them: JSON reads the "\\t" of
 * "C:\\temp" as a TAB.
 * @module
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
export const NO_CONTROL_CHARACTERS = /^[^\u0000-\u001f\u007f-\u009f]*$/;

export const EXPECTED_NO_CONTROL_CHARACTERS =
  'expected no TAB, line end or other control character (a backslash is written twice in JSON: "C:\\\\temp")';
