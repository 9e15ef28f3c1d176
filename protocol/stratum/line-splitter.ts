/**
 * Lines of a byte stream, as text of one character a byte (latin-1): what goes back is what came, byte for byte.
 * @module
 */

const NEWLINE = 10;

const decoder = new TextDecoder('latin1');

/** Cuts a stream into lines; knows no socket. Of a line that is not whole yet it holds at most `maxBytes`. */
export class LineSplitter {
  readonly #maxBytes: number;
  /** Chunks of the line that is not whole yet; few connections have any at a time. */
  #parts: Uint8Array[] | undefined;
  #held = 0;

  /** @param maxBytes - longest line, without its newline */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of a line that has begun and not ended. */
  get held(): number {
    return this.#held;
  }

  /**
   * Takes the next bytes. The chunk may be kept until its last line has ended.
   * @param onLine - called with each line that is whole now, without its newline; returns false to hear no more
   * @returns false if a line is longer than the limit: the stream can't be read on
   */
  push(chunk: Uint8Array, onLine: (line: string) => boolean): boolean {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) break;
      if (this.#held + end - start > this.#maxBytes) return false;
      const line = this.#held === 0 ? textOf(chunk, start, end) : this.#join(chunk.subarray(start, end));
      start = end + 1;
      if (!onLine(line)) return true;
    }
    if (start === chunk.length) return true;
    this.#held += chunk.length - start;
    if (this.#held > this.#maxBytes) return false;
    this.#parts ??= [];
    this.#parts.push(chunk.subarray(start));
    return true;
  }

  #join(last: Uint8Array): string {
    const line =
      this.#parts!.map((part) => textOf(part, 0, part.length)).join('') + textOf(last, 0, last.length);
    this.#parts = undefined;
    this.#held = 0;
    return line;
  }
}

/** Buffers of Node.js decode themselves, several times as fast. */
function textOf(
  bytes: Uint8Array & { latin1Slice?: (start: number, end: number) => string },
  start: number,
  end: number,
): string {
  return bytes.latin1Slice?.(start, end) ?? decoder.decode(bytes.subarray(start, end));
}
