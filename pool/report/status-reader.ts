/**
 * Where a pool stands, for logs.
 * @module
 */
import type { PoolStatus } from '../domain/events.js';
import type { Pool } from '../engine.js';

/** @returns what tells it, its hashrate since the last call */
export function createStatusReader(pool: Pool, now: () => number): () => PoolStatus {
  const startedMs = now();
  let lastMs = startedMs;
  let lastWork = 0n;
  return () => {
    const { counters, workers, node, sessions } = pool;
    const nowMs = now();
    const { work } = counters;
    const hashesPerSecond = Math.round((Number(work - lastWork) * 1_000) / Math.max(1, nowMs - lastMs));
    lastMs = nowMs;
    lastWork = work;
    return {
      node,
      uptimeMs: Math.round(nowMs - startedMs),
      connections: sessions,
      workers: workers.size,
      accepted: counters.accepted,
      rejected: counters.rejectedTotal,
      hashesPerSecond,
      blocksFound: counters.blocksFound,
      blocksAccepted: counters.blockStates.accepted,
    };
  };
}
