/**
 * One clock for all processes of the bench.
 * @module
 */

/** Comparisons of the two clocks: a process that stands still within all of them is hardly ever seen. */
const COMPARISONS = 20;

/** What lies between this process's own clock and the machine's. */
const OFFSET_US = offsetUs(
  () => performance.now() * 1000,
  () => Number(process.hrtime.bigint() / 1000n),
);

/** Time since the machine was started (on Linux: CLOCK_MONOTONIC), us: the same in every process. */
export function monotonicUs(): number {
  return performance.now() * 1000 + OFFSET_US;
}

/**
 * How far the machine's clock is ahead of a process's own, us: by the comparison that took the least time, since one in
 * which the process had to wait is wrong by as much.
 */
export function offsetUs(ownUs: () => number, machineUs: () => number): number {
  let [offset, least] = [0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < COMPARISONS; i++) {
    const before = ownUs();
    const machine = machineUs();
    const after = ownUs();
    if (after - before >= least) continue;
    least = after - before;
    offset = machine - (before + after) / 2;
  }
  return offset;
}
