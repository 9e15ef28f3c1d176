/**
 * A log that says by itself how much of it counts:
 *
 * ```
 * <name> <version>
 * <hash> <length of the text, bytes> <text>
 * ...
 * ```
 *
 * A hash is SHA-256 of the line before it, without its line end, and the text: an entry that is another one, or lacks, is noticed with
 * the next one that is there. What the machine did not finish writing when it stopped stands at the end, and was never taken for
 * written; it is cut off. Anything else that is not as it was written makes the file a damaged one, which nobody mends in silence.
 *
 * One process has a log at a time; its owner sees to that.
 * @module
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { SealedForm } from './sealed-file.js';
import { damaged, ioError, StoredFileError } from './stored-file-error.js';
import { readWhole, replaceFile } from './whole-file.js';

/** Longest log that is read, bytes. Whoever writes one replaces it long before. */
const MAX_SEALED_LOG_BYTES = 268_435_456;

/** A log that was opened, and what it held. */
export interface OpenedLog {
  readonly log: SealedLog;
  /** In the order in which they were appended. */
  readonly entries: readonly string[];
  /** Bytes at its end that were cut off. */
  readonly cut: number;
}

export class SealedLog {
  readonly #path: string;
  readonly #form: SealedForm;
  #file: FileHandle;
  /** Bytes that count. */
  #length: number;
  /** The line that the next hash covers. */
  #last: string;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(path: string, form: SealedForm, file: FileHandle, { length, last }: Counted) {
    this.#path = path;
    this.#form = form;
    this.#file = file;
    this.#length = length;
    this.#last = last;
  }

  /**
   * Opens a log; one that is not there is made.
   * @throws StoredFileError if it is damaged, a newer version wrote it, or the operating system says no
   */
  static async open(path: string, form: SealedForm): Promise<OpenedLog> {
    let bytes = await readWhole(path, MAX_SEALED_LOG_BYTES);
    if (bytes === undefined) {
      bytes = Buffer.from(headOf(form));
      await replaceFile(path, bytes);
    }
    const counted = countedOf(path, form, bytes);
    const file = await openFile(path);
    const log = new SealedLog(path, form, file, counted);
    const cut = bytes.length - counted.length;
    try {
      if (cut > 0) await log.#cutOff();
    } catch (error) {
      await file.close();
      throw error;
    }
    return { log, entries: counted.entries, cut };
  }

  /**
   * Appends entries. They are on disk when it resolves; after a crash before that, some of the first ones may be.
   * @param texts - without line ends
   * @throws RangeError if a text has a line end
   * @throws StoredFileError if they can't be written: none of them counts then
   */
  append(texts: readonly string[]): Promise<void> {
    checkTexts(texts);
    return this.#inTurn(async () => {
      if (texts.length === 0) return;
      const { text, last } = linesOf(this.#last, texts);
      try {
        // What an earlier try has left must go first.
        await this.#file.truncate(this.#length);
        await this.#file.appendFile(text);
        await this.#file.sync();
      } catch (error) {
        await this.#cutOff().catch(() => undefined);
        throw ioError(this.#path, error);
      }
      this.#length += Buffer.byteLength(text);
      this.#last = last;
    });
  }

  /**
   * Puts other entries in place of all: those that still matter. After a crash the log is the old one or the new one.
   * @throws as `append`; the log is as it was then
   */
  replace(texts: readonly string[]): Promise<void> {
    checkTexts(texts);
    return this.#inTurn(async () => {
      const head = headOf(this.#form);
      const { text, last } = linesOf(head.trimEnd(), texts);
      await replaceFile(this.#path, Buffer.from(head + text));
      const before = this.#file;
      this.#file = await openFile(this.#path);
      this.#length = Buffer.byteLength(head + text);
      this.#last = last;
      await before.close();
    });
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#file.close());
  }

  async #cutOff(): Promise<void> {
    try {
      await this.#file.truncate(this.#length);
      await this.#file.sync();
    } catch (error) {
      throw ioError(this.#path, error);
    }
  }

  #inTurn<T>(request: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(request);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** What of a file counts. */
interface Counted {
  readonly entries: readonly string[];
  readonly length: number;
  readonly last: string;
}

function countedOf(path: string, form: SealedForm, bytes: Buffer): Counted {
  const end = bytes.indexOf(0x0a);
  const [, name, version] =
    /^([a-z-]{1,40}) ([1-9]\d{0,8})$/.exec(bytes.toString('latin1', 0, Math.max(0, end))) ?? [];
  if (name !== form.name) throw damaged(path, 'it does not begin as such a file does');
  if (Number(version) > form.version)
    throw new StoredFileError(
      'newer',
      `${path}: a newer version wrote it (form ${version}, known is ${form.version})`,
    );
  const entries: string[] = [];
  let last = `${name} ${version}`;
  let length = end + 1;
  while (length < bytes.length) {
    const lineEnd = bytes.indexOf(0x0a, length);
    // The machine stopped before its end.
    if (lineEnd < 0) break;
    const line = bytes.toString('utf8', length, lineEnd);
    const text = textOf(last, line);
    if (text === undefined) {
      // Blocks of a disk may be written in any order, so that a line may have its end and not its middle.
      if (lineEnd === bytes.length - 1 && !goesOn(last, bytes.subarray(length, lineEnd))) break;
      throw damaged(path, `entry ${entries.length + 1} is not what was written`);
    }
    entries.push(text);
    last = line;
    length = lineEnd + 1;
  }
  return { entries, length, last };
}

const LINE = /^[0-9a-f]{64} (\d{1,9}) (.*)$/s;

function lineOf(last: string, text: string): string {
  const hash = createHash('sha256').update(`${last}\n${text}`).digest('hex');
  return `${hash} ${Buffer.byteLength(text)} ${text}`;
}

/** The text of a line; undefined if the line is none that was written behind another. */
function textOf(last: string, line: string): string | undefined {
  const text = LINE.exec(line)?.[2];
  return text !== undefined && lineOf(last, text) === line ? text : undefined;
}

/** Whether a line is a whole one, and more behind it: its end was written once, and is gone. */
function goesOn(last: string, line: Buffer): boolean {
  const [, length, text = ''] = LINE.exec(line.toString('latin1')) ?? [];
  const end = line.length - text.length + Number(length);
  return end < line.length && textOf(last, line.toString('utf8', 0, end)) !== undefined;
}

function linesOf(before: string, texts: readonly string[]): { readonly text: string; readonly last: string } {
  let last = before;
  const lines = texts.map((text) => {
    last = lineOf(last, text);
    return `${last}\n`;
  });
  return { text: lines.join(''), last };
}

function headOf({ name, version }: SealedForm): string {
  return `${name} ${version}\n`;
}

function checkTexts(texts: readonly string[]): void {
  for (const [i, text] of texts.entries())
    if (text.includes('\n')) throw new RangeError(`"texts[${i}]" expected one line, got several`);
}

/** For appending. */
async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a', 0o600);
  } catch (error) {
    throw ioError(path, error);
  }
}
