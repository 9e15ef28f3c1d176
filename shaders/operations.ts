/**
 * What a nonce costs each kernel, counted in additions, xors and rotations of 32-bit words. The ceiling counts all Gs of
 * seven compressions and nothing else; the kernels leave some out and do a little beside, so that a kernel can pass
 * its ceiling by 3.5 % (WASM) or 4 % (WGSL, on a device that turns every operation saved into time) without a fault: the bench judges by operations.
 * @module
 */
import { CEILING_OPERATIONS_PER_NONCE, OPERATIONS_PER_G } from './ceiling.js';

/** Block 0: its columns 0, 1 and 3 and the first addition of column 2 don't depend on the counter. */
const SAVED_FIRST_ROUND = 3 * OPERATIONS_PER_G + 1;

/** Second hash: 8 of 16 message words are zero, and not added in any of the 7 rounds. */
const SAVED_SECOND_MESSAGE = 7 * 8;

/**
 * Second hash, last round, of which words 0 and 7 are read: two diagonals, whose one zero word each is counted above;
 * the end of a third (an addition, a xor, a rotation); the end of two columns (a xor, a rotation).
 */
const SAVED_LAST_ROUND = 2 * (OPERATIONS_PER_G - 1) + 3 + 2 * 2;

/** Chaining values: 8 xors for each of six compressions; 2 for the last one. */
const FEED_FORWARD = 6 * 8 + 2;

/** Last block of the header: 14 of 16 message words are zero, and not added in any of the 7 rounds. */
const SAVED_LAST_BLOCK = 7 * 14;

/** First rounds: two columns of the six compressions begin with a xor with zero, the block's counter. */
const SAVED_COUNTERS = 6 * 2;

/**
 * First rounds, where a compiler folds more constants: a xor with zero in a third column of the four blocks without
 * flags, and four additions of constants in the second hash. WGSL only.
 */
const SAVED_CONSTANTS = 4 + 4;

/** Operations of the WASM kernel (cpu/assembly/kernel.ts) for a nonce. */
export const WASM_OPERATIONS_PER_NONCE =
  CEILING_OPERATIONS_PER_NONCE -
  SAVED_FIRST_ROUND -
  SAVED_SECOND_MESSAGE -
  SAVED_LAST_ROUND -
  SAVED_LAST_BLOCK -
  SAVED_COUNTERS +
  FEED_FORWARD;

/** Operations of the WGSL kernel (search.wgsl) for a nonce. */
export const WGSL_OPERATIONS_PER_NONCE = WASM_OPERATIONS_PER_NONCE - SAVED_CONSTANTS;
