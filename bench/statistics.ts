/**
 * What several windows of measurement come to. Pure.
 * @module
 */

/** Work of one window, and the time it took. */
export interface Window {
  /** Hashes; of a ceiling kernel: nonces' worth of Gs. */
  readonly hashes: number;
  /** Time on the clock, ms. Of several threads: on average. */
  readonly wallMs: number;
  /** CPU time of all threads that hashed, ms; undefined where it can't be read, or where no CPU hashed. */
  readonly cpuMs: number | undefined;
}

/** Middle value; of an even number of values the mean of the two in the middle. @param values - at least one */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('"values" expected at least one');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Value that a share of the values does not exceed. @param values - at least one @param share - above 0, at most 1 */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('"values" expected at least one');
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1]!;
}

/** How far values lie apart: highest less lowest, as a part of the median. */
export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

/** Several windows, one after the other, as one. @param windows - at least one */
export function joinWindows(windows: readonly Window[]): Window {
  return windows.reduce((a, b) => ({
    hashes: a.hashes + b.hashes,
    wallMs: a.wallMs + b.wallMs,
    cpuMs: a.cpuMs === undefined || b.cpuMs === undefined ? undefined : a.cpuMs + b.cpuMs,
  }));
}

/** Hashes per second on the clock. */
export function hashesPerSecond({ hashes, wallMs }: Window): number {
  return (hashes * 1000) / wallMs;
}

/**
 * Hashes per second of CPU time, which other programs on the same cores don't change much; per second on the clock
 * where there is no CPU time.
 */
export function hashesPerBusySecond({ hashes, wallMs, cpuMs }: Window): number {
  return (hashes * 1000) / (cpuMs ?? wallMs);
}
