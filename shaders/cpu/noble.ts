/**
 * The search by the reference hash: the oracle that faster kernels are tested against, and the last resort of a
 * machine that can run none of them.
 * @module
 */
import { joinHeader } from '../../protocol/header.js';
import { blockHash, chainOfHash, meetsTarget } from '../../protocol/pow.js';
import { nonceOf, PREFIX_BYTES, type SyncSearchKernel } from '../search.js';

/** A kernel on plain `@noble/hashes`. @param maxFinds - finds that one search returns */
export function createNobleKernel(maxFinds = 64): SyncSearchKernel {
  return {
    name: 'cpu-noble',
    maxFinds,
    search(range) {
      const header = joinHeader(nonceOf(range.prefix, range.start), range.headerBlob);
      const view = new DataView(header.buffer);
      const finds: bigint[] = [];
      let overflow = 0;
      for (let i = 0; i < range.count; i++) {
        const counter = BigInt.asUintN(64, range.start + BigInt(i));
        view.setBigUint64(PREFIX_BYTES, counter, true);
        const hash = blockHash(header);
        if (chainOfHash(hash) !== range.chain || !meetsTarget(hash, range.target)) continue;
        if (finds.length < maxFinds) finds.push(counter);
        else overflow++;
      }
      return { finds, overflow };
    },
  };
}
