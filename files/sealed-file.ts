/**
 * A file that holds one JSON value and is whole or not there: a line that names its form, the version of that form, the length and
 * the SHA-256 hash of the text, and then the text. Big integers are texts that begin with `#`.
 * @module
 */
import { createHash } from 'node:crypto';
import { decodeValue, encodeValue } from '../protocol/value-text.js';
import { damaged, StoredFileError } from './stored-file-error.js';
import { readWhole, replaceFile } from './whole-file.js';

/** What a file holds, and in which form. */
export interface SealedForm {
  /** Small letters and dashes: `lesswork-fund`. */
  readonly name: string;
  /** From 1. Files of earlier ones are read, too. */
  readonly version: number;
}

/** Longest file that is read, bytes: 100,000 coins take some 40 MB. */
const MAX_SEALED_BYTES = 268435456;

const HEAD = /^([a-z-]{1,40}) (\d{1,9}) (\d{1,12}) ([0-9a-f]{64})$/;

/** Writes a value in place of what the file held. @throws StoredFileError; the file is as it was then */
export async function writeSealed(
  path: string,
  { name, version }: SealedForm,
  value: unknown,
): Promise<void> {
  const text = Buffer.from(encodeValue(value));
  const head = Buffer.from(`${name} ${version} ${text.length} ${hashOf(text)}\n`);
  await replaceFile(path, Buffer.concat([head, text]));
}

/** The value of a file, or undefined if there is none. @throws StoredFileError if it is damaged, or of a newer version */
export async function readSealed(path: string, form: SealedForm): Promise<unknown> {
  const bytes = await readWhole(path, MAX_SEALED_BYTES);
  if (bytes === undefined) return undefined;
  const end = bytes.indexOf(0x0a);
  const [, name, version, length, hash] =
    HEAD.exec(bytes.subarray(0, Math.max(0, end)).toString('latin1')) ?? [];
  if (name !== form.name) throw damaged(path, 'it does not begin as such a file does');
  if (Number(version) > form.version)
    throw new StoredFileError(
      'newer',
      `${path}: a newer version wrote it (form ${version}, known is ${form.version})`,
    );
  const text = bytes.subarray(end + 1);
  if (text.length !== Number(length)) throw damaged(path, `expected ${length} bytes, got ${text.length}`);
  if (hashOf(text) !== hash) throw damaged(path, 'its hash is another');
  return decodeValue(text.toString());
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
