/**
 * Made-up jobs: right in form, of no real chain.
 * @module
 */
import { ALL_CHAINS, type ChainIndex, toGroupOf } from '../../protocol/chain.js';
import { HEADER_BLOB_BYTES, parentOf } from '../../protocol/header.js';
import { type Job, NODE_KEEPS_TXS } from '../../protocol/job.js';
import { targetBytes } from '../../protocol/target.js';

/** A target that every hash of the right chain meets. */
export const EASIEST_TARGET = targetBytes(2n ** 256n - 1n);

export interface JobParts {
  readonly chain?: ChainIndex;
  /** Stands for the parent: jobs of one chain with the same number have the same parent. */
  readonly parent?: number;
  /** Stands for timestamp and transactions. */
  readonly refresh?: number;
  readonly height?: number;
  readonly target?: Uint8Array;
}

export function makeJob({
  chain = 0,
  parent = 1,
  refresh = 0,
  height = parent,
  target = EASIEST_TARGET,
}: JobParts = {}): Job {
  const headerBlob = new Uint8Array(HEADER_BLOB_BYTES);
  headerBlob[1] = 7;
  parentOf(headerBlob, toGroupOf(chain)).fill(parent & 0xff);
  headerBlob[HEADER_BLOB_BYTES - 5] = refresh;
  headerBlob[HEADER_BLOB_BYTES - 6] = chain;
  return { chain, headerBlob, txsBlob: NODE_KEEPS_TXS, target, height };
}

/** A job for each of the 16 chains. */
export function makeJobs(parts: Omit<JobParts, 'chain'> = {}): Job[] {
  return ALL_CHAINS.map((chain) => makeJob({ ...parts, chain }));
}
