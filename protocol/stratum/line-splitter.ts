/**
 * Lines of a byte stream, as text of one character a byte (latin-1): what goes back is what came, byte for byte.
 * @module
 */

const NEWLINE = 10;

/** Bytes that are made characters at once: arguments of one call. */
const CHARS_AT_ONCE = 4_096;

/** Cuts a stream into lines; knows no socket. Of a line that is not whole yet it holds at most `maxBytes`. */
export class LineSplitter {
  readonly #maxBytes: number;
  /** The line that is not whole yet: text, since a part of a chunk would keep all of it. */
  #rest = '';

  /** @param maxBytes - longest line, without its newline */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of a line that has begun and not ended. */
  get held(): number {
    return this.#rest.length;
  }

  /**
   * Takes the next bytes.
   * @param onLine - called with each line that is whole now, without its newline; returns false to hear no more
   * @returns false if a line is longer than the limit: the stream can't be read on
   */
  push(chunk: Uint8Array, onLine: (line: string) => boolean): boolean {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) break;
      if (this.#rest.length + end - start > this.#maxBytes) return false;
      const line = this.#rest + textOf(chunk, start, end);
      this.#rest = '';
      start = end + 1;
      if (!onLine(line)) return true;
    }
    if (start === chunk.length) return true;
    if (this.#rest.length + chunk.length - start > this.#maxBytes) return false;
    this.#rest += textOf(chunk, start, chunk.length);
    return true;
  }
}

/**
 * Buffers of Node.js decode themselves, several times as fast. Others are not left to a `TextDecoder`: its "latin1" is
 * windows-1252, which has other characters for 0x80 to 0x9f.
 */
function textOf(
  bytes: Uint8Array & { latin1Slice?: (start: number, end: number) => string },
  start: number,
  end: number,
): string {
  if (bytes.latin1Slice !== undefined) return bytes.latin1Slice(start, end);
  let text = '';
  for (let i = start; i < end; i += CHARS_AT_ONCE)
    text += String.fromCharCode(...bytes.subarray(i, Math.min(end, i + CHARS_AT_ONCE)));
  return text;
}
