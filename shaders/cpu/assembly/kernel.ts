/**
 * The search kernel and the block hash, on WASM SIMD: BLAKE3(BLAKE3(header of 326 bytes)), seven compressions.
 *
 * The caller writes the header to HEADER and the target to TARGET; `search` leaves counters at FINDS, `hash` the hash
 * at HASH. Nothing else is kept from one call to the next.
 */
import { BODY, compress, ENDS, HEAD, LANES, WHOLE } from './compress';

/** 326 bytes, then 58 bytes that must stay zero: six blocks. */
export const HEADER: usize = 0;
/** 32 bytes, big-endian. */
export const TARGET: usize = 384;
/** 32 bytes. */
export const HASH: usize = 416;
/** Counters of the finds of the last search, MAX_FINDS x u64. */
export const FINDS: usize = 512;
export const MAX_FINDS: u32 = 64;

const BLOCKS: usize = 6;
/** A message of 16 vectors, or a state. */
const BLOCK_BYTES: usize = 16 * LANES;
/** Messages of the header's blocks, each word in all four lanes; then that of the second hash, its words 8..15 zero. */
const MESSAGES: usize = 1024;
const SECOND: usize = MESSAGES + BLOCKS * BLOCK_BYTES;
/** State before each of the seven compressions. */
const STATES: usize = 3072;
const SECOND_STATE: usize = STATES + BLOCKS * BLOCK_BYTES;
/** State of block 0 after what its nonces have in common. */
const HEAD_STATE: usize = 5120;
/** Output words of the second hash. */
const OUT: usize = 5376;

const CHUNK_START = 1;
const CHUNK_END = 2;
const ROOT = 8;
/** The nonce's counter: words 4 (low) and 5 (high) of block 0. */
const COUNTER_LOW: usize = MESSAGES + 4 * LANES;
const COUNTER_HIGH: usize = MESSAGES + 5 * LANES;

/** First row of the IV, which is also the third row of every initial state; then its second row. */
@inline function iv(word: usize): u32 {
  switch (<i32>word) {
    case 0: return 0x6a09e667;
    case 1: return 0xbb67ae85;
    case 2: return 0x3c6ef372;
    case 3: return 0xa54ff53a;
    case 4: return 0x510e527f;
    case 5: return 0x9b05688c;
    case 6: return 0x1f83d9ab;
    default: return 0x5be0cd19;
  }
}

function put(vector: usize, word: u32): void {
  v128.store(vector, i32x4.splat(word));
}

/** Writes the third and fourth row of an initial state; the first two rows are the chaining value. */
function prepareState(state: usize, blockBytes: u32, flags: u32): void {
  for (let word: usize = 0; word < 4; word++) put(state + (8 + word) * LANES, iv(word));
  put(state + 12 * LANES, 0);
  put(state + 13 * LANES, 0);
  put(state + 14 * LANES, blockBytes);
  put(state + 15 * LANES, flags);
}

/** Writes the messages from the header, and every state except the chaining values that compressions make. */
function prepare(): void {
  for (let word: usize = 0; word < BLOCKS * 16; word++) put(MESSAGES + word * LANES, load<u32>(HEADER + word * 4));
  for (let word: usize = 0; word < 8; word++) {
    put(SECOND + (8 + word) * LANES, 0);
    put(STATES + word * LANES, iv(word));
    put(SECOND_STATE + word * LANES, iv(word));
  }
  prepareState(STATES, 64, CHUNK_START);
  for (let block: usize = 1; block < 5; block++) prepareState(STATES + block * BLOCK_BYTES, 64, 0);
  prepareState(STATES + 5 * BLOCK_BYTES, 6, CHUNK_END | ROOT);
  prepareState(SECOND_STATE, 32, CHUNK_START | CHUNK_END | ROOT);
}

function compressWhole(state: usize, message: usize, out: usize): void {
  compress(state, message, out, WHOLE, 16);
}

/** Blocks 1 to 5, each into the state of the next, the last (6 bytes, two words) into the message of the second hash. */
function compressRest(): void {
  for (let block: usize = 1; block < 5; block++) {
    const state = STATES + block * BLOCK_BYTES;
    compressWhole(state, MESSAGES + block * BLOCK_BYTES, state + BLOCK_BYTES);
  }
  compress(STATES + 5 * BLOCK_BYTES, MESSAGES + 5 * BLOCK_BYTES, SECOND, WHOLE, 2);
}

/** Hashes the header at HEADER; the hash goes to HASH. */
export function hash(): void {
  prepare();
  compressWhole(STATES, MESSAGES, STATES + BLOCK_BYTES);
  compressRest();
  compressWhole(SECOND_STATE, SECOND, OUT);
  for (let word: usize = 0; word < 8; word++) store<u32>(HASH + word * 4, load<u32>(OUT + word * LANES));
}

/** Word of a hash in OUT as a big-endian integer has it. */
function hashWord(lane: usize, word: usize): u32 {
  return bswap<u32>(load<u32>(OUT + word * LANES + lane * 4));
}

function meetsTarget(lane: usize): bool {
  for (let word: usize = 0; word < 8; word++) {
    const difference = <i64>hashWord(lane, word) - <i64>bswap<u32>(load<u32>(TARGET + word * 4));
    if (difference != 0) return difference < 0;
  }
  return true;
}

/**
 * Searches the nonces whose counters are `start` to `start + count - 1`, mod 2^64; the header's own counter is ignored.
 * @param count - 0 to 2^32 - 1
 * @param chain - 0 to 15
 * @returns number of finds; the first MAX_FINDS of them are at FINDS, ascending from `start`
 */
export function search(start: u64, count: u32, chain: u32): u32 {
  prepare();
  compress(STATES, MESSAGES, HEAD_STATE, HEAD, 16);
  const startLow = i32x4.splat(<u32>start);
  const startHigh = i32x4.splat(<u32>(start >> 32));
  const wantedChain = i32x4.splat(chain << 24);
  const targetTop = i32x4.splat(bswap<u32>(load<u32>(TARGET)));
  let finds: u32 = 0;
  // Vectors of a range that is not a multiple of four end beyond it: those lanes are looked at and not counted.
  for (let offset: u64 = 0; offset < count; offset += 4) {
    const low = i32x4.add(startLow, i32x4.add(i32x4.splat(<u32>offset), i32x4(0, 1, 2, 3)));
    v128.store(COUNTER_LOW, low);
    // A low word below the first has wrapped, once: a comparison gives -1.
    v128.store(COUNTER_HIGH, i32x4.sub(startHigh, i32x4.lt_u(low, startLow)));
    compress(HEAD_STATE, MESSAGES, STATES + BLOCK_BYTES, BODY, 16);
    compressRest();
    compress(SECOND_STATE, SECOND, OUT, ENDS, 8);

    const ofChain = i32x4.eq(v128.and(v128.load(OUT, 7 * LANES), i32x4.splat(0x0f000000)), wantedChain);
    const top = i8x16.swizzle(v128.load(OUT), i8x16(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
    const candidates = i32x4.bitmask(v128.and(ofChain, i32x4.le_u(top, targetTop)));
    if (candidates == 0) continue;

    compressWhole(SECOND_STATE, SECOND, OUT);
    for (let lane: u32 = 0; lane < 4 && offset + lane < count; lane++) {
      if (((candidates >> lane) & 1) == 0 || !meetsTarget(lane)) continue;
      if (finds < MAX_FINDS) store<u64>(FINDS + finds * 8, start + offset + lane);
      finds++;
    }
  }
  return finds;
}
