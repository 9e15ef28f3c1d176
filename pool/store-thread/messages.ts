/**
 * The messages between the main thread and the recorder's thread. All of them can be cloned: no functions, no classes.
 * @module
 */

import type { ClosedSegment } from '../journal/journal-events.js';
import type { Books } from '../ports/books.js';
import type { FundRecords } from '../ports/fund-records.js';
import {
  type PoolEvent,
  type Store,
  StoreInUseError,
  StoreMismatchError,
  StoreRefusedError,
  StoreUnavailableError,
} from '../ports/store.js';
import type { DrainedJournal, RecorderEvent, RecorderFigures } from '../recorder/recorder-events.js';
import type { ServiceSettings } from './services.js';

/** The store's methods that can be called from another thread: those that answer once. */
export const STORE_METHODS = [
  'now',
  'claimNodeIdentity',
  'nodeIdentity',
  'marks',
  'journals',
  'apply',
  'reportThrough',
  'leaseExtranonces',
  'renewExtranonces',
  'releaseExtranonces',
  'releaseAllExtranonces',
  'takeLease',
  'renewLease',
  'releaseLease',
  'noteFate',
  'followed',
  'foundBefore',
  'foundBetween',
  'bans',
  'addBan',
  'removeBan',
  'publish',
  'worker',
  'workersOf',
  'workersById',
  'slices',
  'blocks',
  'countBlocks',
  'block',
  'series',
  'backup',
  'prune',
] as const satisfies readonly (keyof Store)[];

/** Those of `Store.fund`. */
export const FUND_METHODS = [
  'load',
  'piece',
  'putPiece',
  'keepSnapshot',
  'addEntries',
  'entries',
  'reserve',
  'release',
  'addFind',
] as const satisfies readonly (keyof FundRecords)[];

/** Those of `Store.books`. */
export const BOOK_METHODS = [
  'commit',
  'get',
  'page',
  'log',
  'logKeys',
  'logEnd',
  'logStart',
  'trimLog',
  'takeLease',
  'renewLease',
  'releaseLease',
] as const satisfies readonly (keyof Books)[];

export type StoreMethod =
  | (typeof STORE_METHODS)[number]
  | `fund.${keyof FundRecords}`
  | `books.${keyof Books}`;

/** An error on its way between threads. */
export interface SentError {
  readonly name: string;
  readonly code: string | undefined;
  readonly message: string;
}

/** A message to or from a service. */
export interface ServiceMessage {
  readonly type: 'service';
  /** Name of the service. */
  readonly name: string;
  readonly message: unknown;
}

export type ToRecorder =
  | {
      readonly type: 'call';
      readonly id: number;
      readonly method: StoreMethod;
      readonly args: readonly unknown[];
    }
  | { readonly type: 'journal'; readonly journal: DrainedJournal }
  | { readonly type: 'segment'; readonly segment: ClosedSegment }
  | {
      readonly type: 'through';
      readonly journal: string;
      readonly throughMs: number;
      readonly number: number;
    }
  | { readonly type: 'finish'; readonly journal: string }
  | ServiceMessage
  /** Bring pending batches to the store within this time, and end. */
  | { readonly type: 'close'; readonly limitMs: number };

export type FromRecorder =
  | { readonly type: 'opened' }
  | { readonly type: 'failed'; readonly error: SentError }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: SentError }
  | { readonly type: 'poolEvent'; readonly event: PoolEvent }
  | { readonly type: 'recorderEvent'; readonly event: RecorderEvent }
  | { readonly type: 'figures'; readonly figures: RecorderFigures }
  | ServiceMessage
  | { readonly type: 'closed'; readonly flushed: boolean };

/** The data that the thread is started with. */
export interface RecorderData {
  /** URL of a module that exports `openStore(settings, events): Promise<Store>`. */
  readonly storeModule: string;
  readonly settings: unknown;
  /** Services that run beside the store. */
  readonly services: readonly ServiceSettings[];
  /** Of a `PushSign`. */
  readonly pushes: SharedArrayBuffer;
}

export function sendError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: 'Error', code: undefined, message: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  return { name: error.name, code: typeof code === 'string' ? code : undefined, message: error.message };
}

/** The error as it was sent; one of the store's errors, and one of what is out of range, gets its class back. */
export function receiveError({ name, code, message }: SentError): Error {
  if (code === 'ERR_STORE_UNAVAILABLE') return new StoreUnavailableError(message);
  if (code === 'ERR_STORE_REFUSED') return new StoreRefusedError(message);
  if (code === 'ERR_STORE_MISMATCH') return new StoreMismatchError(message);
  if (code === 'ERR_STORE_IN_USE') return new StoreInUseError(message);
  if (name === 'RangeError') return new RangeError(message);
  return Object.assign(new Error(message), code === undefined ? { name } : { name, code });
}
