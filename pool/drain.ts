/**
 * Brings what a front end left behind to the store: for one that goes for good.
 * @module
 */
import { mkdirSync } from 'node:fs';
import type { PoolConfig } from './config/pool-config.js';
import type { PoolServerEvent } from './core/events.js';
import { openPoolRecording } from './open-pool-recording.js';

/** How often it is looked whether all is there, ms. */
const LOOK_MS = 200;

/**
 * Drains all journals in the data folder whose process is dead.
 * @param limitMs - longest wait
 * @returns whether the store has all of it
 * @throws what opening the store throws
 */
export async function drainPool(
  config: PoolConfig,
  limitMs: number,
  onEvent: (event: PoolServerEvent) => void,
): Promise<boolean> {
  mkdirSync(config.dataFolder, { recursive: true });
  const recording = await openPoolRecording(config, { onEvent, onNews: () => {} });
  const deadline = performance.now() + limitMs;
  let looks = 0;
  // The first figures are those of before anything was read.
  while ((recording.figures.pending > 0 || looks < 5) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    looks++;
  }
  return recording.close(Math.max(0, deadline - performance.now()));
}
