/**
 * Which of several full nodes leads: the first in order, unless it is away.
 * @module
 */

/** Where a node stands. `pending`: neither heard of nor given up since the start. */
export type NodeState =
  | { readonly state: 'pending' }
  | { readonly state: 'down' }
  | { readonly state: 'up'; readonly sinceMs: number };

/**
 * The node that should lead.
 * @param nodes - in order of preference
 * @param leader - index of the present leader, or undefined
 * @param nowMs - on the clock of `sinceMs`
 * @param returnAfterMs - how long a preferred node must have been up before it takes over again
 * @returns an index, or undefined if none can lead; a node never leads before those above it had their chance
 */
export function chooseLeader(
  nodes: readonly NodeState[],
  leader: number | undefined,
  nowMs: number,
  returnAfterMs: number,
): number | undefined {
  if (leader !== undefined && nodes[leader]?.state === 'up') {
    const better = nodes.findIndex(
      (node, i) => i < leader && node.state === 'up' && nowMs - node.sinceMs >= returnAfterMs,
    );
    return better === -1 ? leader : better;
  }
  const first = nodes.findIndex((node) => node.state === 'up');
  if (first === -1) return undefined;
  const waiting = leader === undefined && nodes.slice(0, first).some((node) => node.state === 'pending');
  return waiting ? undefined : first;
}
