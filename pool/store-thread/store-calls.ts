/**
 * Calls to a store in another thread, and their answers.
 * @module
 */
import type { Books } from '../ports/books.js';
import { EventListeners } from '../ports/event-listeners.js';
import type { FundRecords } from '../ports/fund-records.js';
import { type PoolEvent, type Store, StoreUnavailableError } from '../ports/store.js';
import {
  BOOK_METHODS,
  FUND_METHODS,
  receiveError,
  type SentError,
  STORE_METHODS,
  type StoreMethod,
} from './messages.js';

/** A call is given up after this, ms: a store's own limits are shorter. */
const CALL_LIMIT_MS = 30_000;

/** A backup may take this long, ms: some gigabytes on a slow disk. */
const BACKUP_LIMIT_MS = 300_000;

/** Most calls that wait for an answer. */
export const MAX_CALLS = 10_000;

interface Call {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** The calls under way. */
export class StoreCalls {
  readonly #calls = new Map<number, Call>();
  readonly #listeners = new EventListeners();
  readonly #send: (id: number, method: StoreMethod, args: readonly unknown[]) => boolean;
  #nextId = 1;

  /** @param send - sends a call to the other thread; false if no thread runs now */
  constructor(send: (id: number, method: StoreMethod, args: readonly unknown[]) => boolean) {
    this.#send = send;
  }

  /** The store as this thread sees it. @param close - called by its `close` */
  store(close: () => Promise<void>): Store {
    const call =
      (method: StoreMethod) =>
      (...args: readonly unknown[]) =>
        this.#call(method, args);
    const methods = STORE_METHODS.map((method) => [method, call(method)]);
    const bookMethods = BOOK_METHODS.map((method) => [method, call(`books.${method}`)]);
    const fundMethods = FUND_METHODS.map((method) => [method, call(`fund.${method}`)]);
    return {
      ...(Object.fromEntries(methods) as Pick<Store, (typeof STORE_METHODS)[number]>),
      fund: Object.fromEntries(fundMethods) as unknown as FundRecords,
      books: Object.fromEntries(bookMethods) as unknown as Books,
      subscribe: (listener) => this.#listeners.add(listener),
      close,
    };
  }

  resolve(id: number, value: unknown): void {
    this.#take(id)?.resolve(value);
  }

  reject(id: number, error: SentError): void {
    this.#take(id)?.reject(receiveError(error));
  }

  /** The other thread is gone. */
  rejectAll(reason: string): void {
    for (const id of [...this.#calls.keys()]) this.#take(id)?.reject(new StoreUnavailableError(reason));
  }

  tell(event: PoolEvent): void {
    this.#listeners.tell(event);
  }

  #call(method: StoreMethod, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      if (this.#calls.size >= MAX_CALLS || !this.#send(id, method, args)) {
        reject(new StoreUnavailableError(`store: ${method} can't be asked now`));
        return;
      }
      const limitMs = method === 'backup' ? BACKUP_LIMIT_MS : CALL_LIMIT_MS;
      const timer = setTimeout(() => {
        this.#calls.delete(id);
        reject(new StoreUnavailableError(`store: no answer to ${method} within ${limitMs} ms`));
      }, limitMs).unref();
      this.#calls.set(id, { resolve, reject, timer });
    });
  }

  #take(id: number): Call | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    clearTimeout(call?.timer);
    return call;
  }
}
