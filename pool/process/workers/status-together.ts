/**
 * Where several front ends stand, as one.
 * @module
 */
import type { PoolStatus } from '../../domain/events.js';

export function statusTogether(all: readonly PoolStatus[]): PoolStatus {
  const sum = (of: (status: PoolStatus) => number): number =>
    all.reduce((total, status) => total + of(status), 0);
  return {
    node: all.find(({ node }) => node !== undefined)?.node,
    uptimeMs: all.reduce((longest, { uptimeMs }) => Math.max(longest, uptimeMs), 0),
    connections: sum(({ connections }) => connections),
    workers: sum(({ workers }) => workers),
    accepted: sum(({ accepted }) => accepted),
    rejected: sum(({ rejected }) => rejected),
    hashesPerSecond: sum(({ hashesPerSecond }) => hashesPerSecond),
    blocksFound: sum(({ blocksFound }) => blocksFound),
    blocksAccepted: sum(({ blocksAccepted }) => blocksAccepted),
  };
}
