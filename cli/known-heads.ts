/**
 * Heads of pools' chains that were seen, in a file: so that the past can't be told otherwise later.
 * @module
 */
import type { KnownHead } from '../audit/check/audit-miner.js';
import { readStart } from '../files/read-start.js';
import { writePrivateFile } from '../files/write-private-file.js';
import { systemErrorText } from '../protocol/system-error-text.js';

/** Longest file, bytes: some thousand pools. */
const MAX_HEADS_BYTES = 262_144;

/** Heads by pool. */
export type KnownHeads = ReadonlyMap<string, KnownHead>;

/** @returns none if there is no file @throws Error with the path if it can't be read, or holds something else */
export async function readHeads(path: string): Promise<KnownHeads> {
  let text: string;
  try {
    const bytes = await readStart(path, MAX_HEADS_BYTES);
    if (bytes.length > MAX_HEADS_BYTES) throw new RangeError(`expected at most ${MAX_HEADS_BYTES} bytes`);
    text = bytes.toString();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw new Error(`${path}: ${error instanceof RangeError ? error.message : systemErrorText(error)}`);
  }
  try {
    const { heads } = JSON.parse(text) as { heads: Record<string, KnownHead> };
    const known = new Map(Object.entries(heads));
    for (const { number, head } of known.values())
      if (!Number.isSafeInteger(number) || !/^[0-9a-f]{64}$/.test(head)) throw new RangeError();
    return known;
  } catch {
    throw new Error(`${path}: expected heads that lesswork audit wrote, got something else`);
  }
}

/** @throws Error with the path */
export async function writeHeads(path: string, heads: KnownHeads): Promise<void> {
  const text = JSON.stringify({ heads: Object.fromEntries(heads) }, undefined, 1);
  await writePrivateFile(path, `${text}\n`, { overwrite: true, remedy: '' });
}
