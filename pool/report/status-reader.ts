/**
 * The status of a pool, for logs.
 * @module
 */
import type { NodeStanding, PoolStatus } from '../domain/events.js';
import type { RejectReason } from '../domain/reject-reasons.js';
import type { Pool } from '../engine.js';

/** Hashrates are over this time, or since the start, ms: shorter ones jump with each share. */
const HASHRATE_MS = 600_000;

/** Least time between two readings that are kept, ms. */
const READING_MS = 10_000;

interface Reading {
  readonly atMs: number;
  /** Expected hashes of all accepted shares. */
  readonly work: bigint;
}

/**
 * @param nodes - where the nodes stand now
 * @param now - monotonic, ms
 * @returns a function that gives the status; to be called once a minute at least
 */
export function createStatusReader(
  pool: Pool,
  nodes: () => readonly NodeStanding[],
  now: () => number,
): () => PoolStatus {
  const startedMs = now();
  /** The oldest first. The first reading is as old as a hashrate's time, or of the start. */
  const readings: Reading[] = [{ atMs: startedMs, work: 0n }];
  return () => {
    const { counters, workers, node, sessions, miners } = pool;
    const nowMs = now();
    const { work } = counters;
    while (readings.length > 1 && nowMs - readings[1]!.atMs >= HASHRATE_MS) readings.shift();
    const [from] = readings as [Reading];
    if (nowMs - readings.at(-1)!.atMs >= READING_MS) readings.push({ atMs: nowMs, work });
    const overMs = Math.round(nowMs - from.atMs);
    return {
      node,
      nodes: nodes().map(({ name, state }) => ({ name, state })),
      uptimeMs: Math.round(nowMs - startedMs),
      connections: sessions,
      miners,
      workers: workers.size,
      accepted: counters.accepted,
      rejected: counters.rejectedTotal,
      rejectedBy: counted(counters.rejected),
      hashesPerSecond: Math.round((Number(work - from.work) * 1_000) / Math.max(1, overMs)),
      hashrateOverMs: overMs,
      blocksFound: counters.blocksFound,
      blocksAccepted: counters.blockStates.accepted,
    };
  };
}

/** The counts above 0. */
function counted(
  counts: Readonly<Record<RejectReason, number>>,
): Readonly<Partial<Record<RejectReason, number>>> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
