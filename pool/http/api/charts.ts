/**
 * Charts from the series that the store keeps.
 * @module
 */
import type { SeriesPoint, SeriesScope, SeriesStep } from '../../ports/store.js';
import type { Meter } from '../../statistics/meter.js';
import { type ApiContext, settledUntil } from './api-context.js';

const TEN_MINUTES_MS = 600_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** The extent of a chart, in Miningcore's words: a range, and intervals in it. */
export interface ChartRange {
  readonly range: 'Hour' | 'Day' | 'Month';
  readonly interval: 'TenMinutes' | 'Hour' | 'Day';
}

/** An interval of a chart. */
export interface ChartPoint {
  readonly startMs: number;
  readonly hashrate: number;
  readonly sharesPerSecond: number;
  /** The most workers that had a share in one of the interval's buckets. */
  readonly workers: number;
}

const INTERVAL_MS = { TenMinutes: TEN_MINUTES_MS, Hour: HOUR_MS, Day: DAY_MS } as const;
const RANGE_MS = { Hour: HOUR_MS, Day: DAY_MS, Month: 30 * DAY_MS } as const;

/** A meter that was filled from the past begins within this time, ms, after the oldest slice that was read: that is no first share. */
const PAST_MS = 600_000;

/**
 * Intervals with a share in them, oldest first. The present interval is measured by the part of it that has passed, and
 * the interval in which mining began by the time since then.
 * @param meter - of the same scope
 */
export async function readChart(
  context: ApiContext,
  scope: SeriesScope,
  meter: Meter | undefined,
  { range, interval }: ChartRange,
): Promise<ChartPoint[]> {
  const untilMs = settledUntil(context);
  const lengthMs = INTERVAL_MS[interval];
  const step: SeriesStep = interval === 'Day' ? DAY_MS : TEN_MINUTES_MS;
  const reachMs = interval === 'TenMinutes' ? Math.min(RANGE_MS[range], DAY_MS) : RANGE_MS[range];
  const fromMs = startOf(untilMs - reachMs, lengthMs);
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
  const firstMs = beginningOf(context, meter);
  return [...intervals.values()].map(({ startMs, shares, work, workers }) => {
    // Series also hold shares since the end of the windows: at least a moment of a new interval has passed.
    const endMs = Math.min(startMs + lengthMs, untilMs + 10_000);
    const fromMs = firstMs > startMs && firstMs < endMs ? Math.min(firstMs, endMs - 60_000) : startMs;
    const seconds = Math.max(endMs - Math.max(fromMs, startMs), 10_000) / 1000;
    return { startMs, hashrate: Number(work) / seconds, sharesPerSecond: shares / seconds, workers };
  });
}

/** When mining began, ms since the epoch; 0 if that is unknown. */
function beginningOf({ statistics }: ApiContext, meter: Meter | undefined): number {
  const firstMs = meter?.firstMs ?? 0;
  return !statistics.catchingUp && firstMs > statistics.horizonMs + PAST_MS && Number.isFinite(firstMs)
    ? firstMs
    : 0;
}

function startOf(timeMs: number, lengthMs: number): number {
  return Math.floor(timeMs / lengthMs) * lengthMs;
}
