/**
 * Measures how fast a core can mix: G by itself, four lanes to a vector, in some chains that do not wait for each other.
 * What the search kernel reaches is judged against the best of them. The CPU twin is mixChain of ../../ceiling.ts.
 *
 * The caller writes seeds to SEEDS: words a, b, c, d of each chain, a vector each, the chains one after the other.
 * Results are left at RESULTS in the same order.
 *
 * Three habits of V8 would make the ceiling lower than the search. V8 makes the rotations' constants anew in each turn of a
 * loop: hence eight Gs a turn. It makes constant message words anew, too: hence they are read from memory, as the search
 * does. And it puts all Gs of one chain in a row, too long for a core to look beyond: hence stores, whose order V8 must
 * keep, hold the chains side by side (`keep`). Stores and loads are free beside the vector operations.
 *
 * `crossed_4` needs no stores: its four chains exchange words as the columns and diagonals of BLAKE3 do. It is the fastest
 * on x64, where more than four chains do not fit the registers.
 */
import { add, LANES, rot12, rot16, rot7, rot8, sum } from './compress';

export const SEEDS: usize = 0;
export const RESULTS: usize = 512;
/** Message words, in all four lanes. */
const X: usize = 1024;
const Y: usize = 1040;

@inline function keep(chain: usize, b: v128): void {
  v128.store(RESULTS + chain * 4 * LANES, b, 16);
}

@inline function message(x: u32, y: u32): void {
  v128.store(X, i32x4.splat(x)); v128.store(Y, i32x4.splat(y));
}

@inline function seed(word: usize): v128 {
  return v128.load(SEEDS + word * LANES);
}

@inline function put(chain: usize, a: v128, b: v128, c: v128, d: v128): void {
  const at = RESULTS + chain * 4 * LANES;
  v128.store(at, a); v128.store(at, b, 16); v128.store(at, c, 32); v128.store(at, d, 48);
}

/** @param turns - of 8 Gs in each chain @param x, y - message words */
export function chains_1(turns: u32, x: u32, y: u32): void {
  message(x, y);
  let a0 = seed(0), b0 = seed(1), c0 = seed(2), d0 = seed(3);
  for (let i: u32 = 0; i < turns; i++) {
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
  }
  put(0, a0, b0, c0, d0);
}

/** @param turns - of 8 Gs in each chain @param x, y - message words */
export function chains_2(turns: u32, x: u32, y: u32): void {
  message(x, y);
  let a0 = seed(0), b0 = seed(1), c0 = seed(2), d0 = seed(3);
  let a1 = seed(4), b1 = seed(5), c1 = seed(6), d1 = seed(7);
  for (let i: u32 = 0; i < turns; i++) {
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
  }
  put(0, a0, b0, c0, d0);
  put(1, a1, b1, c1, d1);
}

/** @param turns - of 8 Gs in each chain @param x, y - message words */
export function chains_4(turns: u32, x: u32, y: u32): void {
  message(x, y);
  let a0 = seed(0), b0 = seed(1), c0 = seed(2), d0 = seed(3);
  let a1 = seed(4), b1 = seed(5), c1 = seed(6), d1 = seed(7);
  let a2 = seed(8), b2 = seed(9), c2 = seed(10), d2 = seed(11);
  let a3 = seed(12), b3 = seed(13), c3 = seed(14), d3 = seed(15);
  for (let i: u32 = 0; i < turns; i++) {
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); keep(3, b3);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3); keep(3, b3);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); keep(3, b3);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3); keep(3, b3);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); keep(3, b3);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3); keep(3, b3);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); keep(3, b3);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3); keep(3, b3);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); keep(3, b3);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3); keep(3, b3);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); keep(3, b3);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3); keep(3, b3);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); keep(3, b3);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3); keep(3, b3);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); keep(3, b3);
    a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0); keep(0, b0);
    a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1); keep(1, b1);
    a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2); keep(2, b2);
    a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3); keep(3, b3);
  }
  put(0, a0, b0, c0, d0);
  put(1, a1, b1, c1, d1);
  put(2, a2, b2, c2, d2);
  put(3, a3, b3, c3, d3);
}

/** @param turns - of 16 Gs in each chain @param x, y - message words */
export function crossed_4(turns: u32, x: u32, y: u32): void {
  message(x, y);
  let a0 = seed(0), b0 = seed(1), c0 = seed(2), d0 = seed(3);
  let a1 = seed(4), b1 = seed(5), c1 = seed(6), d1 = seed(7);
  let a2 = seed(8), b2 = seed(9), c2 = seed(10), d2 = seed(11);
  let a3 = seed(12), b3 = seed(13), c3 = seed(14), d3 = seed(15);
  for (let i: u32 = 0; i < turns; i++) {
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3);
    a0 = sum(a0, b1, v128.load(X)); d3 = rot16(d3, a0); c2 = add(c2, d3); b1 = rot12(b1, c2); a0 = sum(a0, b1, v128.load(Y)); d3 = rot8(d3, a0); c2 = add(c2, d3); b1 = rot7(b1, c2);
    a1 = sum(a1, b2, v128.load(X)); d0 = rot16(d0, a1); c3 = add(c3, d0); b2 = rot12(b2, c3); a1 = sum(a1, b2, v128.load(Y)); d0 = rot8(d0, a1); c3 = add(c3, d0); b2 = rot7(b2, c3);
    a2 = sum(a2, b3, v128.load(X)); d1 = rot16(d1, a2); c0 = add(c0, d1); b3 = rot12(b3, c0); a2 = sum(a2, b3, v128.load(Y)); d1 = rot8(d1, a2); c0 = add(c0, d1); b3 = rot7(b3, c0);
    a3 = sum(a3, b0, v128.load(X)); d2 = rot16(d2, a3); c1 = add(c1, d2); b0 = rot12(b0, c1); a3 = sum(a3, b0, v128.load(Y)); d2 = rot8(d2, a3); c1 = add(c1, d2); b0 = rot7(b0, c1);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3);
    a0 = sum(a0, b1, v128.load(X)); d3 = rot16(d3, a0); c2 = add(c2, d3); b1 = rot12(b1, c2); a0 = sum(a0, b1, v128.load(Y)); d3 = rot8(d3, a0); c2 = add(c2, d3); b1 = rot7(b1, c2);
    a1 = sum(a1, b2, v128.load(X)); d0 = rot16(d0, a1); c3 = add(c3, d0); b2 = rot12(b2, c3); a1 = sum(a1, b2, v128.load(Y)); d0 = rot8(d0, a1); c3 = add(c3, d0); b2 = rot7(b2, c3);
    a2 = sum(a2, b3, v128.load(X)); d1 = rot16(d1, a2); c0 = add(c0, d1); b3 = rot12(b3, c0); a2 = sum(a2, b3, v128.load(Y)); d1 = rot8(d1, a2); c0 = add(c0, d1); b3 = rot7(b3, c0);
    a3 = sum(a3, b0, v128.load(X)); d2 = rot16(d2, a3); c1 = add(c1, d2); b0 = rot12(b0, c1); a3 = sum(a3, b0, v128.load(Y)); d2 = rot8(d2, a3); c1 = add(c1, d2); b0 = rot7(b0, c1);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3);
    a0 = sum(a0, b1, v128.load(X)); d3 = rot16(d3, a0); c2 = add(c2, d3); b1 = rot12(b1, c2); a0 = sum(a0, b1, v128.load(Y)); d3 = rot8(d3, a0); c2 = add(c2, d3); b1 = rot7(b1, c2);
    a1 = sum(a1, b2, v128.load(X)); d0 = rot16(d0, a1); c3 = add(c3, d0); b2 = rot12(b2, c3); a1 = sum(a1, b2, v128.load(Y)); d0 = rot8(d0, a1); c3 = add(c3, d0); b2 = rot7(b2, c3);
    a2 = sum(a2, b3, v128.load(X)); d1 = rot16(d1, a2); c0 = add(c0, d1); b3 = rot12(b3, c0); a2 = sum(a2, b3, v128.load(Y)); d1 = rot8(d1, a2); c0 = add(c0, d1); b3 = rot7(b3, c0);
    a3 = sum(a3, b0, v128.load(X)); d2 = rot16(d2, a3); c1 = add(c1, d2); b0 = rot12(b0, c1); a3 = sum(a3, b0, v128.load(Y)); d2 = rot8(d2, a3); c1 = add(c1, d2); b0 = rot7(b0, c1);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3);
    a0 = sum(a0, b1, v128.load(X)); d3 = rot16(d3, a0); c2 = add(c2, d3); b1 = rot12(b1, c2); a0 = sum(a0, b1, v128.load(Y)); d3 = rot8(d3, a0); c2 = add(c2, d3); b1 = rot7(b1, c2);
    a1 = sum(a1, b2, v128.load(X)); d0 = rot16(d0, a1); c3 = add(c3, d0); b2 = rot12(b2, c3); a1 = sum(a1, b2, v128.load(Y)); d0 = rot8(d0, a1); c3 = add(c3, d0); b2 = rot7(b2, c3);
    a2 = sum(a2, b3, v128.load(X)); d1 = rot16(d1, a2); c0 = add(c0, d1); b3 = rot12(b3, c0); a2 = sum(a2, b3, v128.load(Y)); d1 = rot8(d1, a2); c0 = add(c0, d1); b3 = rot7(b3, c0);
    a3 = sum(a3, b0, v128.load(X)); d2 = rot16(d2, a3); c1 = add(c1, d2); b0 = rot12(b0, c1); a3 = sum(a3, b0, v128.load(Y)); d2 = rot8(d2, a3); c1 = add(c1, d2); b0 = rot7(b0, c1);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3);
    a0 = sum(a0, b1, v128.load(X)); d3 = rot16(d3, a0); c2 = add(c2, d3); b1 = rot12(b1, c2); a0 = sum(a0, b1, v128.load(Y)); d3 = rot8(d3, a0); c2 = add(c2, d3); b1 = rot7(b1, c2);
    a1 = sum(a1, b2, v128.load(X)); d0 = rot16(d0, a1); c3 = add(c3, d0); b2 = rot12(b2, c3); a1 = sum(a1, b2, v128.load(Y)); d0 = rot8(d0, a1); c3 = add(c3, d0); b2 = rot7(b2, c3);
    a2 = sum(a2, b3, v128.load(X)); d1 = rot16(d1, a2); c0 = add(c0, d1); b3 = rot12(b3, c0); a2 = sum(a2, b3, v128.load(Y)); d1 = rot8(d1, a2); c0 = add(c0, d1); b3 = rot7(b3, c0);
    a3 = sum(a3, b0, v128.load(X)); d2 = rot16(d2, a3); c1 = add(c1, d2); b0 = rot12(b0, c1); a3 = sum(a3, b0, v128.load(Y)); d2 = rot8(d2, a3); c1 = add(c1, d2); b0 = rot7(b0, c1);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3);
    a0 = sum(a0, b1, v128.load(X)); d3 = rot16(d3, a0); c2 = add(c2, d3); b1 = rot12(b1, c2); a0 = sum(a0, b1, v128.load(Y)); d3 = rot8(d3, a0); c2 = add(c2, d3); b1 = rot7(b1, c2);
    a1 = sum(a1, b2, v128.load(X)); d0 = rot16(d0, a1); c3 = add(c3, d0); b2 = rot12(b2, c3); a1 = sum(a1, b2, v128.load(Y)); d0 = rot8(d0, a1); c3 = add(c3, d0); b2 = rot7(b2, c3);
    a2 = sum(a2, b3, v128.load(X)); d1 = rot16(d1, a2); c0 = add(c0, d1); b3 = rot12(b3, c0); a2 = sum(a2, b3, v128.load(Y)); d1 = rot8(d1, a2); c0 = add(c0, d1); b3 = rot7(b3, c0);
    a3 = sum(a3, b0, v128.load(X)); d2 = rot16(d2, a3); c1 = add(c1, d2); b0 = rot12(b0, c1); a3 = sum(a3, b0, v128.load(Y)); d2 = rot8(d2, a3); c1 = add(c1, d2); b0 = rot7(b0, c1);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3);
    a0 = sum(a0, b1, v128.load(X)); d3 = rot16(d3, a0); c2 = add(c2, d3); b1 = rot12(b1, c2); a0 = sum(a0, b1, v128.load(Y)); d3 = rot8(d3, a0); c2 = add(c2, d3); b1 = rot7(b1, c2);
    a1 = sum(a1, b2, v128.load(X)); d0 = rot16(d0, a1); c3 = add(c3, d0); b2 = rot12(b2, c3); a1 = sum(a1, b2, v128.load(Y)); d0 = rot8(d0, a1); c3 = add(c3, d0); b2 = rot7(b2, c3);
    a2 = sum(a2, b3, v128.load(X)); d1 = rot16(d1, a2); c0 = add(c0, d1); b3 = rot12(b3, c0); a2 = sum(a2, b3, v128.load(Y)); d1 = rot8(d1, a2); c0 = add(c0, d1); b3 = rot7(b3, c0);
    a3 = sum(a3, b0, v128.load(X)); d2 = rot16(d2, a3); c1 = add(c1, d2); b0 = rot12(b0, c1); a3 = sum(a3, b0, v128.load(Y)); d2 = rot8(d2, a3); c1 = add(c1, d2); b0 = rot7(b0, c1);
    a0 = sum(a0, b0, v128.load(X)); d0 = rot16(d0, a0); c0 = add(c0, d0); b0 = rot12(b0, c0); a0 = sum(a0, b0, v128.load(Y)); d0 = rot8(d0, a0); c0 = add(c0, d0); b0 = rot7(b0, c0);
    a1 = sum(a1, b1, v128.load(X)); d1 = rot16(d1, a1); c1 = add(c1, d1); b1 = rot12(b1, c1); a1 = sum(a1, b1, v128.load(Y)); d1 = rot8(d1, a1); c1 = add(c1, d1); b1 = rot7(b1, c1);
    a2 = sum(a2, b2, v128.load(X)); d2 = rot16(d2, a2); c2 = add(c2, d2); b2 = rot12(b2, c2); a2 = sum(a2, b2, v128.load(Y)); d2 = rot8(d2, a2); c2 = add(c2, d2); b2 = rot7(b2, c2);
    a3 = sum(a3, b3, v128.load(X)); d3 = rot16(d3, a3); c3 = add(c3, d3); b3 = rot12(b3, c3); a3 = sum(a3, b3, v128.load(Y)); d3 = rot8(d3, a3); c3 = add(c3, d3); b3 = rot7(b3, c3);
    a0 = sum(a0, b1, v128.load(X)); d3 = rot16(d3, a0); c2 = add(c2, d3); b1 = rot12(b1, c2); a0 = sum(a0, b1, v128.load(Y)); d3 = rot8(d3, a0); c2 = add(c2, d3); b1 = rot7(b1, c2);
    a1 = sum(a1, b2, v128.load(X)); d0 = rot16(d0, a1); c3 = add(c3, d0); b2 = rot12(b2, c3); a1 = sum(a1, b2, v128.load(Y)); d0 = rot8(d0, a1); c3 = add(c3, d0); b2 = rot7(b2, c3);
    a2 = sum(a2, b3, v128.load(X)); d1 = rot16(d1, a2); c0 = add(c0, d1); b3 = rot12(b3, c0); a2 = sum(a2, b3, v128.load(Y)); d1 = rot8(d1, a2); c0 = add(c0, d1); b3 = rot7(b3, c0);
    a3 = sum(a3, b0, v128.load(X)); d2 = rot16(d2, a3); c1 = add(c1, d2); b0 = rot12(b0, c1); a3 = sum(a3, b0, v128.load(Y)); d2 = rot8(d2, a3); c1 = add(c1, d2); b0 = rot7(b0, c1);
  }
  put(0, a0, b0, c0, d0);
  put(1, a1, b1, c1, d1);
  put(2, a2, b2, c2, d2);
  put(3, a3, b3, c3, d3);
}
