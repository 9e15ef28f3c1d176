/**
 * Whether a kernel finds what there is to find: exactly, against the oracle, on ranges that the oracle has hashed; and
 * in the measured windows themselves, each find by the oracle and their number by chance. A kernel that is fast
 * because it leaves something out passes none of it.
 * @module
 */
import { blake3 } from '@noble/hashes/blake3.js';
import { bytesToHex } from '../protocol/bytes.js';
import { HEADER_BLOB_BYTES, joinHeader } from '../protocol/header.js';
import { blockHash, chainOfHash, meetsTarget } from '../protocol/pow.js';
import { MAX_TARGET, targetBytes } from '../protocol/target.js';
import { createNobleKernel } from '../shaders/cpu/noble.js';
import { type NonceRange, nonceOf, PREFIX_BYTES, type SearchResult } from '../shaders/search.js';
import type { Contender, SearchOrder, SearchWindow } from './contender.js';

/** Nonces of an exact check: some 0.2 s of the oracle. */
const CHECK_NONCES = 2 ** 14;
/** On average a find in so many nonces: 40 in a check, within every kernel's room. */
const CHECK_NONCES_PER_FIND = CHECK_NONCES / 40;

/** Most standard deviations between the finds and their expectation: chance goes farther once in 1.7 million results. */
const MAX_SIGMAS = 5;

/** A range, and the digest of what is in it. */
export interface Check {
  readonly range: NonceRange;
  /** Of the oracle's finds. */
  readonly digest: string;
}

/** What is wrong with a kernel. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError';
  readonly code = 'ERR_VERIFICATION';
}

/** A target that one hash in `nonces` meets, counting that it must also be of its chain. @param nonces - at least 16 */
export function targetForNonces(nonces: number): Uint8Array {
  const scaled = (MAX_TARGET * 16n * 1024n) / BigInt(Math.round(nonces * 1024));
  return targetBytes(scaled > MAX_TARGET ? MAX_TARGET : scaled);
}

/** Random-looking parts of a template, the same for the same seed. */
export function templateOf(seed: string): Pick<NonceRange, 'headerBlob' | 'prefix'> {
  const bytes = blake3(new TextEncoder().encode(seed), { dkLen: HEADER_BLOB_BYTES + PREFIX_BYTES });
  return { headerBlob: bytes.slice(0, HEADER_BLOB_BYTES), prefix: bytes.slice(HEADER_BLOB_BYTES) };
}

/** Digest of finds, in whatever order they come. */
export function digestOfFinds(finds: readonly bigint[]): string {
  const sorted = BigUint64Array.from(finds).sort();
  const bytes = new Uint8Array(sorted.length * 8);
  const view = new DataView(bytes.buffer);
  sorted.forEach((find, i) => {
    view.setBigUint64(i * 8, find, true);
  });
  return bytesToHex(blake3(bytes));
}

/** Two checks, one for before and one for after the measurement; the oracle hashes both. */
export function createChecks(): readonly [Check, Check] {
  // The counter's low word passes 2^32 on the way.
  return [
    createCheck('bench, before', 3, 2n ** 32n - 5_000n),
    createCheck('bench, after', 12, 2n ** 40n - 77n),
  ];
}

function createCheck(seed: string, chain: number, start: bigint): Check {
  const target = targetForNonces(CHECK_NONCES_PER_FIND);
  const range = { ...templateOf(seed), chain, target, start, count: CHECK_NONCES };
  return { range, digest: digestOfFinds(createNobleKernel().search(range).finds) };
}

/** @throws VerificationError if a contender does not find exactly what the oracle finds */
export async function verifyExactly(contender: Pick<Contender, 'search'>, check: Check): Promise<void> {
  const { finds, overflow }: SearchResult = await contender.search(check.range);
  const digest = digestOfFinds(finds);
  if (digest === check.digest && overflow === 0) return;
  throw new VerificationError(
    `wrong finds: expected the digest ${check.digest.slice(0, 16)}, got ${digest.slice(0, 16)} (${finds.length} finds, ${overflow} without room)`,
  );
}

/**
 * Checks what was found while speed was measured.
 * @param nonces - that hold one find on average, by the order's chain and target
 * @throws VerificationError if a find is none, is there twice, or if there are too many or too few
 */
export function verifyWindows(order: SearchOrder, nonces: number, windows: readonly SearchWindow[]): void {
  const finds = windows.flatMap((window) => window.finds);
  if (new Set(finds).size !== finds.length) throw new VerificationError('the same nonce was found twice');
  for (const find of finds) {
    const hash = blockHash(joinHeader(nonceOf(order.prefix, find), order.headerBlob));
    if (chainOfHash(hash) !== order.chain || !meetsTarget(hash, order.target)) {
      throw new VerificationError(`a find that is none: counter ${find} hashes to ${bytesToHex(hash)}`);
    }
  }
  const found = windows.reduce((sum, window) => sum + window.finds.length + window.overflow, 0);
  const hashes = windows.reduce((sum, window) => sum + window.hashes, 0);
  const expected = hashes / nonces;
  if (Math.abs(found - expected) > MAX_SIGMAS * Math.sqrt(expected)) {
    throw new VerificationError(
      `${found} finds in ${hashes} hashes, expected ${expected.toFixed(1)} +- ${(MAX_SIGMAS * Math.sqrt(expected)).toFixed(1)}`,
    );
  }
}
