/**
 * Books in memory: the oracle that both stores are held against, and what tests of everything above them work with. They
 * can be away, lose their answers, and go back in time.
 * @module
 */
import type {
  BookFence,
  BookLogEntry,
  BookOutcome,
  BookRecord,
  Books,
  BookTable,
  BookWrite,
} from '../../pool/ports/books.js';
import { StoreRefusedError, StoreUnavailableError } from '../../pool/ports/store.js';
import type { LeaseName } from '../../pool/ports/task-leases.js';
import {
  checkBookFence,
  checkBookKeys,
  checkBookLimit,
  checkBookPage,
  checkBookTable,
  checkBookWrite,
  checkLogNumber,
} from '../../pool/store/check-books.js';
import { checkLeaseOwner, checkLeaseTtl, nextFence } from '../../pool/store/task-leases.js';

export interface MemoryBooks extends Books {
  /** Every call rejects while it is set. */
  away: boolean;
  /** So many commits are carried out, and reject as if nobody knew. */
  loseAnswers: number;
  /** Called before each commit that is in range: to stop there, to throw, or to write something in between. */
  beforeCommit: ((write: BookWrite) => void | Promise<void>) | undefined;
  /** Whether commits can be durable; those that are to be are refused otherwise. */
  canBeDurable: boolean;
  /** Commits that were done, in their order. */
  readonly done: readonly BookWrite[];
  /** Keeps what there is. @returns a function that goes back to it */
  snapshot(): () => void;
}

interface Lease {
  readonly fence: number;
  readonly owner: string;
  readonly expiresMs: number;
}

interface State {
  readonly records: Map<string, BookRecord>;
  /** Greatest version of the removed records, by table. */
  readonly floors: Map<string, number>;
  readonly log: { readonly key: string; readonly text: string }[];
  readonly logNumbers: Map<string, number>;
  readonly leases: Map<LeaseName, Lease>;
  start: number;
}

const LINE = '\n';

/** @param now - ms since the epoch */
export function createMemoryBooks(now: () => number = Date.now): MemoryBooks {
  let state: State = {
    records: new Map(),
    floors: new Map(),
    log: [],
    logNumbers: new Map(),
    leases: new Map(),
    start: 0,
  };
  const done: BookWrite[] = [];
  const of = (table: BookTable, key: string): string => `${table}${LINE}${key}`;
  const reach = (): void => {
    if (books.away) throw new StoreUnavailableError('away');
  };
  const isFenced = ({ name, number }: BookFence): boolean => (state.leases.get(name)?.fence ?? 0) > number;
  const see = ({ name, number }: BookFence): void => {
    if ((state.leases.get(name)?.fence ?? 0) < number)
      state.leases.set(name, { fence: number, owner: '', expiresMs: 0 });
  };

  const outcomeOf = ({ fence, append, records }: BookWrite): BookOutcome => {
    if (isFenced(fence)) return 'fenced';
    if (append.some(({ key }) => state.logNumbers.has(key))) return 'already';
    const changed = records.some(
      ({ table, key, version }) => (state.records.get(of(table, key))?.version ?? 0) !== version,
    );
    return changed ? 'changed' : 'done';
  };
  const write = ({ fence, append, records }: BookWrite): void => {
    see(fence);
    for (const { key, text } of append) {
      state.logNumbers.set(key, state.log.length);
      state.log.push({ key, text });
    }
    for (const { table, key, version, text } of records) {
      if (text === undefined) continue;
      const last = version === 0 ? (state.floors.get(table) ?? 0) : version;
      state.records.set(of(table, key), { key, version: last + 1, text });
    }
    // Last of all: what is removed raises the versions of what a later commit makes.
    for (const { table, key, version, text } of records)
      if (text === undefined && state.records.delete(of(table, key)))
        state.floors.set(table, Math.max(state.floors.get(table) ?? 0, version));
  };

  const books: MemoryBooks = {
    away: false,
    loseAnswers: 0,
    beforeCommit: undefined,
    canBeDurable: true,
    done,
    snapshot: () => {
      const kept = structuredClone(state);
      return () => {
        state = structuredClone(kept);
      };
    },
    commit: async (wanted) => {
      checkBookWrite(wanted);
      await books.beforeCommit?.(wanted);
      reach();
      if (wanted.durable === true && !books.canBeDurable)
        throw new StoreRefusedError('these books can not be durable');
      const outcome = outcomeOf(wanted);
      if (outcome === 'done') {
        write(wanted);
        done.push(wanted);
      }
      if (books.loseAnswers > 0) {
        books.loseAnswers -= 1;
        throw new StoreUnavailableError('the answer was lost');
      }
      return outcome;
    },
    get: async (table, keys) => {
      checkBookTable(table);
      checkBookKeys(keys);
      reach();
      return keys.map((key) => state.records.get(of(table, key)));
    },
    page: async (table, page) => {
      checkBookTable(table);
      checkBookPage(page);
      reach();
      const { prefix = '', after = '', limit } = page;
      const begin = of(table, prefix);
      return [...state.records]
        .filter(([place, { key }]) => place.startsWith(begin) && key > after)
        .map(([, record]) => record)
        .toSorted((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, limit);
    },
    log: async (from, limit) => {
      checkLogNumber('from', from);
      checkBookLimit(limit);
      reach();
      const first = Math.max(from, state.start);
      return state.log
        .slice(first, first + limit)
        .map((entry, i): BookLogEntry => ({ number: first + i, ...entry }));
    },
    logKeys: async (keys) => {
      checkBookKeys(keys);
      reach();
      return keys.map((key) => state.logNumbers.get(key));
    },
    logEnd: async () => {
      reach();
      return state.log.length;
    },
    logStart: async () => {
      reach();
      return state.start;
    },
    trimLog: async (below, fence) => {
      checkLogNumber('below', below);
      checkBookFence(fence);
      reach();
      if (isFenced(fence)) return 'fenced';
      see(fence);
      state.start = Math.max(state.start, Math.min(below, state.log.length));
      return 'done';
    },
    takeLease: async (name, owner, ttlMs) => {
      checkLeaseOwner(owner);
      checkLeaseTtl(ttlMs);
      reach();
      const held = state.leases.get(name);
      if (held !== undefined && held.owner !== owner && held.expiresMs > now()) return undefined;
      const lease = { fence: nextFence(held?.fence, now()), expiresMs: now() + ttlMs };
      state.leases.set(name, { ...lease, owner });
      return lease;
    },
    renewLease: async (name, fence, ttlMs) => {
      checkLeaseTtl(ttlMs);
      reach();
      const held = state.leases.get(name);
      if (held === undefined || held.fence !== fence || held.owner === '') return undefined;
      const lease = { fence, expiresMs: now() + ttlMs };
      state.leases.set(name, { ...lease, owner: held.owner });
      return lease;
    },
    releaseLease: async (name, fence) => {
      reach();
      if (state.leases.get(name)?.fence === fence) state.leases.set(name, { fence, owner: '', expiresMs: 0 });
    },
  };
  return books;
}
