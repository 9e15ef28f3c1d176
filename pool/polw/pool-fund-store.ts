/**
 * The fund of a pool, kept in the pool's store.
 *
 * A snapshot goes there in pieces, each made in a turn of its own, so that no miner waits for a large one. Entries go first: if
 * this process ends in between, the fund goes on from the earlier snapshot and hands out the same entries again.
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FundEntry } from '../../polw/fund/accounts.js';
import { type BurnAddresses, retiredOf } from '../../polw/fund/burn-addresses.js';
import type { Find } from '../../polw/fund/finds.js';
import type { FundCoin } from '../../polw/fund/fund-coins.js';
import { type FundCommit, type FundStore, FundStoreError } from '../../polw/fund/fund-store.js';
import type { FundKept, FundSnapshot, Reservation } from '../../polw/fund/snapshot.js';
import { restoredCoins, restoredSnapshot } from '../../polw/store/restored-snapshot.js';
import { BoundedMap } from '../../protocol/bounded-map.js';
import { decodeValue, encodeValue } from '../../protocol/value-text.js';
import type { FundRecord, FundRecords, FundSnapshotHead, KeptFund } from '../ports/fund-records.js';

/** Coins in a piece of a snapshot: some 150 KB, made in about a millisecond. */
const COINS_IN_PIECE = 500;

/** Entries that are sent at a time. */
const ENTRIES_AT_ONCE = 500;

/** Newest entries that are remembered, for a store that comes back without them. */
const MAX_RECENT_ENTRIES = 5000;

/** Most entries that are read at a time. */
const MAX_ENTRIES_READ = 1000;

/** Finds that the store did not take, and that are kept with the next commit. */
const MAX_UNKEPT_FINDS = 1024;

/** How often reading begins anew because another front end has kept a newer snapshot meanwhile. */
const LOAD_TRIES = 5;

export class PoolFundStore implements FundStore {
  readonly #records: FundRecords;
  readonly #addresses: BurnAddresses;
  readonly #of: string;
  /** Ended with commits that were older than what is kept: told with the next one. */
  #ended: { readonly finds: Set<string>; readonly reservations: Set<string> } = {
    finds: new Set(),
    reservations: new Set(),
  };
  readonly #unkeptFinds = new BoundedMap<string, Find>(MAX_UNKEPT_FINDS);
  #recent: FundRecord[] = [];
  #tellAgain = false;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /**
   * @param addresses - burn addresses by chain index: of a snapshot of other ones the addresses count alone, and the fund must be read
   * again from its beginning
   */
  constructor(records: FundRecords, addresses: BurnAddresses) {
    this.#records = records;
    this.#addresses = addresses;
    this.#of = subjectOf(addresses);
  }

  load(): Promise<FundKept> {
    return this.#inTurn(async () => {
      for (let tries = 0; tries < LOAD_TRIES; tries++) {
        const kept = await this.#records.load();
        const head = kept.snapshot;
        const snapshot = head === undefined ? undefined : await this.#snapshotOf(head);
        if (head !== undefined && snapshot === undefined) continue;
        const notes = notesOf(kept);
        if (snapshot === undefined || head?.of === this.#of) return { snapshot, ...notes };
        // Blocks of before are read again, with the addresses of before among those that are looked for.
        return { snapshot: undefined, retired: retiredOf(this.#addresses, snapshot), ...notes };
      }
      throw new FundStoreError('damaged', 'the store: pieces of the snapshot of the fund are missing');
    });
  }

  /** The store was away, and may have come back older: with the next commit it is told what it may lack. */
  tellAgain(finds: readonly Find[]): void {
    this.#tellAgain = true;
    for (const find of finds) this.#unkeptFinds.set(find.hash, find);
  }

  /** What other front ends may have noted meanwhile. */
  notes(): Promise<Pick<FundKept, 'reservations' | 'finds'>> {
    return this.#inTurn(async () => notesOf(await this.#records.load()));
  }

  commit({ snapshot, entries, finds, reservations }: FundCommit): Promise<void> {
    return this.#inTurn(async () => {
      for (const find of [...this.#unkeptFinds.values()]) await this.#keepFind(find);
      await this.#addEntries(entries);
      const pieces = piecesOf(snapshot);
      const id = randomUUID();
      for (const [i, piece] of pieces.entries()) {
        await this.#records.putPiece(id, i, encodeValue(piece));
        await nextTurn();
      }
      for (const hash of finds) this.#ended.finds.add(hash);
      for (const reservation of reservations) this.#ended.reservations.add(reservation);
      const head = { id, pieces: pieces.length, of: this.#of, rank: rankOf(snapshot) };
      const outcome = await this.#records.keepSnapshot(head, {
        finds: [...this.#ended.finds],
        reservations: [...this.#ended.reservations],
      });
      if (outcome === 'incomplete')
        throw new FundStoreError('io', 'the store: it lost pieces of the snapshot of the fund');
      if (outcome === 'kept') this.#ended = { finds: new Set(), reservations: new Set() };
    });
  }

  reserve(reservation: Reservation): Promise<void> {
    return this.#inTurn(async () => {
      const { id, keys } = reservation;
      const record = { key: id, text: encodeValue(reservation), coins: keys };
      if (!(await this.#records.reserve(record)))
        throw new FundStoreError('taken', 'a coin is reserved for another withdrawal');
    });
  }

  release(id: string): Promise<void> {
    return this.#inTurn(() => this.#records.release(id));
  }

  found(find: Find): Promise<void> {
    this.#unkeptFinds.set(find.hash, find);
    return this.#inTurn(() => this.#keepFind(find));
  }

  entries(from: number, limit: number): Promise<readonly FundEntry[]> {
    return this.#inTurn(async () => {
      const texts = await this.#records.entries(from, Math.min(limit, MAX_ENTRIES_READ));
      return texts.map((text) => decodeValue(text) as FundEntry);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
  }

  async #addEntries(entries: readonly FundEntry[]): Promise<void> {
    const again = this.#tellAgain;
    this.#tellAgain = false;
    try {
      if (again) await this.#addRecords(this.#recent);
      for (let i = 0; i < entries.length; i += ENTRIES_AT_ONCE) {
        const some = entries.slice(i, i + ENTRIES_AT_ONCE);
        const records = some.map((entry) => ({ key: entry.key, text: encodeValue(entry) }));
        await this.#addRecords(records);
        this.#recent = [...this.#recent, ...records].slice(-MAX_RECENT_ENTRIES);
      }
    } catch (error) {
      this.#tellAgain ||= again;
      throw error;
    }
  }

  async #addRecords(records: readonly FundRecord[]): Promise<void> {
    for (let i = 0; i < records.length; i += ENTRIES_AT_ONCE) {
      await this.#records.addEntries(records.slice(i, i + ENTRIES_AT_ONCE));
      await nextTurn();
    }
  }

  async #keepFind(find: Find): Promise<void> {
    await this.#records.addFind({ key: find.hash, text: encodeValue(find) });
    this.#unkeptFinds.delete(find.hash);
  }

  async #snapshotOf({ id, pieces }: FundSnapshotHead): Promise<FundSnapshot | undefined> {
    const coins: FundCoin[] = [];
    let base: FundSnapshot | undefined;
    for (let i = 0; i < pieces; i++) {
      const text = await this.#records.piece(id, i);
      if (text === undefined) return undefined;
      const piece = decodeValue(text);
      if (base === undefined) base = piece as FundSnapshot;
      else coins.push(...restoredCoins(piece as readonly FundCoin[]));
    }
    return base && restoredSnapshot({ ...base, ledger: { ...base.ledger, coins } });
  }

  #inTurn<T>(request: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new FundStoreError('closed', 'the store of the fund: closed'));
    const done = this.#last.then(request).catch((error: unknown) => {
      if (error instanceof FundStoreError) throw error;
      throw new FundStoreError('io', (error as Error).message);
    });
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function notesOf({ reservations, finds }: KeptFund): Pick<FundKept, 'reservations' | 'finds'> {
  return {
    reservations: reservations.map(({ text }) => decodeValue(text) as Reservation),
    finds: finds.map(({ text }) => decodeValue(text) as Find),
  };
}

/** A snapshot in pieces: all but the coins, then the coins. */
function piecesOf(snapshot: FundSnapshot): readonly unknown[] {
  const { coins } = snapshot.ledger;
  const pieces: unknown[] = [{ ...snapshot, ledger: { ...snapshot.ledger, coins: [] } }];
  for (let i = 0; i < coins.length; i += COINS_IN_PIECE) pieces.push(coins.slice(i, i + COINS_IN_PIECE));
  return pieces;
}

/** How far a snapshot goes. */
function rankOf({ cursors }: FundSnapshot): number {
  return cursors.reduce((sum, cursor) => sum + (cursor === undefined ? 0 : cursor.height + 1), 0);
}

function subjectOf(addresses: BurnAddresses): string {
  const text = addresses.map((address) => address ?? '').join(' ');
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
