/**
 * What the bench says to a process that plays miners, and what it hears.
 * @module
 */
import type { HistogramCounts } from '../histogram.js';

/** What connected miners do. */
export type Load =
  /** They take jobs. */
  | { readonly kind: 'idle' }
  /** Each submits as fast as answers come: every share in a write of its own, or what answers make room for in one. */
  | { readonly kind: 'saturated'; readonly inFlight: number; readonly coalesce: boolean }
  /**
   * So many shares a second in all, one at a time; those that find no miner with room are not sent. And so many workers a
   * second that come, take a job and go.
   */
  | {
      readonly kind: 'offered';
      readonly inFlight: number;
      readonly sharesPerSecond: number;
      readonly loginsPerSecond?: number;
    };

/** Most submits that one miner may have in flight. */
export const MAX_IN_FLIGHT = 64;

/** Miners of one process. */
export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  /** Number of the first worker: they are `ADDRESS.wN`. */
  readonly firstWorker: number;
  readonly address: string;
  /** Each worker has an account of its own, and not that address. */
  readonly ownAccounts?: boolean;
  /** Loopback addresses that connections come from: one has some 28,000 ports. */
  readonly sources: number;
  /** How many difficulties the miners ask for by password (`d=`); 0 for none. */
  readonly difficulties: number;
  readonly load: Load;
  /**
   * Whether only jobs of the push that was seen last are timed: where a push has few new templates, a miner may be moved to one of
   * an older push.
   */
  readonly newestOnly?: boolean;
}

/** To a generator. */
export type Order =
  /** Connects all miners; `connected` follows. */
  | { readonly type: 'connect'; readonly plan: LoadPlan }
  /** Begins with the load. */
  | { readonly type: 'load' }
  /** Counts anew from here on. */
  | { readonly type: 'measure' }
  /** Asks for a `report` of what was counted. */
  | { readonly type: 'report' };

/** Where a generator's miners stand. */
export interface Connected {
  readonly type: 'connected';
  /** Miners that were authorized and have a job. */
  readonly authorized: number;
  /** Why others were not, and how many. */
  readonly failures: Readonly<Record<string, number>>;
}

/** What a generator counted. */
export interface Report {
  readonly type: 'report';
  /** Since `measure`, ms. */
  readonly wallMs: number;
  /** CPU time of the generator meanwhile, ms. */
  readonly cpuMs: number;
  /** Miners that are still connected. */
  readonly connections: number;
  readonly accepted: number;
  /** Refused shares by `code message`. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Offered shares that found no miner with room. */
  readonly held: number;
  /** Notifies. */
  readonly jobs: number;
  /** Workers that came, took their first job, and went. */
  readonly logins: number;
  /** From the write of a submit to the read of its answer. */
  readonly answerTimes: HistogramCounts;
  /** From the node's write to a miner's read, of every push but a miner's first. */
  readonly jobTimes: HistogramCounts;
  /** Of each whole push the time in which 99 % of these miners had it, us. */
  readonly pushTimes: readonly number[];
}

/** From a generator. */
export type Answer = Connected | Report;
