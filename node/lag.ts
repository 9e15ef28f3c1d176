/**
 * Finds the full nodes that have fallen behind the others.
 * @module
 */
import { CHAINS } from '../protocol/chain.js';
import type { Job } from '../protocol/job.js';

/** Heights by which another node must be ahead on some chain. One height alone is a block that is still on its way. */
export const LAG_HEIGHTS = 2;

/** For each node, by chain: since when another node has been ahead, ms; undefined if none is. */
export type Lag = readonly (readonly (number | undefined)[])[];

/**
 * Computes since when each node has been behind on each chain.
 * @param before - the state before, of the same nodes; empty at the start
 * @param jobs - the newest jobs of each node; undefined for a node without jobs, which is neither behind nor ahead
 * @param nowMs - on the clock of `before`
 */
export function updateLag(before: Lag, jobs: readonly (readonly Job[] | undefined)[], nowMs: number): Lag {
  const heights = jobs.map(heightsOf);
  const highest = Array.from({ length: CHAINS }, (_, chain) =>
    Math.max(...heights.map((of) => of[chain] ?? Number.NEGATIVE_INFINITY)),
  );
  return heights.map((of, node) =>
    highest.map((most, chain) => {
      const height = of[chain];
      if (height === undefined || most - height < LAG_HEIGHTS) return undefined;
      return before[node]?.[chain] ?? nowMs;
    }),
  );
}

/**
 * The chain on which a node has been behind longest, if that is long enough.
 * @param lag - the node's entry
 * @param afterMs - how long is long enough
 */
export function laggingChain(lag: Lag[number], nowMs: number, afterMs: number): number | undefined {
  const since = Math.min(...lag.map((ms) => ms ?? Number.POSITIVE_INFINITY));
  return nowMs - since >= afterMs ? lag.indexOf(since) : undefined;
}

function heightsOf(jobs: readonly Job[] | undefined): (number | undefined)[] {
  const heights: (number | undefined)[] = new Array(CHAINS).fill(undefined);
  for (const { chain, height } of jobs ?? []) heights[chain] = height;
  return heights;
}
