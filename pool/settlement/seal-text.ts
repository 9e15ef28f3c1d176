/**
 * What the books keep of the audit of settlement runs: the chain of their roots, and the roots of their tables. All else follows from runs and
 * tables of work.
 * @module
 */
import type { ChunkSum } from '../../audit/audit-run.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';

/** Key of the newest link of the chain, in table `settlement`. */
export const SEALED_KEY = 'sealed';

/** Head of a chain without links, 64 hex digits. */
export const FIRST_HEAD = '0'.repeat(64);

/** A link of the chain: 64 hex digits each. */
export interface Seal {
  readonly root: string;
  /** Head of the chain before it. */
  readonly before: string;
  readonly head: string;
}

/** The newest link. */
export interface Sealed {
  /** Number of its run; 0 if there is none. */
  readonly number: number;
  readonly head: string;
}

/** What is kept cannot be read. */
export class SealTextError extends Error {
  override readonly name = 'SealTextError';
  readonly code = 'ERR_SEAL_TEXT';
}

/** Key of a run's link in table `settlement`. */
export function sealKeyOf(number: number): string {
  return `seal/${String(number).padStart(12, '0')}`;
}

/** Key of the roots of a table's chunks in table `work`. */
export function rootsKeyOf(tableKey: string): string {
  return `roots/${tableKey}`;
}

export function encodeSeal({ root, before, head }: Seal): string {
  return JSON.stringify({ root, before, head });
}

/** @throws SealTextError */
export function decodeSeal(text: string): Seal {
  return read('a link', text, (value) => {
    const { root, before, head } = value as Record<string, unknown>;
    return { root: hashOf(root), before: hashOf(before), head: hashOf(head) };
  });
}

export function encodeSealed({ number, head }: Sealed): string {
  return JSON.stringify({ number, head });
}

/** @param text - undefined if there is no link @throws SealTextError */
export function decodeSealed(text: string | undefined): Sealed {
  if (text === undefined) return { number: 0, head: FIRST_HEAD };
  return read('the newest link', text, (value) => {
    const { number, head } = value as Record<string, unknown>;
    if (!Number.isSafeInteger(number)) throw new RangeError('no number');
    return { number: number as number, head: hashOf(head) };
  });
}

export function encodeRoots(chunks: readonly ChunkSum[]): string {
  return JSON.stringify(chunks.map(({ rows, root }) => [rows, bytesToHex(root)]));
}

/** @throws SealTextError */
export function decodeRoots(text: string): ChunkSum[] {
  return read('the roots of a table', text, (value) =>
    (value as readonly (readonly [unknown, unknown])[]).map(([rows, root]) => {
      if (!Number.isSafeInteger(rows)) throw new RangeError('no number');
      return { rows: rows as number, root: hexToBytes(hashOf(root)) };
    }),
  );
}

function read<T>(what: string, text: string, take: (value: unknown) => T): T {
  try {
    return take(JSON.parse(text));
  } catch (error) {
    throw new SealTextError(`${what} of the audit is none`, { cause: error });
  }
}

function hashOf(value: unknown): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value;
  throw new RangeError('no hash');
}
