/**
 * Finds that cost nothing: of the right chain, whatever their target.
 * @module
 */
import { joinHeader } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import { blockHash, chainOfHash } from '../../protocol/pow.js';

/** A header of the job whose hash is of its chain, whatever its target. @param start - nonces are tried from it on */
export function findOf(job: Job, start = 0): Uint8Array {
  for (let i = start; ; i++) {
    const nonce = new Uint8Array(24);
    new DataView(nonce.buffer).setUint32(0, i);
    const header = joinHeader(nonce, job.headerBlob);
    if (chainOfHash(blockHash(header)) === job.chain) return header;
  }
}
