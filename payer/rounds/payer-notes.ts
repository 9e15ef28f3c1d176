/**
 * What a payer says of itself in the books, for whoever reads them: whether it is paused, and where it stands.
 * @module
 */
import type { BookFence, LedgerBooks } from '../../ledger/books-port.js';
import { isObject } from '../../protocol/json-value.js';
import type { Stuck } from './stuck.js';

/** There: nothing new is sent. What is on its way goes on. */
export interface Pause {
  /** One line. */
  readonly reason: string;
  /** ms since the epoch. */
  readonly sinceMs: number;
  readonly by: 'operator' | 'payer';
}

/** So many accounts, and how much they are owed in all, attoALPH in decimal digits. */
export interface WaitingText {
  readonly accounts: number;
  readonly amount: string;
}

/** Transactions that have been on their way for long: how many, and the oldest. */
export interface StuckNote extends Stuck {
  readonly transactions: number;
}

/** A few minutes old at most. Times are ms since the epoch. */
export interface PayerState {
  readonly atMs: number;
  /** When the last round was made; left out before the first. */
  readonly lastRoundMs?: number;
  /** When the round began that was not ended yet: its brake counts from then on. Left out where there is none. */
  readonly roundMs?: number;
  readonly nextRoundMs: number;
  /** Transactions that are not known to be paid yet. */
  readonly inFlight: number;
  /** Those of them that should have been in a block long ago; left out where there are none. */
  readonly stuck?: StuckNote;
  /** Why balances were not paid by the last round; see `RoundPlan`, `held` and `address` beside. */
  readonly waiting: Readonly<Record<string, WaitingText>>;
  /** The last check that went before a round. */
  readonly lastCheck?: { readonly timeMs: number; readonly faults: number };
  /** Why the last round was put off, one line; left out if it was not. */
  readonly trouble?: string;
}

const PAUSE_KEY = 'payer/pause';
const STATE_KEY = 'payer/state';

/** Longest reason, characters. */
const MAX_REASON_CHARS = 500;

/** Tries to write while others do. */
const TRIES = 10;

/** @returns undefined if nothing is paused */
export async function readPause(books: Pick<LedgerBooks, 'get'>): Promise<Pause | undefined> {
  const [record] = await books.get('note', [PAUSE_KEY]);
  return record && pauseOf(record.text);
}

function pauseOf(text: string): Pause {
  const value = parse(text);
  const { reason, sinceMs, by } = isObject(value) ? value : {};
  // Whatever stands there, somebody wanted nothing to be paid.
  return {
    reason: typeof reason === 'string' ? reason : 'the note that says why is damaged',
    sinceMs: typeof sinceMs === 'number' ? sinceMs : 0,
    by: by === 'payer' ? 'payer' : 'operator',
  };
}

/** A pause that there is stays as it is. @returns `fenced` if the lease is another's */
export function writePause(books: LedgerBooks, fence: BookFence, pause: Pause): Promise<'done' | 'fenced'> {
  const text = JSON.stringify({ ...pause, reason: pause.reason.slice(0, MAX_REASON_CHARS) });
  return change(books, fence, PAUSE_KEY, (before) => before ?? text);
}

/** @param read - as it was read: another one that was made since stays. @returns as `writePause` */
export function removePause(books: LedgerBooks, fence: BookFence, read: Pause): Promise<'done' | 'fenced'> {
  return change(books, fence, PAUSE_KEY, (text) => {
    const now = text === undefined ? undefined : pauseOf(text);
    const isSame = now?.reason === read.reason && now.sinceMs === read.sinceMs && now.by === read.by;
    return isSame ? undefined : text;
  });
}

/** @returns undefined if no payer ever said anything */
export async function readState(books: Pick<LedgerBooks, 'get'>): Promise<PayerState | undefined> {
  const [record] = await books.get('note', [STATE_KEY]);
  const value = record && parse(record.text);
  if (!isObject(value) || typeof value.atMs !== 'number') return undefined;
  return value as unknown as PayerState;
}

export function writeState(
  books: LedgerBooks,
  fence: BookFence,
  state: PayerState,
): Promise<'done' | 'fenced'> {
  return change(books, fence, STATE_KEY, () => JSON.stringify(state), false);
}

async function change(
  books: LedgerBooks,
  fence: BookFence,
  key: string,
  to: (before: string | undefined) => string | undefined,
  durable = true,
): Promise<'done' | 'fenced'> {
  for (let tries = 0; tries < TRIES; tries++) {
    const [record] = await books.get('note', [key]);
    const text = to(record?.text);
    if (text === record?.text) return 'done';
    const outcome = await books.commit({
      fence,
      append: [],
      records: [{ table: 'note', key, version: record?.version ?? 0, text }],
      durable,
    });
    if (outcome === 'done' || outcome === 'fenced') return outcome;
  }
  throw new Error(`note ${key}: somebody else wrote it ${TRIES} times meanwhile`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
