/**
 * How long a store keeps what it is given. docs/LIMITS.md has the reasons, and what it takes.
 * @module
 */

/** Times after which `prune` removes something, ms. */
export interface Retention {
  /** Slices; while a block is open, those of this time before its find stay too. */
  readonly slicesMs: number;
  /** Charts in ten-minute buckets, of pool and accounts. */
  readonly tenMinutesMs: number;
  /** Charts of workers. */
  readonly workerSeriesMs: number;
  /** Charts in days, of pool and accounts. */
  readonly daysMs: number;
  /** Blocks, after their find. Open ones stay. */
  readonly blocksMs: number;
  /** Workers, after their last share. Numbers are never used again. */
  readonly workersMs: number;
  /** Marks of finished journals, after the time through which they reported. Others stay. */
  readonly finishedJournalsMs: number;
}

export const DEFAULT_RETENTION: Retention = {
  slicesMs: 7 * 86_400_000,
  tenMinutesMs: 31 * 86_400_000,
  workerSeriesMs: 3 * 86_400_000,
  daysMs: 800 * 86_400_000,
  blocksMs: 400 * 86_400_000,
  workersMs: 180 * 86_400_000,
  finishedJournalsMs: 400 * 86_400_000,
};

/** Most retention times of slices that a block may hold them for, by staying open. */
export const MAX_OPEN_BLOCK_HOLD = 4;

/** Longest ban of a remote address, ms: none is kept for longer. */
export const MAX_BAN_MS = 7 * 86_400_000;

/** Most bans at a time; at it those that end first make room. */
export const MAX_BANS = 100_000;

/** Most stored workers of an account; further ones are summed under one name. */
export const MAX_WORKERS_OF_ACCOUNT = 10_000;

/** When a ban ends, whole ms since the epoch: not sooner than asked for, and none lasts longer than MAX_BAN_MS. */
export function banEndMs(untilMs: number, nowMs: number): number {
  return Math.ceil(Math.min(untilMs, nowMs + MAX_BAN_MS));
}

/** Start of the oldest slice to keep. @param oldestOpenMs - when the oldest block was found whose end isn't known */
export function keepSlicesFrom(nowMs: number, slicesMs: number, oldestOpenMs: number | undefined): number {
  const usual = nowMs - slicesMs;
  if (oldestOpenMs === undefined) return usual;
  return Math.max(Math.min(usual, oldestOpenMs - slicesMs), nowMs - MAX_OPEN_BLOCK_HOLD * slicesMs);
}
