/**
 * A file that holds one JSON value and is whole or not there: a line that names its form, its version, its length and its hash, and
 * then the text. Big integers are texts that begin with `#`.
 * @module
 */
import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorText } from '../../protocol/system-error-text.js';
import { FundStoreError } from '../fund/fund-store.js';

const VERSION = 1;

/** Longest file that is read, bytes: 100,000 coins take some 40 MB. */
const MAX_SEALED_BYTES = 268435456;

const HEAD = /^lesswork-fund (\d{1,9}) (\d{1,12}) ([0-9a-f]{64})$/;

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

/** Writes a value in place of what the file held. @throws FundStoreError; the file is as it was then */
export async function writeSealed(path: string, value: unknown): Promise<void> {
  const text = Buffer.from(encodeValue(value));
  const head = Buffer.from(`lesswork-fund ${VERSION} ${text.length} ${hashOf(text)}\n`);
  const temporary = `${path}.new`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(Buffer.concat([head, text]));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    throw ioError(path, error);
  }
}

/** The value of a file, or undefined if there is none. @throws FundStoreError if it is damaged, or of a newer version */
export async function readSealed(path: string): Promise<unknown> {
  const bytes = await readWhole(path);
  if (bytes === undefined) return undefined;
  const end = bytes.indexOf(0x0a);
  const [, version, length, hash] = HEAD.exec(bytes.subarray(0, Math.max(0, end)).toString('latin1')) ?? [];
  if (version === undefined) throw damaged(path, 'it does not begin as such a file does');
  if (Number(version) > VERSION)
    throw new FundStoreError(
      'newer',
      `${path}: a newer version wrote it (form ${version}, known is ${VERSION})`,
    );
  const text = bytes.subarray(end + 1);
  if (text.length !== Number(length)) throw damaged(path, `expected ${length} bytes, got ${text.length}`);
  if (hashOf(text) !== hash) throw damaged(path, 'its hash is another');
  return decodeValue(text.toString());
}

async function readWhole(path: string): Promise<Buffer | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > MAX_SEALED_BYTES)
        throw damaged(path, `expected at most ${MAX_SEALED_BYTES} bytes, got ${size}`);
    } finally {
      await file.close();
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof FundStoreError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw ioError(path, error);
  }
}

/** Makes a renamed file's name durable, where the operating system lets folders be synced. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!['EPERM', 'EISDIR', 'EINVAL', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function damaged(path: string, why: string): FundStoreError {
  return new FundStoreError('damaged', `${path}: damaged: ${why}`);
}

export function ioError(path: string, error: unknown): FundStoreError {
  return new FundStoreError('io', `${path}: ${systemErrorText(error)}`);
}
