/**
 * Judges a submission. Pure, except that it reads the table of duplicates; it never changes it.
 * @module
 */
import { CHAINS } from '../../protocol/chain.js';
import { HASH_BYTES, NONCE_BYTES } from '../../protocol/header.js';
import { chainOfHash, meetsTarget } from '../../protocol/pow.js';
import { DIFFICULTY_1_TARGET, targetOfBytes } from '../../protocol/target.js';
import type { RejectReason } from '../domain/reject-reasons.js';
import type { PoolHeader } from '../jobs/pool-header.js';

/** Digits of a nonce. */
export const NONCE_DIGITS = 2 * NONCE_BYTES;

/** Hashes a header of 326 bytes into 32. */
export type HeaderHash = (header: Uint8Array) => Uint8Array;

/** The facts of a share, without its nonce. */
export interface ShareClaim {
  readonly header: PoolHeader;
  /** The chain that the miner named; undefined if it named none. */
  readonly chain: number | undefined;
  readonly authorized: boolean;
  /** Extranonce of the connection, lower-case hex. */
  readonly extranonce: string;
  /** The greatest hash that counts, 32 bytes: the share target raised by the tolerance. Undefined: the header was never sent to this session. */
  readonly target: Uint8Array | undefined;
}

/** The verdict on a submission. `block` is apart from the share's own fate: a block goes to the node even if the share is refused. */
export interface ShareVerdict {
  readonly hash: Uint8Array;
  readonly block: boolean;
  /** Why the share is refused; undefined if it is accepted. */
  readonly reject: RejectReason | undefined;
}

const HEX_DIGITS = new Int8Array(128).fill(-1);
for (let i = 0; i < 16; i++) {
  HEX_DIGITS['0123456789abcdef'.charCodeAt(i)] = i;
  HEX_DIGITS['0123456789ABCDEF'.charCodeAt(i)] = i;
}

/**
 * Writes a nonce into the start of a header.
 * @param text - anything
 * @returns false unless the text is exactly 48 hex digits: the header's nonce is spoilt then and must be written again
 */
export function writeNonce(text: string, header: Uint8Array): boolean {
  if (text.length !== NONCE_DIGITS) return false;
  for (let i = 0; i < NONCE_BYTES; i++) {
    const high = HEX_DIGITS[text.charCodeAt(2 * i)] ?? -1;
    const low = HEX_DIGITS[text.charCodeAt(2 * i + 1)] ?? -1;
    if ((high | low) < 0) return false;
    header[i] = (high << 4) | low;
  }
  return true;
}

/** Whether a text is the hex of a nonce. */
export function isNonce(text: string): boolean {
  return writeNonce(text, SCRATCH);
}

const SCRATCH = new Uint8Array(NONCE_BYTES);

/**
 * Judges a share whose nonce was written into `claim.header.bytes`.
 * The block target is checked first, whatever else is wrong with the share.
 * @param nonce - the same nonce, lower-case hex
 */
export function checkShare(
  claim: ShareClaim,
  nonce: string,
  hashHeader: HeaderHash,
  nowMs: number,
): ShareVerdict {
  const { header } = claim;
  const hash = hashHeader(header.bytes);
  const ofChain = chainOfHash(hash) === header.job.chain;
  const block = ofChain && meetsTarget(hash, header.job.target);
  return { hash, block, reject: faultOf(claim, nonce, hash, ofChain, nowMs) };
}

function faultOf(
  claim: ShareClaim,
  nonce: string,
  hash: Uint8Array,
  ofChain: boolean,
  nowMs: number,
): RejectReason | undefined {
  const { header } = claim;
  if (!claim.authorized) return 'unauthorized';
  if (claim.chain !== undefined && claim.chain !== header.job.chain) return 'wrongChain';
  if (!header.isOpen(nowMs)) return 'stale';
  // Before its extranonce is looked at: a share that was kept over a lost connection has that of the old one.
  if (claim.target === undefined) return 'unknownJob';
  if (!nonce.startsWith(claim.extranonce)) return 'foreignExtranonce';
  if (!ofChain) return 'wrongHashChain';
  if (!meetsTarget(hash, claim.target)) return 'lowDifficulty';
  return header.shares.has(nonce) ? 'duplicate' : undefined;
}

/** The difficulty that a hash would have met, in words: `0.93`. @param hash - 32 bytes */
export function describeDifficulty(hash: Uint8Array): string {
  const value = targetOfBytes(hash.subarray(0, HASH_BYTES));
  return (Number(DIFFICULTY_1_TARGET) / Math.max(1, Number(value))).toPrecision(3);
}

/** The chain of the two groups that a miner named; undefined if it named none, -1 if there is no such chain. */
export function claimedChain(fromGroup: number | undefined, toGroup: number | undefined): number | undefined {
  if (fromGroup === undefined || toGroup === undefined) return undefined;
  const chain = fromGroup * 4 + toGroup;
  const inRange = fromGroup >= 0 && fromGroup < 4 && toGroup >= 0 && toGroup < 4;
  return inRange && Number.isInteger(fromGroup) && Number.isInteger(toGroup) && chain < CHAINS ? chain : -1;
}
