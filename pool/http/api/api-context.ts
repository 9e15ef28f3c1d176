/**
 * The parts that answers are made from, and how figures are written in answers.
 * @module
 */
import type { Carrier } from '../../../protocol/stratum/carrier.js';
import { HASHES_PER_DIFFICULTY } from '../../../protocol/target.js';
import type { AuditReader } from '../../audit/audit-reader.js';
import type { Money } from '../../money/money.js';
import type { PayoutsTerms } from '../../money/payouts-terms.js';
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
  /** Host by which miners reach it. */
  readonly host?: string | undefined;
  /** What the operator tells everybody. */
  readonly notice?: string | undefined;
  /** Undefined where the page does not offer to mine. `url`: where browsers connect, if not to a listener's port. */
  readonly browserMining?: { readonly url?: string | undefined } | undefined;
  readonly mode: 'solo' | 'pool';
  readonly listeners: readonly ShownListener[];
  /** Undefined where it credits nobody. */
  readonly payouts?: PayoutsTerms | undefined;
}

export interface ApiModules {
  readonly store: Pick<
    Store,
    'now' | 'workersOf' | 'blocks' | 'countBlocks' | 'foundBefore' | 'series' | 'subscribe' | 'nodeIdentity'
  >;
  readonly statistics: Statistics;
  readonly live: LiveBoard;
  /** Undefined where the pool credits nobody. */
  readonly money?: Money | undefined;
  /** The same. */
  readonly audit?: AuditReader | undefined;
  /** Monotonic clock, ms: the clock that `live` is updated by. */
  readonly now: () => number;
  /** A request failed by a fault of this program, and was answered with 500. */
  readonly onFault?: (error: Error) => void;
}

export interface ApiContext extends ApiModules {
  readonly pool: PoolDescription;
}

/** End of the windows. @throws ApiError for a moment after the start, until at least the short windows are read */
export function settledUntil({ statistics }: ApiContext): number {
  const untilMs = presentUntil(statistics);
  if (untilMs === undefined)
    throw new ApiError(503, 'starting', 'statistics are being read: try again in a moment');
  return untilMs;
}

/** End of the windows; undefined until the short ones are read. */
export function presentUntil(statistics: Statistics): number | undefined {
  const { untilMs } = statistics;
  return untilMs !== undefined && isWhole(statistics, untilMs, 'tenMinutes') ? untilMs : undefined;
}

/** Whether all of a window was read. */
function isWhole({ sinceMs, horizonMs }: Statistics, untilMs: number, window: HashrateWindowName): boolean {
  return sinceMs <= horizonMs || untilMs - windowReachMs(window) >= sinceMs;
}

/** A meter's hashrates over the windows that are wholly read. */
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

/** The hashrate for fields that hold only one: over ten minutes, or over the part of them that was read. See `wholeRate`. */
export function presentHashrate(context: ApiContext, meter: Meter | undefined): number {
  return wholeRate(meter?.figures(settledUntil(context)).tenMinutes.rate ?? 0);
}

/** A rate for fields that Miningcore declares as whole numbers: typed clients can't read a fraction there. */
export function wholeRate(rate: number): number {
  return Math.round(rate);
}

/** Work as a difficulty, in units of 2^34 hashes. */
export function difficultyOf(work: bigint): number {
  return Number(work) / Number(HASHES_PER_DIFFICULTY);
}

export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
