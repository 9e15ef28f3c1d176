/**
 * BLAKE3 within one chunk, word by word: the CPU twin of `blake3.wgsl`, of the same names. It is there to prepare and
 * to check what the shader does; it is not fast. Proved against `@noble/hashes`.
 * @module
 */

export const IV: readonly number[] = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

export const CHUNK_START = 1;
export const CHUNK_END = 2;
export const ROOT = 8;

/** Index of the present message's word that becomes word i of the next round's message. */
const PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];

/** @param x - u32 @param bits - 1 to 31 */
export function rotateRight(x: number, bits: number): number {
  return ((x >>> bits) | (x << (32 - bits))) >>> 0;
}

/** One G: mixes words `a`, `b`, `c`, `d` (indices) of a state in place. @param x, y - message words */
export function mix(s: Uint32Array, a: number, b: number, c: number, d: number, x: number, y: number): void {
  s[a] = s[a]! + s[b]! + x;
  s[d] = rotateRight(s[d]! ^ s[a]!, 16);
  s[c] = s[c]! + s[d]!;
  s[b] = rotateRight(s[b]! ^ s[c]!, 12);
  s[a] = s[a]! + s[b]! + y;
  s[d] = rotateRight(s[d]! ^ s[a]!, 8);
  s[c] = s[c]! + s[d]!;
  s[b] = rotateRight(s[b]! ^ s[c]!, 7);
}

/** The first half of a round, in place. @param s - 16 words @param m - 16 words */
export function mixColumns(s: Uint32Array, m: Uint32Array): void {
  for (let i = 0; i < 4; i++) mix(s, i, 4 + i, 8 + i, 12 + i, m[2 * i]!, m[2 * i + 1]!);
}

/** The second half of a round, in place. @param s - 16 words @param m - 16 words */
export function mixDiagonals(s: Uint32Array, m: Uint32Array): void {
  for (let i = 0; i < 4; i++) {
    mix(s, i, 4 + ((i + 1) & 3), 8 + ((i + 2) & 3), 12 + ((i + 3) & 3), m[8 + 2 * i]!, m[9 + 2 * i]!);
  }
}

/** The message of the next round. @param m - 16 words */
export function permute(m: Uint32Array): Uint32Array {
  return Uint32Array.from(PERMUTATION, (from) => m[from]!);
}

/** `count` rounds on a state, in place. @param m - message of the first of them */
export function rounds(s: Uint32Array, m: Uint32Array, count: number): void {
  let message = m;
  for (let i = 0; i < count; i++) {
    mixColumns(s, message);
    mixDiagonals(s, message);
    message = permute(message);
  }
}

/** The 16 words of a state before its first round. @param chaining - 8 words @param length - of the block, in bytes */
export function initialState(chaining: ArrayLike<number>, length: number, flags: number): Uint32Array {
  return Uint32Array.from([...Array.from(chaining), ...IV.slice(0, 4), 0, 0, length, flags]);
}

/** The 8 words that a finished state gives. */
export function feedForward(s: Uint32Array): Uint32Array {
  return Uint32Array.from({ length: 8 }, (_, i) => s[i]! ^ s[8 + i]!);
}

/** One compression. @param chaining - 8 words @param m - 16 words @param length - of the block, in bytes @returns 8 words */
export function compress(
  chaining: ArrayLike<number>,
  m: Uint32Array,
  length: number,
  flags: number,
): Uint32Array {
  const s = initialState(chaining, length, flags);
  rounds(s, m, 7);
  return feedForward(s);
}

/** Little-endian words of bytes, zeros after their end. @param words - how many to give */
export function wordsOf(bytes: Uint8Array, words: number): Uint32Array<ArrayBuffer> {
  const padded = new Uint8Array(words * 4);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  return Uint32Array.from({ length: words }, (_, i) => view.getUint32(i * 4, true));
}
