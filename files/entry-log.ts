/**
 * Entries in a file that only grows: a line of JSON each. How much of it counts is kept elsewhere: what was written beyond that was
 * never committed, and goes.
 * @module
 */
import { type FileHandle, open } from 'node:fs/promises';
import { decodeValue, encodeValue } from '../protocol/value-text.js';
import { ioError, StoredFileError } from './stored-file-error.js';

/** How much of the log counts. */
export interface LogLength {
  readonly entries: number;
  readonly bytes: number;
}

export const NO_LOG: LogLength = { entries: 0, bytes: 0 };

/** Bytes that are read at a time: some 200 entries. */
const PIECE_BYTES = 65536;

/** A log of entries that are JSON values; big integers are kept as they are. */
export class EntryLog<Entry> {
  readonly #path: string;
  readonly #file: FileHandle;
  #length: LogLength;

  private constructor(path: string, file: FileHandle, length: LogLength) {
    this.#path = path;
    this.#file = file;
    this.#length = length;
  }

  /** @throws StoredFileError if less is there than counts, or it can't be opened */
  static async open<Entry>(path: string, length: LogLength): Promise<EntryLog<Entry>> {
    const file = await open(path, 'a+', 0o600).catch((error: unknown) => {
      throw ioError(path, error);
    });
    try {
      const { size } = await file.stat();
      if (size < length.bytes)
        throw new StoredFileError('damaged', `${path}: damaged: expected ${length.bytes} bytes, got ${size}`);
      if (size > length.bytes) await file.truncate(length.bytes);
      return new EntryLog<Entry>(path, file, length);
    } catch (error) {
      await file.close();
      throw error instanceof StoredFileError ? error : ioError(path, error);
    }
  }

  /**
   * Writes entries behind those that count. They count once `confirm` is called with what this returns.
   */
  async append(entries: readonly Entry[]): Promise<LogLength> {
    if (entries.length === 0) return this.#length;
    const text = Buffer.from(entries.map((entry) => `${encodeValue(entry)}\n`).join(''));
    try {
      // What an earlier try has left must go first.
      await this.#file.truncate(this.#length.bytes);
      await this.#file.appendFile(text);
      await this.#file.sync();
    } catch (error) {
      throw ioError(this.#path, error);
    }
    const { entries: count, bytes } = this.#length;
    return { entries: count + entries.length, bytes: bytes + text.length };
  }

  confirm(length: LogLength): void {
    this.#length = length;
  }

  /** @throws StoredFileError if a line is no entry */
  async read(from: number, limit: number): Promise<readonly Entry[]> {
    const entries: Entry[] = [];
    let passed = 0;
    for await (const line of this.#lines()) {
      if (entries.length >= limit) break;
      if (passed++ >= from) entries.push(this.#entryOf(line));
    }
    return entries;
  }

  #entryOf(line: string): Entry {
    try {
      return decodeValue(line) as Entry;
    } catch {
      throw new StoredFileError('damaged', `${this.#path}: damaged: a line is no JSON`);
    }
  }

  async *#lines(): AsyncGenerator<string> {
    let rest = Buffer.alloc(0);
    const buffer = Buffer.alloc(PIECE_BYTES);
    for (let position = 0; position < this.#length.bytes; ) {
      const length = Math.min(PIECE_BYTES, this.#length.bytes - position);
      const { bytesRead } = await this.#file.read(buffer, 0, length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
        yield rest.subarray(0, end).toString();
        rest = rest.subarray(end + 1);
      }
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
