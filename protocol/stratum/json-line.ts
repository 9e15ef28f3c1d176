/**
 * One pass over a line of JSON before any parser sees it: how deep it nests, and where its `id` stands, so that a
 * reply can carry the id byte for byte (`1.0`, `1e3` and 12345678901234567890 would not survive a parser).
 * @module
 */

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const SPACE = 32;

/** What one pass over a line tells. Of a line that is no JSON it tells nothing that can be relied on. */
export interface LineScan {
  /** Whether it nests no deeper than was allowed. */
  readonly shallow: boolean;
  /** Text of the value of the last top-level `"id"`, as it stands there; undefined without one. */
  readonly id: string | undefined;
}

/**
 * @param line - one line of text
 * @param maxDepth - brackets and braces that may be open at once
 */
export function scanJsonLine(line: string, maxDepth: number): LineScan {
  let depth = 0;
  let id: string | undefined;
  /** Start of the id's value while it is being passed, or -1. */
  let idStart = -1;
  let keyStart = -1;
  let keyEnd = -1;
  for (let i = 0; i < line.length; i++) {
    const c = line.charCodeAt(i);
    if (c === QUOTE) {
      const start = i + 1;
      i = endOfString(line, start);
      if (depth === 1 && idStart === -1) {
        keyStart = start;
        keyEnd = i;
      }
    } else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      depth++;
      if (depth > maxDepth) return { shallow: false, id: undefined };
    } else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) {
      if (depth === 1 && idStart !== -1) {
        id = line.slice(idStart, i);
        idStart = -1;
      }
      depth--;
    } else if (depth === 1) {
      if (c === COLON) {
        if (keyEnd - keyStart === 2 && line.startsWith('id', keyStart)) idStart = i + 1;
        keyStart = -1;
        keyEnd = -1;
      } else if (c === COMMA && idStart !== -1) {
        id = line.slice(idStart, i);
        idStart = -1;
      }
    }
  }
  return { shallow: true, id: id === undefined ? undefined : trimmed(id) };
}

/** Index of the quote that ends a string, or the line's length. */
function endOfString(line: string, start: number): number {
  let end = line.indexOf('"', start);
  while (end !== -1) {
    let backslashes = 0;
    while (line.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    // Those before `start` can't be met: the opening quote stands there.
    if (backslashes % 2 === 0) return end;
    end = line.indexOf('"', end + 1);
  }
  return line.length;
}

function trimmed(text: string): string {
  return text.charCodeAt(0) <= SPACE || text.charCodeAt(text.length - 1) <= SPACE ? text.trim() : text;
}
