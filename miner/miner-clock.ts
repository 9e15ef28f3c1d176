/**
 * What a miner at work needs done in time, wherever it runs: ticks, and the measured hashrate told to its pool.
 * @module
 */
import type { Miner } from './core/miner.js';
import type { JobSource } from './core/source.js';

const TICK_MS = 250;

/** How often a pool is told the measured hashrate, ms: it also shows a pool that a slow miner lives. */
const HASHRATE_REPORT_MS = 10_000;

/** Longest wait for answers at the end, ms. */
const CLOSE_WAIT_MS = 1_000;

export interface MinerClock {
  /** Stops hashing, waits a moment for the answers to what was sent, and ends the miner. */
  close(): Promise<void>;
}

/** @param source - the miner's own */
export function startMinerClock(miner: Miner, source: JobSource): MinerClock {
  const timer = setInterval(() => miner.tick(), TICK_MS);
  const reports = setInterval(
    () => source.reportHashrate?.(miner.status().hashrates.over60s),
    HASHRATE_REPORT_MS,
  );
  return {
    close: async () => {
      miner.stop();
      const deadline = performance.now() + CLOSE_WAIT_MS;
      while (miner.submissionsInFlight > 0 && performance.now() < deadline) await sleep(20);
      clearInterval(timer);
      clearInterval(reports);
      await miner.close();
    },
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
