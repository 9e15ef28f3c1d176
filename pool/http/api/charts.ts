/**
 * Charts from the series that the store keeps.
 * @module
 */
import type { SeriesPoint, SeriesScope, SeriesStep } from '../../ports/store.js';
import { type ApiContext, settledUntil } from './api-context.js';

const TEN_MINUTES_MS = 600_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** What a chart shows, in Miningcore's words: a range, and intervals in it. */
export interface ChartRange {
  readonly range: 'Day' | 'Month';
  readonly interval: 'Hour' | 'Day';
}

/** An interval of a chart. */
export interface ChartPoint {
  readonly startMs: number;
  readonly hashrate: number;
  readonly sharesPerSecond: number;
  /** The most workers that had a share in one of its buckets. */
  readonly workers: number;
}

/** Intervals with a share in them, oldest first. The one under way is measured by the time that has passed of it. */
export async function readChart(
  context: ApiContext,
  scope: SeriesScope,
  { range, interval }: ChartRange,
): Promise<ChartPoint[]> {
  const untilMs = settledUntil(context);
  const lengthMs = interval === 'Hour' ? HOUR_MS : DAY_MS;
  const step: SeriesStep = interval === 'Hour' ? TEN_MINUTES_MS : DAY_MS;
  const fromMs = startOf(untilMs - (range === 'Day' ? 1 : 30) * DAY_MS, lengthMs);
  const points = await context.store.series(scope, step, fromMs, untilMs);
  const intervals = new Map<number, SeriesPoint>();
  for (const point of points) {
    const startMs = startOf(point.startMs, lengthMs);
    const sum = intervals.get(startMs);
    intervals.set(startMs, {
      startMs,
      shares: (sum?.shares ?? 0) + point.shares,
      work: (sum?.work ?? 0n) + point.work,
      workers: Math.max(sum?.workers ?? 0, point.workers),
    });
  }
  return [...intervals.values()].map(({ startMs, shares, work, workers }) => {
    // Series hold what came since the windows ended, too: a little more than nothing has passed of a new interval.
    const seconds = Math.min(lengthMs, Math.max(untilMs + 10_000 - startMs, 10_000)) / 1000;
    return { startMs, hashrate: Number(work) / seconds, sharesPerSecond: shares / seconds, workers };
  });
}

function startOf(timeMs: number, lengthMs: number): number {
  return Math.floor(timeMs / lengthMs) * lengthMs;
}
