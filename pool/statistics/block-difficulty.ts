/**
 * The present difficulty of blocks, and the network's hashrate that follows from it.
 * @module
 */
import { blockTimeMsOf, eraAt } from '../../protocol/emission.js';
import { expectedHashes, hashrateOfTarget, targetOfBytes } from '../../protocol/target.js';

export interface BlockDifficulty {
  /** Expected hashes of a block, the mean of the chains. */
  readonly work: bigint;
  /** Hashes a second of the whole network at which blocks come at their pace, the mean of the chains. */
  readonly networkHashrate: bigint;
}

/** @param targets - of the chains, 32 bytes each @returns undefined where none is known */
export function blockDifficulty(targets: readonly (Uint8Array | undefined)[]): BlockDifficulty | undefined {
  const known = targets.flatMap((target) => (target === undefined ? [] : targetOfBytes(target)));
  if (known.length === 0) return undefined;
  // Every network of today is in the newest era; the devnet begins in it.
  const blockTimeMs = blockTimeMsOf(NEWEST_ERA);
  const count = BigInt(known.length);
  return {
    work: known.reduce((sum, target) => sum + expectedHashes(target), 0n) / count,
    networkHashrate: known.reduce((sum, target) => sum + hashrateOfTarget(target, blockTimeMs), 0n) / count,
  };
}

const NEWEST_ERA = eraAt(2n ** 62n);
