/**
 * Chooses the full node that leads: the first in order that is neither away nor behind.
 * @module
 */

/**
 * The state of a node. `pending`: it neither connected nor was given up since the start. `behind`: it hands out jobs, but others
 * have been heights ahead of it for a while. `sinceMs`: since when it has been well without a break.
 */
export type NodeState =
  | { readonly state: 'pending' }
  | { readonly state: 'down' }
  | { readonly state: 'behind' }
  | { readonly state: 'up'; readonly sinceMs: number };

/**
 * The node that should lead.
 * @param nodes - in order of preference
 * @param leader - index of the present leader, or undefined
 * @param nowMs - on the clock of `sinceMs`
 * @param returnAfterMs - how long a preferred node must have been up before it leads again
 * @returns an index; undefined if no node can lead. At the start a node leads only once those above it had their
 * chance. A node that is behind leads if no other is up: its blocks may still become side blocks
 */
export function chooseLeader(
  nodes: readonly NodeState[],
  leader: number | undefined,
  nowMs: number,
  returnAfterMs: number,
): number | undefined {
  const present = leader === undefined ? undefined : nodes[leader]?.state;
  if (leader !== undefined && present === 'up') {
    const better = nodes.findIndex(
      (node, i) => i < leader && node.state === 'up' && nowMs - node.sinceMs >= returnAfterMs,
    );
    return better === -1 ? leader : better;
  }
  const first = nodes.findIndex((node) => node.state === 'up');
  if (first === -1) {
    if (present === 'behind') return leader;
    const behind = nodes.findIndex((node) => node.state === 'behind');
    return behind === -1 ? undefined : behind;
  }
  const waiting = leader === undefined && nodes.slice(0, first).some((node) => node.state === 'pending');
  return waiting ? undefined : first;
}
