/**
 * A hashrate over time as columns of a chart.
 * @module
 */

/** An interval. */
export interface RatePoint {
  readonly startMs: number;
  readonly hashrate: number;
  readonly sharesPerSecond: number;
}

/** Of a normal distribution: 99 of 100 cases are within so many standard deviations. */
const DEVIATIONS_99 = 2.576;

/** With fewer shares an interval's rate says next to nothing of its error. */
const LEAST_SHARES = 4;

/** An interval of which less than one in so many has passed is left out. */
const YOUNG = 10;

/** Times, s since the epoch; rates; the least and the most that they may be, null where that is not known. */
export type RateColumns = [number[], number[], (number | null)[], (number | null)[]];

/** Most intervals of a chart. */
const MAX_COLUMNS = 1_000;

/** Intervals without a share are there, too: their rate is 0. */
export function columnsOf(points: readonly RatePoint[], stepMs: number, untilMs: number): RateColumns {
  const columns: RateColumns = [[], [], [], []];
  const byStart = new Map(points.map((point) => [point.startMs, point]));
  const first = points[0]?.startMs ?? untilMs;
  for (let startMs = first; startMs < untilMs || byStart.has(startMs); startMs += stepMs) {
    if (columns[0].length >= MAX_COLUMNS) break;
    // An interval that has just begun says little: the one before says more.
    if (untilMs - startMs < stepMs / YOUNG && startMs > first) break;
    const { hashrate = 0, sharesPerSecond = 0 } = byStart.get(startMs) ?? {};
    const shares = (sharesPerSecond * Math.min(stepMs, Math.max(untilMs - startMs, 10_000))) / 1000;
    const error = shares < LEAST_SHARES ? undefined : DEVIATIONS_99 / Math.sqrt(shares);
    columns[0].push(startMs / 1000);
    columns[1].push(hashrate);
    columns[2].push(error === undefined ? null : Math.max(0, hashrate * (1 - error)));
    columns[3].push(error === undefined ? null : hashrate * (1 + error));
  }
  return columns;
}

/** Intervals that a chart has room for at the least: a pool that has just begun has a point or two, which stand at the end. */
const LEAST_STEPS = 12;

/** From when to when a chart shows, s since the epoch. @param times - of intervals of `stepMs`, in order */
export function timeRange(times: ArrayLike<number>, stepMs: number): [number, number] {
  const last = times[times.length - 1] ?? 0;
  return [Math.min(times[0] ?? last, last - (LEAST_STEPS * stepMs) / 1000), last];
}
