/**
 * The status of several front ends, summed up.
 * @module
 */
import type { NodeStanding, PoolStatus } from '../../domain/events.js';
import type { RejectReason } from '../../domain/reject-reasons.js';

export function statusTogether(all: readonly PoolStatus[]): PoolStatus {
  const sum = (of: (status: PoolStatus) => number): number =>
    all.reduce((total, status) => total + of(status), 0);
  const longest = (of: (status: PoolStatus) => number): number =>
    all.reduce((most, status) => Math.max(most, of(status)), 0);
  const rejectedBy: Partial<Record<RejectReason, number>> = {};
  for (const status of all)
    for (const [reason, count] of Object.entries(status.rejectedBy) as [RejectReason, number][])
      rejectedBy[reason] = (rejectedBy[reason] ?? 0) + count;
  const nodes = new Map<string, NodeStanding>();
  for (const status of all) for (const node of status.nodes) nodes.set(node.name, node);
  return {
    node: all.find(({ node }) => node !== undefined)?.node,
    nodes: [...nodes.values()],
    uptimeMs: longest(({ uptimeMs }) => uptimeMs),
    connections: sum(({ connections }) => connections),
    miners: sum(({ miners }) => miners),
    workers: sum(({ workers }) => workers),
    accepted: sum(({ accepted }) => accepted),
    rejected: sum(({ rejected }) => rejected),
    rejectedBy,
    hashesPerSecond: sum(({ hashesPerSecond }) => hashesPerSecond),
    hashrateOverMs: longest(({ hashrateOverMs }) => hashrateOverMs),
    blocksFound: sum(({ blocksFound }) => blocksFound),
    blocksAccepted: sum(({ blocksAccepted }) => blocksAccepted),
  };
}
