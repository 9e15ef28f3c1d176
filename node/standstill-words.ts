/**
 * Words about chains that stand still.
 * @module
 */
import { chainName } from '../protocol/chain.js';
import { hashrateOfTarget, targetOfBytes } from '../protocol/target.js';
import type { StandingChain } from './standstill.js';

/** Hashrate from which on a block needs Proof of Less Work, H/s: of all miners, on the main network. */
const LESS_WORK_HASHRATE = 2n ** 60n;

/** A target this near to the threshold, in percent, may be the last one below it. */
const NEAR_PERCENT = 95n;

/** Target block time of a chain of the main network, ms. */
const BLOCK_TIME_MS = 8_000;

/** Chains that are named; further ones are only counted. */
const MAX_NAMED = 4;

/**
 * Chains that stand still, in a line: the chain that has stood longest, and the names of the others.
 * @param standing - at least one
 * @param nowMs - on the clock of `sinceMs`
 */
export function describeStanding(standing: readonly StandingChain[], nowMs: number): string {
  const [first] = standing.toSorted((a, b) => a.sinceMs - b.sinceMs);
  const { chain, sinceMs, nodeHeight, job } = first!;
  const seconds = Math.round((nowMs - sinceMs) / 1000);
  const height =
    nodeHeight === undefined ? '' : ` while the node is at height ${Math.max(nodeHeight, job.height - 1)}`;
  const others = standing.filter((one) => one !== first).map((one) => chainName(one.chain));
  const named = others.slice(0, MAX_NAMED).join(', ');
  const more = others.length > MAX_NAMED ? ` and ${others.length - MAX_NAMED} more` : '';
  const also = others.length === 0 ? '' : `; so have chains ${named}${more}`;
  return `chain ${chainName(chain)} has had no template for ${seconds} s${height}: ${describeCause(first!)}${also}`;
}

function describeCause({ job, reason }: StandingChain): string {
  if (isNearLessWork(job.target))
    return 'its hashrate is at the threshold of Proof of Less Work, and this node cannot build such blocks';
  switch (reason) {
    case 'taken':
      return 'the node took the block of the last one, and makes no other; restart it, and look at its log';
    case 'passed':
      return 'its blocks go on, and its jobs do not; restart the node';
    case 'refused':
      return 'the node refuses every block of the last one; restart it, and look at its log';
  }
}

/** Whether the chain's next block may need Proof of Less Work. @param target - of its present block, 32 bytes */
export function isNearLessWork(target: Uint8Array): boolean {
  const hashrate = hashrateOfTarget(targetOfBytes(target), BLOCK_TIME_MS);
  return hashrate * 100n >= LESS_WORK_HASHRATE * NEAR_PERCENT;
}
