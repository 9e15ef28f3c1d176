/**
 * Asks full nodes whether they have a block.
 * @module
 */

import type { LookUpAnswer } from './block-tracker.js';
import type { NodeStatus } from './node-set-port.js';
import { fetchHasBlock } from './rest.js';

/**
 * Asks all nodes that are not refused, at once. A node that has the block settles it, whatever the others say. A node's
 * "not found" counts only while that node hands out jobs: otherwise it may still be catching up.
 * @param hash - 64 hex digits
 * @param timeoutMs - limit for each node's answer
 */
export async function lookUpBlock(
  nodes: readonly NodeStatus[],
  hash: string,
  timeoutMs: number,
): Promise<LookUpAnswer> {
  const asked = nodes.filter(({ state }) => state !== 'refused');
  const answers = await Promise.all(
    asked.map(({ endpoint, apiKey }) =>
      fetchHasBlock(endpoint, hash, { apiKey, timeoutMs }).catch(() => undefined),
    ),
  );
  if (answers.includes(true)) return 'found';
  const absent = asked.filter(({ session }, i) => answers[i] === false && session !== undefined).length;
  if (absent === 0) return 'unknown';
  return absent === asked.length ? 'absent' : 'absentHere';
}
