/**
 * One clock for all processes of the bench.
 * @module
 */

/** What lies between this process's own clock and the machine's. */
const OFFSET_US = Number(process.hrtime.bigint() / 1000n) - performance.now() * 1000;

/** Time since the machine was started (on Linux: CLOCK_MONOTONIC), us: the same in every process. */
export function monotonicUs(): number {
  return performance.now() * 1000 + OFFSET_US;
}
