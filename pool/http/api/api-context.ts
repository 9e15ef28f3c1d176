/**
 * What answers are made of, and how figures are written in them.
 * @module
 */
import type { Carrier } from '../../../protocol/stratum/carrier.js';
import { HASHES_PER_DIFFICULTY } from '../../../protocol/target.js';
import type { Store } from '../../ports/store.js';
import {
  HASHRATE_WINDOW_NAMES,
  type HashrateFigures,
  type HashrateWindowName,
  windowReachMs,
} from '../../statistics/hashrate-window.js';
import type { LiveBoard } from '../../statistics/live-board.js';
import type { Meter } from '../../statistics/meter.js';
import type { Statistics } from '../../statistics/statistics.js';
import { ApiError } from './api-error.js';
import type { Hashrates } from './api-schemas.js';

/** A listener of miners, as the API shows it. Difficulties are work: expected hashes. */
export interface ShownListener {
  readonly name: string;
  readonly protocol: Carrier;
  readonly port: number;
  readonly difficulty: {
    readonly start: bigint;
    readonly min: bigint;
    readonly max: bigint;
    readonly fixed: boolean;
  };
  readonly sharesPerMinute: number;
}

export interface PoolDescription {
  readonly id: string;
  readonly name: string | undefined;
  readonly mode: 'solo' | 'pool';
  readonly listeners: readonly ShownListener[];
}

export interface ApiModules {
  readonly store: Pick<
    Store,
    'workersOf' | 'blocks' | 'countBlocks' | 'series' | 'subscribe' | 'nodeIdentity'
  >;
  readonly statistics: Statistics;
  readonly live: LiveBoard;
  /** Monotonic clock, ms: that of the updates of `live`. */
  readonly now: () => number;
  /** A request failed by a fault of ours, and was answered by 500. */
  readonly onFault?: (error: Error) => void;
}

export interface ApiContext extends ApiModules {
  readonly pool: PoolDescription;
}

/** End of the windows. @throws ApiError for a moment after the start, while not even the short ones are read */
export function settledUntil({ statistics }: ApiContext): number {
  const untilMs = presentUntil(statistics);
  if (untilMs === undefined)
    throw new ApiError(503, 'starting', 'statistics are being read: try again in a moment');
  return untilMs;
}

/** The same, or undefined. */
export function presentUntil(statistics: Statistics): number | undefined {
  const { untilMs } = statistics;
  return untilMs !== undefined && isWhole(statistics, untilMs, 'tenMinutes') ? untilMs : undefined;
}

/** Whether all of a window was read. */
function isWhole({ sinceMs, horizonMs }: Statistics, untilMs: number, window: HashrateWindowName): boolean {
  return sinceMs <= horizonMs || untilMs - windowReachMs(window) >= sinceMs;
}

/** A meter's windows, without those that are not wholly read. */
export function hashratesOf(context: ApiContext, meter: Meter | undefined): Hashrates {
  const untilMs = settledUntil(context);
  const figures = meter?.figures(untilMs);
  const shown: Hashrates = {};
  for (const name of HASHRATE_WINDOW_NAMES) {
    if (isWhole(context.statistics, untilMs, name)) shown[name] = figureOf(figures, name);
  }
  return shown;
}

function figureOf(figures: HashrateFigures | undefined, name: keyof HashrateFigures) {
  const figure = figures?.[name];
  if (figure === undefined) return { hashrate: 0 };
  const { rate, seconds, error99 } = figure;
  return error99 === undefined ? { hashrate: rate } : { hashrate: rate, seconds, error99 };
}

/** The hashrate that stands where there is but one: over ten minutes, or what there is of them. Whole: see `wholeRate`. */
export function presentHashrate(context: ApiContext, meter: Meter | undefined): number {
  return wholeRate(meter?.figures(settledUntil(context)).tenMinutes.rate ?? 0);
}

/** A rate where Miningcore declares a whole number: clients in languages with types can't read a fraction there. */
export function wholeRate(rate: number): number {
  return Math.round(rate);
}

/** Work in units of 2^34 hashes, as difficulties are told. */
export function difficultyOf(work: bigint): number {
  return Number(work) / Number(HASHES_PER_DIFFICULTY);
}

export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
