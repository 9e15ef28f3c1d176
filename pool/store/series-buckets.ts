/**
 * Buckets of charts: ten minutes, and days (UTC).
 * @module
 */
import type { SeriesPoint, SeriesStep } from '../ports/store.js';

export const TEN_MINUTES_MS = 600_000;
export const DAY_MS = 86_400_000;

/** Most buckets of one chart; of a longer range only the newest are looked at. */
export const MAX_SERIES_POINTS = 10_000;

/** The bucket that a time is in: its start. */
export function bucketOf(timeMs: number, step: SeriesStep): number {
  return Math.floor(timeMs / step) * step;
}

/** Starts of the first bucket in [fromMs, toMs) and of the first behind it, never more than MAX_SERIES_POINTS apart. */
export function bucketRange(fromMs: number, toMs: number, step: SeriesStep): { first: number; end: number } {
  const end = Math.ceil(Math.max(toMs, 0) / step) * step;
  const first = Math.ceil(Math.max(fromMs, 0) / step) * step;
  return { first: Math.max(first, end - MAX_SERIES_POINTS * step), end };
}

/** A worker's ten minutes as its days: its chart is kept in ten-minute buckets only. */
export function asDays(points: readonly SeriesPoint[]): SeriesPoint[] {
  const days = new Map<number, SeriesPoint>();
  for (const { startMs, shares, work } of points) {
    const day = bucketOf(startMs, DAY_MS);
    const sum = days.get(day);
    days.set(day, {
      startMs: day,
      shares: (sum?.shares ?? 0) + shares,
      work: (sum?.work ?? 0n) + work,
      workers: 1,
    });
  }
  return [...days.values()].toSorted((a, b) => a.startMs - b.startMs);
}
