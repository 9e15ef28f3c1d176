/**
 * The BLAKE3 compression of four blocks at once: lane i of every vector belongs to nonce i.
 *
 * It is written once, unrolled, and compiled in variants: what is left out is decided by constants, since every helper
 * is inlined. The 16 vectors of the state are locals; a0..a3 is its first row, so that a diagonal reads (a0, b1, c2, d3).
 * A state in memory is 16 vectors, a message 16 (or 8), one after the other.
 *
 * Each line is one step of the four columns (or diagonals) side by side: they do not wait for each other. V8 up to 12
 * finds that order by itself; V8 13 and later keeps the order of the source, and is 3 % slower with one column after the
 * other. Loads and spills are free beside the vector operations.
 *
 * The rotations by 16 and 8 bits are byte shuffles by a mask, in two builds of this source:
 * - plain: `swizzle` by a constant mask. V8 up to 12 makes it one instruction, with the mask in a register. V8 13 and
 *   later makes the mask anew each time, seven instructions in all.
 * - relaxed SIMD: `relaxed_swizzle` by a mask from memory, whose content the compiler can't know. One instruction in all
 *   versions that have it.
 * A shuffle of one operand builds its constant anew each time, or takes two operations (16 bits).
 */

/** Whole compression. */
export const WHOLE = 0;
/** Only the part that does not depend on message words 4 and 5: columns 0, 1 and 3 of the first round, and a2 + b2. */
export const HEAD = 1;
/** The rest after HEAD. */
export const BODY = 2;
/** Only output words 0 and 7. */
export const ENDS = 3;

/** Distance of two vectors in memory, bytes. */
export const LANES: usize = 16;

@inline export function add(x: v128, y: v128): v128 {
  return i32x4.add(x, y);
}

@inline export function sum(a: v128, b: v128, m: v128): v128 {
  return add(add(a, m), b);
}

/** The same with one of the message words 2 to 7, which is zero where only `n` = 2 may be other than zero. */
@inline function mid(a: v128, b: v128, m: v128, n: i32): v128 {
  return n == 2 ? add(a, b) : sum(a, b, m);
}

/** The same with a message word of the second half, which is zero where only `n` = 8 may be other than zero. */
@inline function tail(a: v128, b: v128, m: v128, n: i32): v128 {
  return n <= 8 ? add(a, b) : sum(a, b, m);
}

/** Masks of the rotations by 16 and by 8 bits: for each byte of the result the byte that it comes from. */
const BY_16 = memory.data<u8>([2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13], 16);
const BY_8 = memory.data<u8>([1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12], 16);

@inline function turn16(x: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i8x16.relaxed_swizzle(x, v128.load(BY_16));
  return i8x16.swizzle(x, i8x16(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
}

@inline function turn8(x: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i8x16.relaxed_swizzle(x, v128.load(BY_8));
  return i8x16.swizzle(x, i8x16(1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12));
}

@inline export function rot16(x: v128, y: v128): v128 {
  return turn16(v128.xor(x, y));
}

@inline export function rot8(x: v128, y: v128): v128 {
  return turn8(v128.xor(x, y));
}

@inline export function rot12(x: v128, y: v128): v128 {
  const z = v128.xor(x, y);
  return v128.or(i32x4.shr_u(z, 12), i32x4.shl(z, 20));
}

@inline export function rot7(x: v128, y: v128): v128 {
  const z = v128.xor(x, y);
  return v128.or(i32x4.shr_u(z, 7), i32x4.shl(z, 25));
}

@inline function store(out: usize, v0: v128, v1: v128, v2: v128, v3: v128, v4: v128, v5: v128, v6: v128, v7: v128): void {
  v128.store(out, v0); v128.store(out, v1, 16); v128.store(out, v2, 32); v128.store(out, v3, 48);
  v128.store(out, v4, 64); v128.store(out, v5, 80); v128.store(out, v6, 96); v128.store(out, v7, 112);
}

/**
 * Compresses.
 * @param s - state before the first round (BODY: as HEAD left it)
 * @param m - message
 * @param out - 8 vectors: output words (HEAD: 16, the state; ENDS: words 0 and 7 in their places, the others untouched)
 * @param part - WHOLE, HEAD, BODY or ENDS, a constant
 * @param n - message words that may be other than zero, 2, 8 or 16, a constant
 */
@inline export function compress(s: usize, m: usize, out: usize, part: i32, n: i32): void {
  let a0 = v128.load(s), a1 = v128.load(s, 16), a2 = v128.load(s, 32), a3 = v128.load(s, 48);
  let b0 = v128.load(s, 64), b1 = v128.load(s, 80), b2 = v128.load(s, 96), b3 = v128.load(s, 112);
  let c0 = v128.load(s, 128), c1 = v128.load(s, 144), c2 = v128.load(s, 160), c3 = v128.load(s, 176);
  let d0 = v128.load(s, 192), d1 = v128.load(s, 208), d2 = v128.load(s, 224), d3 = v128.load(s, 240);
  const m0 = v128.load(m), m1 = v128.load(m, 16), m2 = v128.load(m, 32), m3 = v128.load(m, 48);
  const m4 = v128.load(m, 64), m5 = v128.load(m, 80), m6 = v128.load(m, 96), m7 = v128.load(m, 112);
  const m8 = v128.load(m, 128), m9 = v128.load(m, 144), m10 = v128.load(m, 160), m11 = v128.load(m, 176);
  const m12 = v128.load(m, 192), m13 = v128.load(m, 208), m14 = v128.load(m, 224), m15 = v128.load(m, 240);

  // round 1: what does not depend on words 4 and 5 comes first; d0 and d1, the block's counter, are zero in all blocks
  if (part != BODY) {
    a0 = sum(a0, b0, m0); d0 = turn16(a0); c0 = add(c0, d0); b0 = rot12(b0, c0); a0 = sum(a0, b0, m1); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0);
    a1 = mid(a1, b1, m2, n); d1 = turn16(a1); c1 = add(c1, d1); b1 = rot12(b1, c1); a1 = mid(a1, b1, m3, n); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1);
  a3 = mid(a3, b3, m6, n);
  d3 = rot16(d3, a3);
  c3 = add(c3, d3);
  b3 = rot12(b3, c3);
  a3 = mid(a3, b3, m7, n);
  d3 = rot8(d3, a3);
  c3 = add(c3, d3);
  b3 = rot7(b3, c3);
  }
  if (part == HEAD) {
    store(out, a0, a1, add(a2, b2), a3, b0, b1, b2, b3);
    store(out + 8 * LANES, c0, c1, c2, c3, d0, d1, d2, d3);
    return;
  }
  a2 = part == BODY ? add(a2, m4) : mid(a2, b2, m4, n);
  d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); a2 = mid(a2, b2, m5, n); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2);
  a0 = tail(a0, b1, m8, n); a1 = tail(a1, b2, m10, n); a2 = tail(a2, b3, m12, n); a3 = tail(a3, b0, m14, n);
  d3 = rot16(d3, a0); d0 = rot16(d0, a1); d1 = rot16(d1, a2); d2 = rot16(d2, a3);
  c2 = add(c2, d3); c3 = add(c3, d0); c0 = add(c0, d1); c1 = add(c1, d2);
  b1 = rot12(b1, c2); b2 = rot12(b2, c3); b3 = rot12(b3, c0); b0 = rot12(b0, c1);
  a0 = tail(a0, b1, m9, n); a1 = tail(a1, b2, m11, n); a2 = tail(a2, b3, m13, n); a3 = tail(a3, b0, m15, n);
  d3 = rot8(d3, a0); d0 = rot8(d0, a1); d1 = rot8(d1, a2); d2 = rot8(d2, a3);
  c2 = add(c2, d3); c3 = add(c3, d0); c0 = add(c0, d1); c1 = add(c1, d2);
  b1 = rot7(b1, c2); b2 = rot7(b2, c3); b3 = rot7(b3, c0); b0 = rot7(b0, c1);
  // round 2
  a0 = mid(a0, b0, m2, n); a1 = mid(a1, b1, m3, n); a2 = mid(a2, b2, m7, n); a3 = mid(a3, b3, m4, n);
  d0 = rot16(d0, a0); d1 = rot16(d1, a1); d2 = rot16(d2, a2); d3 = rot16(d3, a3);
  c0 = add(c0, d0); c1 = add(c1, d1); c2 = add(c2, d2); c3 = add(c3, d3);
  b0 = rot12(b0, c0); b1 = rot12(b1, c1); b2 = rot12(b2, c2); b3 = rot12(b3, c3);
  a0 = mid(a0, b0, m6, n); a1 = tail(a1, b1, m10, n); a2 = sum(a2, b2, m0); a3 = tail(a3, b3, m13, n);
  d0 = rot8(d0, a0); d1 = rot8(d1, a1); d2 = rot8(d2, a2); d3 = rot8(d3, a3);
  c0 = add(c0, d0); c1 = add(c1, d1); c2 = add(c2, d2); c3 = add(c3, d3);
  b0 = rot7(b0, c0); b1 = rot7(b1, c1); b2 = rot7(b2, c2); b3 = rot7(b3, c3);
  a0 = sum(a0, b1, m1); a1 = tail(a1, b2, m12, n); a2 = tail(a2, b3, m9, n); a3 = tail(a3, b0, m15, n);
  d3 = rot16(d3, a0); d0 = rot16(d0, a1); d1 = rot16(d1, a2); d2 = rot16(d2, a3);
  c2 = add(c2, d3); c3 = add(c3, d0); c0 = add(c0, d1); c1 = add(c1, d2);
  b1 = rot12(b1, c2); b2 = rot12(b2, c3); b3 = rot12(b3, c0); b0 = rot12(b0, c1);
  a0 = tail(a0, b1, m11, n); a1 = mid(a1, b2, m5, n); a2 = tail(a2, b3, m14, n); a3 = tail(a3, b0, m8, n);
  d3 = rot8(d3, a0); d0 = rot8(d0, a1); d1 = rot8(d1, a2); d2 = rot8(d2, a3);
  c2 = add(c2, d3); c3 = add(c3, d0); c0 = add(c0, d1); c1 = add(c1, d2);
  b1 = rot7(b1, c2); b2 = rot7(b2, c3); b3 = rot7(b3, c0); b0 = rot7(b0, c1);
  // round 3
  a0 = mid(a0, b0, m3, n); a1 = tail(a1, b1, m10, n); a2 = tail(a2, b2, m13, n); a3 = mid(a3, b3, m7, n);
  d0 = rot16(d0, a0); d1 = rot16(d1, a1); d2 = rot16(d2, a2); d3 = rot16(d3, a3);
  c0 = add(c0, d0); c1 = add(c1, d1); c2 = add(c2, d2); c3 = add(c3, d3);
  b0 = rot12(b0, c0); b1 = rot12(b1, c1); b2 = rot12(b2, c2); b3 = rot12(b3, c3);
  a0 = mid(a0, b0, m4, n); a1 = tail(a1, b1, m12, n); a2 = mid(a2, b2, m2, n); a3 = tail(a3, b3, m14, n);
  d0 = rot8(d0, a0); d1 = rot8(d1, a1); d2 = rot8(d2, a2); d3 = rot8(d3, a3);
  c0 = add(c0, d0); c1 = add(c1, d1); c2 = add(c2, d2); c3 = add(c3, d3);
  b0 = rot7(b0, c0); b1 = rot7(b1, c1); b2 = rot7(b2, c2); b3 = rot7(b3, c3);
  a0 = mid(a0, b1, m6, n); a1 = tail(a1, b2, m9, n); a2 = tail(a2, b3, m11, n); a3 = tail(a3, b0, m8, n);
  d3 = rot16(d3, a0); d0 = rot16(d0, a1); d1 = rot16(d1, a2); d2 = rot16(d2, a3);
  c2 = add(c2, d3); c3 = add(c3, d0); c0 = add(c0, d1); c1 = add(c1, d2);
  b1 = rot12(b1, c2); b2 = rot12(b2, c3); b3 = rot12(b3, c0); b0 = rot12(b0, c1);
  a0 = mid(a0, b1, m5, n); a1 = sum(a1, b2, m0); a2 = tail(a2, b3, m15, n); a3 = sum(a3, b0, m1);
  d3 = rot8(d3, a0); d0 = rot8(d0, a1); d1 = rot8(d1, a2); d2 = rot8(d2, a3);
  c2 = add(c2, d3); c3 = add(c3, d0); c0 = add(c0, d1); c1 = add(c1, d2);
  b1 = rot7(b1, c2); b2 = rot7(b2, c3); b3 = rot7(b3, c0); b0 = rot7(b0, c1);
  // round 4
  a0 = tail(a0, b0, m10, n); a1 = tail(a1, b1, m12, n); a2 = tail(a2, b2, m14, n); a3 = tail(a3, b3, m13, n);
  d0 = rot16(d0, a0); d1 = rot16(d1, a1); d2 = rot16(d2, a2); d3 = rot16(d3, a3);
  c0 = add(c0, d0); c1 = add(c1, d1); c2 = add(c2, d2); c3 = add(c3, d3);
  b0 = rot12(b0, c0); b1 = rot12(b1, c1); b2 = rot12(b2, c2); b3 = rot12(b3, c3);
  a0 = mid(a0, b0, m7, n); a1 = tail(a1, b1, m9, n); a2 = mid(a2, b2, m3, n); a3 = tail(a3, b3, m15, n);
  d0 = rot8(d0, a0); d1 = rot8(d1, a1); d2 = rot8(d2, a2); d3 = rot8(d3, a3);
  c0 = add(c0, d0); c1 = add(c1, d1); c2 = add(c2, d2); c3 = add(c3, d3);
  b0 = rot7(b0, c0); b1 = rot7(b1, c1); b2 = rot7(b2, c2); b3 = rot7(b3, c3);
  a0 = mid(a0, b1, m4, n); a1 = tail(a1, b2, m11, n); a2 = mid(a2, b3, m5, n); a3 = sum(a3, b0, m1);
  d3 = rot16(d3, a0); d0 = rot16(d0, a1); d1 = rot16(d1, a2); d2 = rot16(d2, a3);
  c2 = add(c2, d3); c3 = add(c3, d0); c0 = add(c0, d1); c1 = add(c1, d2);
  b1 = rot12(b1, c2); b2 = rot12(b2, c3); b3 = rot12(b3, c0); b0 = rot12(b0, c1);
  a0 = sum(a0, b1, m0); a1 = mid(a1, b2, m2, n); a2 = tail(a2, b3, m8, n); a3 = mid(a3, b0, m6, n);
  d3 = rot8(d3, a0); d0 = rot8(d0, a1); d1 = rot8(d1, a2); d2 = rot8(d2, a3);
  c2 = add(c2, d3); c3 = add(c3, d0); c0 = add(c0, d1); c1 = add(c1, d2);
  b1 = rot7(b1, c2); b2 = rot7(b2, c3); b3 = rot7(b3, c0); b0 = rot7(b0, c1);
  // round 5
  a0 = tail(a0, b0, m12, n); a1 = tail(a1, b1, m9, n); a2 = tail(a2, b2, m15, n); a3 = tail(a3, b3, m14, n);
  d0 = rot16(d0, a0); d1 = rot16(d1, a1); d2 = rot16(d2, a2); d3 = rot16(d3, a3);
  c0 = add(c0, d0); c1 = add(c1, d1); c2 = add(c2, d2); c3 = add(c3, d3);
  b0 = rot12(b0, c0); b1 = rot12(b1, c1); b2 = rot12(b2, c2); b3 = rot12(b3, c3);
  a0 = tail(a0, b0, m13, n); a1 = tail(a1, b1, m11, n); a2 = tail(a2, b2, m10, n); a3 = tail(a3, b3, m8, n);
  d0 = rot8(d0, a0); d1 = rot8(d1, a1); d2 = rot8(d2, a2); d3 = rot8(d3, a3);
  c0 = add(c0, d0); c1 = add(c1, d1); c2 = add(c2, d2); c3 = add(c3, d3);
  b0 = rot7(b0, c0); b1 = rot7(b1, c1); b2 = rot7(b2, c2); b3 = rot7(b3, c3);
  a0 = mid(a0, b1, m7, n); a1 = mid(a1, b2, m5, n); a2 = sum(a2, b3, m0); a3 = mid(a3, b0, m6, n);
  d3 = rot16(d3, a0); d0 = rot16(d0, a1); d1 = rot16(d1, a2); d2 = rot16(d2, a3);
  c2 = add(c2, d3); c3 = add(c3, d0); c0 = add(c0, d1); c1 = add(c1, d2);
  b1 = rot12(b1, c2); b2 = rot12(b2, c3); b3 = rot12(b3, c0); b0 = rot12(b0, c1);
  a0 = mid(a0, b1, m2, n); a1 = mid(a1, b2, m3, n); a2 = sum(a2, b3, m1); a3 = mid(a3, b0, m4, n);
  d3 = rot8(d3, a0); d0 = rot8(d0, a1); d1 = rot8(d1, a2); d2 = rot8(d2, a3);
  c2 = add(c2, d3); c3 = add(c3, d0); c0 = add(c0, d1); c1 = add(c1, d2);
  b1 = rot7(b1, c2); b2 = rot7(b2, c3); b3 = rot7(b3, c0); b0 = rot7(b0, c1);
  // round 6
  a0 = tail(a0, b0, m9, n); a1 = tail(a1, b1, m11, n); a2 = tail(a2, b2, m8, n); a3 = tail(a3, b3, m15, n);
  d0 = rot16(d0, a0); d1 = rot16(d1, a1); d2 = rot16(d2, a2); d3 = rot16(d3, a3);
  c0 = add(c0, d0); c1 = add(c1, d1); c2 = add(c2, d2); c3 = add(c3, d3);
  b0 = rot12(b0, c0); b1 = rot12(b1, c1); b2 = rot12(b2, c2); b3 = rot12(b3, c3);
  a0 = tail(a0, b0, m14, n); a1 = mid(a1, b1, m5, n); a2 = tail(a2, b2, m12, n); a3 = sum(a3, b3, m1);
  d0 = rot8(d0, a0); d1 = rot8(d1, a1); d2 = rot8(d2, a2); d3 = rot8(d3, a3);
  c0 = add(c0, d0); c1 = add(c1, d1); c2 = add(c2, d2); c3 = add(c3, d3);
  b0 = rot7(b0, c0); b1 = rot7(b1, c1); b2 = rot7(b2, c2); b3 = rot7(b3, c3);
  a0 = tail(a0, b1, m13, n); a1 = sum(a1, b2, m0); a2 = mid(a2, b3, m2, n); a3 = mid(a3, b0, m4, n);
  d3 = rot16(d3, a0); d0 = rot16(d0, a1); d1 = rot16(d1, a2); d2 = rot16(d2, a3);
  c2 = add(c2, d3); c3 = add(c3, d0); c0 = add(c0, d1); c1 = add(c1, d2);
  b1 = rot12(b1, c2); b2 = rot12(b2, c3); b3 = rot12(b3, c0); b0 = rot12(b0, c1);
  a0 = mid(a0, b1, m3, n); a1 = tail(a1, b2, m10, n); a2 = mid(a2, b3, m6, n); a3 = mid(a3, b0, m7, n);
  d3 = rot8(d3, a0); d0 = rot8(d0, a1); d1 = rot8(d1, a2); d2 = rot8(d2, a3);
  c2 = add(c2, d3); c3 = add(c3, d0); c0 = add(c0, d1); c1 = add(c1, d2);
  b1 = rot7(b1, c2); b2 = rot7(b2, c3); b3 = rot7(b3, c0); b0 = rot7(b0, c1);
  // round 7
  a0 = tail(a0, b0, m11, n); a1 = mid(a1, b1, m5, n); a2 = sum(a2, b2, m1); a3 = tail(a3, b3, m8, n);
  d0 = rot16(d0, a0); d1 = rot16(d1, a1); d2 = rot16(d2, a2); d3 = rot16(d3, a3);
  c0 = add(c0, d0); c1 = add(c1, d1); c2 = add(c2, d2); c3 = add(c3, d3);
  b0 = rot12(b0, c0); b1 = rot12(b1, c1); b2 = rot12(b2, c2); b3 = rot12(b3, c3);
  a0 = tail(a0, b0, m15, n); a1 = sum(a1, b1, m0); a2 = tail(a2, b2, m9, n); a3 = mid(a3, b3, m6, n);
  d0 = rot8(d0, a0); d1 = rot8(d1, a1); d2 = rot8(d2, a2); d3 = rot8(d3, a3);
  c0 = add(c0, d0); c1 = add(c1, d1); c2 = add(c2, d2); c3 = add(c3, d3);
  b0 = rot7(b0, c0); b1 = rot7(b1, c1); b2 = rot7(b2, c2); b3 = rot7(b3, c3);
  a0 = tail(a0, b1, m14, n); a1 = mid(a1, b2, m2, n); a2 = mid(a2, b3, m3, n); a3 = mid(a3, b0, m7, n);
  d3 = rot16(d3, a0); d0 = rot16(d0, a1); d1 = rot16(d1, a2); d2 = rot16(d2, a3);
  c2 = add(c2, d3); c3 = add(c3, d0); c0 = add(c0, d1); c1 = add(c1, d2);
  b1 = rot12(b1, c2); b2 = rot12(b2, c3); b3 = rot12(b3, c0); b0 = rot12(b0, c1);
  a0 = tail(a0, b1, m10, n); a1 = tail(a1, b2, m12, n); a2 = mid(a2, b3, m4, n); a3 = tail(a3, b0, m13, n);
  d3 = rot8(d3, a0); d0 = rot8(d0, a1); d1 = rot8(d1, a2); d2 = rot8(d2, a3);
  c2 = add(c2, d3); c3 = add(c3, d0); c0 = add(c0, d1); c1 = add(c1, d2);
  b1 = rot7(b1, c2); b2 = rot7(b2, c3); b3 = rot7(b3, c0); b0 = rot7(b0, c1);

  if (part == ENDS) {
    // What only the other words need is dropped by the compiler.
    v128.store(out, v128.xor(a0, c0));
    v128.store(out, v128.xor(b3, d3), 112);
    return;
  }
  store(out, v128.xor(a0, c0), v128.xor(a1, c1), v128.xor(a2, c2), v128.xor(a3, c3),
    v128.xor(b0, d0), v128.xor(b1, d1), v128.xor(b2, d2), v128.xor(b3, d3));
}
