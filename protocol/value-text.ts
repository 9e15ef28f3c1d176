/**
 * Values with big integers as JSON, where this program reads what it wrote: big integers are texts that begin with `#`.
 * @module
 */

/** JSON of a value; undefined elements of lists become null. */
export function encodeValue(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `#${part}` : part));
}

/** @throws SyntaxError if the text is no JSON */
export function decodeValue(text: string): unknown {
  return JSON.parse(text, (_, part: unknown) =>
    typeof part === 'string' && /^#-?\d+$/.test(part) ? BigInt(part.slice(1)) : part,
  );
}
