/**
 * How far settlement has got, as the books keep it: what it goes on with, and what others read of it.
 * @module
 */
import type { BookRecord, BookRecordWrite, Books } from '../ports/books.js';
import { INTERVAL_MS, intervalStartOf } from './interval.js';

export const STATE_KEY = 'settlement/state';
export const LATE_KEY = 'settlement/late';
/** Written with each commit of settlement: see `ChainedBooks`. */
export const LINK_KEY = 'settlement/link';
/** Before the id of a journal that the operator has given up. */
export const ABANDON_PREFIX = 'settlement/abandon/';

/** What the note `settlement/state` says; times in ms since the epoch. */
export interface SettlementState {
  /** When it was written, on the store's clock. */
  readonly atMs: number;
  /** Blocks that were found before it are not credited. */
  readonly fromMs: number;
  /** The tables of all intervals that end by then are written. */
  readonly throughMs: number;
  /** Silent journals that tables wait for. */
  readonly blockedBy: readonly string[];
  /** Since when the first of them is silent. */
  readonly sinceMs?: number;
  /** Complete settlements. */
  readonly runs: number;
}

/** Where nothing was settled yet. @param nowMs - the beginning, on the store's clock, ms since the epoch */
export function firstState(nowMs: number): SettlementState {
  // Intervals of either length begin there.
  const throughMs = intervalStartOf(nowMs, INTERVAL_MS);
  return { atMs: nowMs, fromMs: nowMs, throughMs, blockedBy: [], runs: 0 };
}

/**
 * Notes the beginning, unless there is one: before a front end takes miners, and whoever has the lease. What is found from then on is credited.
 * @throws StoreUnavailableError
 */
export async function noteBeginning(books: Books, nowMs: number): Promise<void> {
  const [before] = await books.get('note', [STATE_KEY]);
  if (before !== undefined) return;
  const records = [noteWrite(STATE_KEY, before, JSON.stringify(firstState(nowMs)))];
  // The least fence that there is: whoever has a lease has noted it already, or will.
  await books.commit({ fence: { name: 'settlement', number: 1 }, append: [], records });
}

/** @throws SyntaxError if the text is no JSON */
export function decodeState(text: string): SettlementState {
  return JSON.parse(text) as SettlementState;
}

/** What is noted of a journal that the operator gives up. @param atMs - ms since the epoch */
export function encodeAbandoned(atMs: number): string {
  return JSON.stringify({ atMs });
}

/** When it was given up, ms since the epoch. @throws SyntaxError if the text is no JSON */
export function abandonedMsOf(text: string): number {
  return Number((JSON.parse(text) as { readonly atMs: unknown }).atMs);
}

/** A note as it is to be. @param before - as it is now */
export function noteWrite(key: string, before: BookRecord | undefined, text: string): BookRecordWrite {
  return { table: 'note', key, version: before?.version ?? 0, text };
}
