/**
 * Text from the other side of a connection, made fit to be shown and logged.
 * @module
 */

/** Longest text that is kept, in characters. */
const MAX_TEXT_CHARS = 200;

/** One line without control characters (which could rewrite a terminal), cut to 200 characters. */
export function cleanText(text: string): string {
  // Cut before it is cleaned, too: the text may be a megabyte long.
  const line = text
    .slice(0, 4 * MAX_TEXT_CHARS)
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return line.length > MAX_TEXT_CHARS ? `${line.slice(0, MAX_TEXT_CHARS - 1)}…` : line;
}
