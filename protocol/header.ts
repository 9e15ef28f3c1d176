/**
 * The block header: 326 bytes, the first 24 of them the nonce.
 *
 * | offset | bytes | field |
 * |---|---|---|
 * | 0 | 24 | nonce |
 * | 24 | 1 | version, 0 |
 * | 25 | 1 | number of deps, 7 |
 * | 26 | 7 x 32 | deps |
 * | 250 | 32 | depStateHash |
 * | 282 | 32 | txsHash |
 * | 314 | 8 | timestamp, ms |
 * | 322 | 4 | target, compact bits |
 *
 * A header blob is the header without its nonce, 302 bytes. Integers are big-endian.
 * @module
 */
import { concatBytes, copyBytes } from './bytes.js';
import { DecodeError } from './decode-error.js';

export const NONCE_BYTES = 24;
export const HEADER_BYTES = 326;
export const HEADER_BLOB_BYTES = HEADER_BYTES - NONCE_BYTES;
export const HASH_BYTES = 32;

/** Number of blocks a header depends on: the tips of the 3 other groups, then of the 4 chains of its own group. */
export const DEPS = 7;

const VERSION = 0;
const DEPS_OFFSET = 26;
const DEP_STATE_HASH_OFFSET = DEPS_OFFSET + DEPS * HASH_BYTES;
const TXS_HASH_OFFSET = DEP_STATE_HASH_OFFSET + HASH_BYTES;
const TIMESTAMP_OFFSET = TXS_HASH_OFFSET + HASH_BYTES;
const TARGET_OFFSET = TIMESTAMP_OFFSET + 8;

/** The fields of a header. */
export interface Header {
  /** 24 bytes. */
  readonly nonce: Uint8Array;
  /** 7 hashes of 32 bytes. */
  readonly deps: readonly Uint8Array[];
  /** 32 bytes. */
  readonly depStateHash: Uint8Array;
  /** 32 bytes: Merkle root of the transactions. */
  readonly txsHash: Uint8Array;
  /** ms since the epoch. */
  readonly timestamp: bigint;
  /** Compact bits, a u32. */
  readonly targetBits: number;
}

/** The fields of a header of 326 bytes. @throws DecodeError on another length, version or number of deps */
export function decodeHeader(bytes: Uint8Array): Header {
  if (bytes.length !== HEADER_BYTES)
    throw new DecodeError(`header: expected ${HEADER_BYTES} bytes, got ${bytes.length}`, 0);
  if (bytes[24] !== VERSION)
    throw new DecodeError(`header version: expected ${VERSION}, got ${bytes[24]}`, 24);
  if (bytes[25] !== DEPS) throw new DecodeError(`number of deps: expected ${DEPS}, got ${bytes[25]}`, 25);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    nonce: copyBytes(bytes, 0, NONCE_BYTES),
    deps: Array.from({ length: DEPS }, (_, i) =>
      copyBytes(bytes, DEPS_OFFSET + i * HASH_BYTES, DEPS_OFFSET + (i + 1) * HASH_BYTES),
    ),
    depStateHash: copyBytes(bytes, DEP_STATE_HASH_OFFSET, TXS_HASH_OFFSET),
    txsHash: copyBytes(bytes, TXS_HASH_OFFSET, TIMESTAMP_OFFSET),
    timestamp: view.getBigUint64(TIMESTAMP_OFFSET),
    targetBits: view.getUint32(TARGET_OFFSET),
  };
}

/** The 326 bytes of a header. @throws RangeError if a field has another length than it must */
export function encodeHeader(header: Header): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const put = (name: string, value: Uint8Array, offset: number, length: number): void => {
    if (value.length !== length)
      throw new RangeError(`"${name}" expected ${length} bytes, got ${value.length}`);
    bytes.set(value, offset);
  };
  if (header.deps.length !== DEPS)
    throw new RangeError(`"deps" expected ${DEPS} hashes, got ${header.deps.length}`);
  put('nonce', header.nonce, 0, NONCE_BYTES);
  bytes[24] = VERSION;
  bytes[25] = DEPS;
  header.deps.forEach((dep, i) => {
    put(`deps[${i}]`, dep, DEPS_OFFSET + i * HASH_BYTES, HASH_BYTES);
  });
  put('depStateHash', header.depStateHash, DEP_STATE_HASH_OFFSET, HASH_BYTES);
  put('txsHash', header.txsHash, TXS_HASH_OFFSET, HASH_BYTES);
  view.setBigUint64(TIMESTAMP_OFFSET, header.timestamp);
  view.setUint32(TARGET_OFFSET, header.targetBits);
  return bytes;
}

/** A header from its nonce (24 bytes) and its blob (302 bytes). */
export function joinHeader(nonce: Uint8Array, headerBlob: Uint8Array): Uint8Array {
  return concatBytes(nonce, headerBlob);
}

/**
 * The parent in a header blob: the dep that is the tip of the block's own chain.
 * @param headerBlob - 302 bytes
 * @param toGroup - 0 to 3
 * @returns 32 bytes, a view of the blob
 */
export function parentOf(headerBlob: Uint8Array, toGroup: number): Uint8Array {
  const start = DEPS_OFFSET - NONCE_BYTES + (3 + toGroup) * HASH_BYTES;
  return headerBlob.subarray(start, start + HASH_BYTES);
}

/** The deps in a header blob, in their order. @param headerBlob - 302 bytes @returns 7 views of the blob, 32 bytes each */
export function depsOf(headerBlob: Uint8Array): Uint8Array[] {
  const start = DEPS_OFFSET - NONCE_BYTES;
  return Array.from({ length: DEPS }, (_, i) =>
    headerBlob.subarray(start + i * HASH_BYTES, start + (i + 1) * HASH_BYTES),
  );
}

/** A header blob for other transactions. @param headerBlob - 302 bytes @param txsHash - 32 bytes @returns a copy */
export function withTxsHash(headerBlob: Uint8Array, txsHash: Uint8Array): Uint8Array {
  const changed = copyBytes(headerBlob);
  changed.set(txsHash, TXS_HASH_OFFSET - NONCE_BYTES);
  return changed;
}

/** Whether two header blobs, of 302 bytes each, differ in nothing but their transactions. */
export function sameTemplate(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < HEADER_BLOB_BYTES; i++) {
    const txsHash = i >= TXS_HASH_OFFSET - NONCE_BYTES && i < TIMESTAMP_OFFSET - NONCE_BYTES;
    if (a[i] !== b[i] && !txsHash) return false;
  }
  return true;
}

/** The template's own time in a header blob, ms since the epoch. @param headerBlob - 302 bytes */
export function timestampOfBlob(headerBlob: Uint8Array): number {
  const offset = TIMESTAMP_OFFSET - NONCE_BYTES;
  const view = new DataView(headerBlob.buffer, headerBlob.byteOffset, headerBlob.byteLength);
  return Number(view.getBigUint64(offset));
}

/** Compact bits of the block target in a header blob, a u32. @param headerBlob - 302 bytes */
export function targetBitsOf(headerBlob: Uint8Array): number {
  const offset = TARGET_OFFSET - NONCE_BYTES;
  return new DataView(headerBlob.buffer, headerBlob.byteOffset, headerBlob.byteLength).getUint32(offset);
}
