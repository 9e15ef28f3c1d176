/**
 * Targets: compact bits, the hashrate that a target stands for, and the pool's difficulty. All exact, in integers.
 * @module
 */
import { bigIntToBytes, bytesToBigInt } from './bytes.js';
import { CHAINS } from './chain.js';

/** Largest target: every hash of the right chain meets it. */
export const MAX_TARGET = 2n ** 256n - 1n;

/** Share target of difficulty 1, `2^226 - 1`: 2^34 hashes on one template. */
export const DIFFICULTY_1_TARGET = 2n ** 226n - 1n;

/** Expected hashes for one share of difficulty 1, on one template (1 hash in 16 is of its chain). */
export const HASHES_PER_DIFFICULTY = 2n ** 34n;

/**
 * The value of compact bits `b0 b1 b2 b3`: `(b1 b2 b3) * 256^(b0 - 3)`. No sign bit, unlike Bitcoin's.
 * @param bits - u32
 */
export function targetOfBits(bits: number): bigint {
  const size = bits >>> 24;
  const mantissa = BigInt(bits & 0xffffff);
  return size < 3 ? mantissa >> BigInt(8 * (3 - size)) : mantissa << BigInt(8 * (size - 3));
}

/**
 * Compact bits of a target: its byte length and its top 3 bytes; lower bytes are lost.
 * @param target - 0 to 2^256 - 1
 * @returns u32
 */
export function bitsOfTarget(target: bigint): number {
  const size = Math.ceil(target.toString(2).length / 8);
  if (target === 0n) return 0;
  const mantissa = size <= 3 ? target << BigInt(8 * (3 - size)) : target >> BigInt(8 * (size - 3));
  return ((size << 24) | Number(mantissa)) >>> 0;
}

/** A target as 32 big-endian bytes. @throws RangeError if it is negative or over 2^256 - 1 */
export function targetBytes(target: bigint): Uint8Array {
  return bigIntToBytes(target, 32);
}

/** 32 (or fewer) big-endian bytes as a target. */
export function targetOfBytes(bytes: Uint8Array): bigint {
  return bytesToBigInt(bytes);
}

/**
 * Hashrate of the whole network when one of its chains has this target, in hashes per second, rounded down.
 * @param target - at least 1
 * @param blockTimeMs - target block time of a chain
 */
export function hashrateOfTarget(target: bigint, blockTimeMs: number): bigint {
  return ((2n ** 256n / target) * BigInt(CHAINS * CHAINS) * 1000n) / BigInt(blockTimeMs);
}

/**
 * Compact bits of the target at which a network of this hashrate makes one block per chain and block time.
 * @param hashesPerSecond - at least 1
 * @param blockTimeMs - target block time of a chain
 * @returns u32
 */
export function bitsOfHashrate(hashesPerSecond: bigint, blockTimeMs: number): number {
  const perBlock = (hashesPerSecond * BigInt(blockTimeMs)) / 1000n / BigInt(CHAINS * CHAINS);
  const target = perBlock === 0n ? MAX_TARGET : 2n ** 256n / perBlock;
  return bitsOfTarget(target > MAX_TARGET ? MAX_TARGET : target);
}

/**
 * Expected hashes on one template until one meets the target, chain index included.
 * @param target - 0 to 2^256 - 1
 */
export function expectedHashes(target: bigint): bigint {
  return (BigInt(CHAINS) * 2n ** 256n) / (target + 1n);
}

/**
 * Share target of a pool difficulty: `floor((2^226 - 1) / difficulty)`, the difficulty taken exactly as the binary
 * fraction that a double is, at most 2^256 - 1.
 * @param difficulty - finite and above 0
 * @throws RangeError otherwise
 */
export function targetOfDifficulty(difficulty: number): bigint {
  if (!(difficulty > 0 && Number.isFinite(difficulty))) {
    throw new RangeError(`"difficulty" expected a finite number above 0, got ${difficulty}`);
  }
  // A double is an integer times a power of two: scale until nothing is left behind the point.
  let denominator = 1n;
  let scaled = difficulty;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  const target = (DIFFICULTY_1_TARGET * denominator) / BigInt(scaled);
  return target > MAX_TARGET ? MAX_TARGET : target;
}
