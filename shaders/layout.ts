/**
 * The buffers of the search kernel: their layout, and how ranges and finds get in and out. The structures are
 * declared in `header-hash.wgsl` and `search.wgsl`; all integers are little-endian words.
 *
 * | offset | bytes | `Work`, uniform |
 * |---|---|---|
 * | 0 | 336 | header: prefix, first counter, header blob, 10 zeros |
 * | 336 | 64 | state of the first block after the first column step, column 2 left out |
 * | 400 | 32 | target: 8 words as of a big-endian integer, the top one first |
 * | 432 | 4 | chain |
 * | 436 | 4 | count |
 * | 440 | 8 | nothing: a uniform structure ends on 16 bytes |
 *
 * | offset | bytes | `Finds`, storage |
 * |---|---|---|
 * | 0 | 4 | number of finds, those without room included |
 * | 4 | 8 each | counter less the first one, word 0 of the hash |
 * @module
 */
import { joinHeader } from '../protocol/header.js';
import { CHUNK_START, IV, initialState, mixColumns, wordsOf } from './blake3.js';
import { type NonceRange, nonceOf } from './search.js';

const HEADER_WORDS = 84;
const FIRST_COLUMNS_OFFSET = HEADER_WORDS * 4;
const TARGET_OFFSET = FIRST_COLUMNS_OFFSET + 64;
const CHAIN_OFFSET = TARGET_OFFSET + 32;
const COUNT_OFFSET = CHAIN_OFFSET + 4;
const FIND_BYTES = 8;
const LIST_OFFSET = 4;

/** Size of the uniform buffer. */
export const WORK_BYTES = COUNT_OFFSET + 4 + 8;

/**
 * Finds that one dispatch has room for. A share of the least difficulty that makes sense comes once in many
 * dispatches, and a test that wants more splits its range; 64 keep the transfer near half a kilobyte.
 */
export const MAX_FINDS = 64;

/** Size of the storage buffer. */
export const FINDS_BYTES = LIST_OFFSET + MAX_FINDS * FIND_BYTES;

/** Most nonces of one dispatch: the kernel's offsets must not wrap while it counts beyond the last. */
export const MAX_DISPATCH_NONCES = 2 ** 31;

/** One find of a dispatch. */
export interface DispatchFind {
  /** Counter less the first one of the dispatch. */
  readonly offset: number;
  /** Word 0 of the hash: its bytes 0 to 3, little-endian. */
  readonly word0: number;
}

/** The finds of one dispatch. */
export interface DispatchResult {
  readonly finds: readonly DispatchFind[];
  /** Finds beyond the room. */
  readonly overflow: number;
}

/**
 * The uniform bytes of a range.
 * @throws RangeError on a part of another length than it must have, or a count that is not 1 to `MAX_DISPATCH_NONCES`
 */
export function packWork(range: NonceRange): Uint8Array<ArrayBuffer> {
  const { headerBlob, prefix, target, chain, start, count } = range;
  requireLength('prefix', prefix, 16);
  requireLength('headerBlob', headerBlob, 302);
  requireLength('target', target, 32);
  if (!(Number.isInteger(count) && count >= 1 && count <= MAX_DISPATCH_NONCES)) {
    throw new RangeError(`"count" expected 1 to ${MAX_DISPATCH_NONCES}, got ${count}`);
  }
  const bytes = new Uint8Array(WORK_BYTES);
  const view = new DataView(bytes.buffer);
  const header = joinHeader(nonceOf(prefix, start), headerBlob);
  bytes.set(header);
  firstColumns(header).forEach((word, i) => {
    view.setUint32(FIRST_COLUMNS_OFFSET + i * 4, word, true);
  });
  const targetView = new DataView(target.buffer, target.byteOffset, 32);
  for (let i = 0; i < 32; i += 4) view.setUint32(TARGET_OFFSET + i, targetView.getUint32(i), true);
  view.setUint32(CHAIN_OFFSET, chain, true);
  view.setUint32(COUNT_OFFSET, count, true);
  return bytes;
}

/** Reads a dispatch's finds from its storage buffer. @param bytes - `FINDS_BYTES` */
export function unpackFinds(bytes: ArrayBuffer): DispatchResult {
  const view = new DataView(bytes);
  const count = view.getUint32(0, true);
  const finds = Array.from({ length: Math.min(count, MAX_FINDS) }, (_, i) => {
    const at = LIST_OFFSET + i * FIND_BYTES;
    return { offset: view.getUint32(at, true), word0: view.getUint32(at + 4, true) };
  });
  return { finds, overflow: count - finds.length };
}

/** The part of the first block's first round that does not depend on the counter. Column 2 does, and is left for the shader. */
function firstColumns(header: Uint8Array): Uint32Array {
  const state = initialState(IV, 64, CHUNK_START);
  mixColumns(state, wordsOf(header.subarray(0, 64), 16));
  for (let row = 0; row < 4; row++) state[row * 4 + 2] = 0;
  return state;
}

function requireLength(name: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length)
    throw new RangeError(`"${name}" expected ${length} bytes, got ${bytes.length}`);
}
