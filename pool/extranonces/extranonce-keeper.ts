/**
 * Keeps extranonces at hand: leases blocks of them from the store ahead of need, renews them, and gives back those that are not
 * needed. No miner waits for the store: while it is away, the extranonces at hand are given out.
 * @module
 */

import type {
  ExtranonceAnswer,
  ExtranonceRefusal,
  Extranonces,
  ExtranonceTaker,
} from '../ports/extranonces.js';
import type { Store } from '../ports/store.js';
import { EXTRANONCE_LEASE_MS, ExtranoncePool, restedBefore } from './extranonce-pool.js';
import { ExtranonceShares } from './extranonce-shares.js';

export interface ExtranonceKeeperModules {
  readonly store: Pick<
    Store,
    'leaseExtranonces' | 'renewExtranonces' | 'releaseExtranonces' | 'releaseAllExtranonces'
  >;
  /** Name of this front end. */
  readonly owner: string;
  /** The store's clock, ms since the epoch. */
  readonly storeNow: () => number;
  /** Least template time of all headers that take shares; undefined without any. */
  readonly oldestLiveHeaderMs: () => number | undefined;
  /** Extranonces of miners that this front end no longer holds: those miners must get other ones at once. */
  readonly onLost: (extranonces: readonly string[]) => void;
}

/** Wait after a lease that brought less than was asked for, ms: a space that is used up stays so for a while. */
const USED_UP_WAIT_MS = 1_000;

/** Blocks leased at once; more come a second later. */
const MAX_LEASED_AT_ONCE = 64;

/** Time for which a space that was found to be used up is taken to be so, ms. */
const USED_UP_MS = 10_000;

/** Of a space that is used up, the last values of this front end are for trusted addresses. */
const KEPT_FOR_TRUSTED = 256;

export interface ExtranonceOptions {
  /** Length of an extranonce, 2 to 4. */
  readonly bytes: number;
  /** Values that one remote network may hold, resting ones included; trusted addresses any number. */
  readonly perAddress: number;
}

export class ExtranonceKeeper implements Extranonces {
  readonly #pool: ExtranoncePool;
  readonly #shares = new ExtranonceShares();
  readonly #perAddress: number;
  readonly #modules: ExtranonceKeeperModules;
  /** When the space was last found to be used up. */
  #usedUpMs = Number.NEGATIVE_INFINITY;
  #renewedMs: number;
  #keeping: Promise<void> | undefined;
  #closed = false;

  constructor({ bytes, perAddress }: ExtranonceOptions, modules: ExtranonceKeeperModules) {
    this.#pool = new ExtranoncePool(bytes);
    this.#perAddress = perAddress;
    this.#modules = modules;
    this.#renewedMs = modules.storeNow();
  }

  /** Gives up the leases of an earlier process of this name, and leases the first blocks. @throws StoreUnavailableError */
  async start(): Promise<void> {
    const { store, owner } = this.#modules;
    await store.releaseAllExtranonces(owner);
    await this.#lease();
  }

  /** Values that miners have. */
  get live(): number {
    return this.#pool.live;
  }

  /** Values that could be given now. */
  get free(): number {
    return this.#pool.free(this.#modules.storeNow());
  }

  take({ remoteAddress, trusted }: ExtranonceTaker): ExtranonceAnswer {
    const nowMs = this.#modules.storeNow();
    const reason = trusted ? undefined : this.#refusal(remoteAddress, nowMs);
    if (reason !== undefined) return { type: 'refused', reason };
    const extranonce = this.#pool.take(nowMs);
    // When all miners of a pool come back at once, the next tick would be too late.
    if (this.#pool.wanted(nowMs) > 0) this.tick();
    if (extranonce === undefined) return { type: 'refused', reason: 'noExtranonce' };
    this.#shares.noteTaken(remoteAddress);
    return { type: 'taken', extranonce };
  }

  release(extranonce: string, used: boolean, remoteAddress: string): void {
    const nowMs = this.#modules.storeNow();
    this.#pool.release(extranonce, used, nowMs);
    this.#shares.noteReleased(remoteAddress, used, nowMs);
  }

  /** Why an address that is not trusted gets no extranonce; undefined if it gets one as far as is known. */
  #refusal(remoteAddress: string, nowMs: number): ExtranonceRefusal | undefined {
    if (this.#shares.heldBy(remoteAddress) >= this.#perAddress) return 'addressExtranonces';
    const usedUp = nowMs - this.#usedUpMs < USED_UP_MS;
    return usedUp && this.#pool.free(nowMs) <= KEPT_FOR_TRUSTED ? 'noExtranonce' : undefined;
  }

  /** Does what is due. To be called every second or so. */
  tick(): void {
    const oldestLiveHeaderMs = this.#modules.oldestLiveHeaderMs();
    this.#pool.settle(oldestLiveHeaderMs);
    if (oldestLiveHeaderMs !== undefined) this.#shares.settle(restedBefore(oldestLiveHeaderMs));
    if (this.#keeping !== undefined || this.#closed) return;
    this.#keeping = this.#keep()
      .catch(() => {
        // The store is away, which the recorder reports. The next tick tries again.
      })
      .finally(() => {
        this.#keeping = undefined;
      });
  }

  /** Gives everything back. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    const { store, owner } = this.#modules;
    // Blocks that are just being leased would be held by nobody until the lease runs out.
    await this.#keeping;
    await store.releaseExtranonces(owner, this.#pool.blocks).catch(() => {});
  }

  async #keep(): Promise<void> {
    const { store, owner, storeNow, onLost } = this.#modules;
    if (storeNow() - this.#renewedMs >= EXTRANONCE_LEASE_MS / 3) {
      const asked = this.#pool.blocks;
      const kept = await store.renewExtranonces(owner, asked, EXTRANONCE_LEASE_MS);
      this.#renewedMs = storeNow();
      const lost = this.#pool.renewed(asked, kept, this.#renewedMs + EXTRANONCE_LEASE_MS);
      if (lost.length > 0) onLost(lost);
    }
    const surplus = this.#pool.takeSurplus(storeNow());
    if (surplus.length > 0) await store.releaseExtranonces(owner, surplus);
    if (this.#closed) return;
    if (this.#pool.wanted(storeNow()) > 0 && storeNow() - this.#usedUpMs >= USED_UP_WAIT_MS)
      await this.#lease();
  }

  async #lease(): Promise<void> {
    const { store, owner, storeNow } = this.#modules;
    const wanted = Math.min(MAX_LEASED_AT_ONCE, this.#pool.wanted(storeNow()));
    const leases = await store.leaseExtranonces(owner, wanted, EXTRANONCE_LEASE_MS);
    if (leases.length < wanted) this.#usedUpMs = storeNow();
    this.#pool.add(leases);
  }
}
