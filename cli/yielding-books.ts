/**
 * Embedded books answer within their caller's turn: who reads all of them one after the other would keep timers from running, and lose a
 * lease that nobody renews.
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OwnBooks } from '../pool/ports/books.js';

/** Books whose long answers come in a turn of their own. */
export function yieldingBooks(books: OwnBooks): OwnBooks {
  const later =
    <Args extends readonly unknown[], T>(ask: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      await nextTurn();
      return ask(...args);
    };
  return {
    commit: later((write) => books.commit(write)),
    get: later((table, keys) => books.get(table, keys)),
    page: later((table, page) => books.page(table, page)),
    log: later((from, limit) => books.log(from, limit)),
    logKeys: later((keys) => books.logKeys(keys)),
    logEnd: () => books.logEnd(),
    logStart: () => books.logStart(),
    trimLog: (below, fence) => books.trimLog(below, fence),
    takeLease: (name, owner, ttlMs) => books.takeLease(name, owner, ttlMs),
    renewLease: (name, fence, ttlMs) => books.renewLease(name, fence, ttlMs),
    releaseLease: (name, fence) => books.releaseLease(name, fence),
    close: () => books.close(),
  };
}
