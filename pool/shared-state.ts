/**
 * What this front end shares with the others, and with its own past, through the store: the network, bans, found
 * blocks, blocks whose end nobody has seen.
 * @module
 */
import type { Bans } from './core/bans.js';
import { OPEN_BLOCK_STATES } from './core/block-record.js';
import type { PoolServerEvent } from './core/events.js';
import type { Pool } from './core/pool.js';
import { type Ban, type PoolEvent, type Store, StoreMismatchError } from './core/store.js';
import type { Upstream } from './core/upstream.js';

export interface SharedStateModules {
  /** Name of this front end. */
  readonly frontEnd: string;
  readonly store: Store;
  readonly pool: Pool;
  readonly bans: Bans;
  readonly upstream: Upstream;
  /** The store's clock, ms since the epoch. */
  readonly storeNow: () => number;
  readonly onEvent: (event: PoolServerEvent) => void;
  /** The pool can't go on: the store is another network's. */
  readonly onFatal: (error: Error) => void;
}

/** Open blocks that are looked up at once. */
const MAX_LOOKED_UP = 1_000;

/** How often bans are read anew and blocks without an end are looked for, ms: events may be lost. */
const SYNC_EVERY_MS = 60_000;

/** A block this young may still be in the hands of another front end, that found it, ms. */
const OPEN_BLOCK_AGE_MS = 60_000;

export class SharedState {
  readonly #modules: SharedStateModules;
  readonly #unsubscribe: () => void;
  /** A block of ours from before is in nobody's hands. On the store's clock. */
  readonly #startedMs: number;
  #syncedMs = Number.NEGATIVE_INFINITY;
  readonly #lookedUp = new Set<string>();

  constructor(modules: SharedStateModules) {
    this.#modules = modules;
    this.#startedMs = modules.storeNow();
    this.#unsubscribe = modules.store.subscribe((event) => this.#hear(event));
  }

  /** What happened here that others must know. */
  tell(event: PoolEvent): void {
    this.#modules.store.publish(event).catch(() => {
      // The store is away: others learn of it when they read the store.
    });
  }

  /** An address was banned here. */
  ban(ban: Ban): void {
    this.#modules.store.addBan(ban).catch(() => {
      // It counts here all the same.
    });
    this.tell({ type: 'ban', ban });
  }

  /** Ends a ban here and everywhere. @throws StoreUnavailableError */
  async unban(address: string): Promise<void> {
    const { store, bans } = this.#modules;
    await store.removeBan(address);
    bans.remove(address);
    this.tell({ type: 'unban', address });
  }

  /** The nodes have said which network they are of. */
  claimNetwork(networkId: number): void {
    this.#modules.store.claimNetwork(networkId).catch((error: Error) => {
      if (error instanceof StoreMismatchError) this.#modules.onFatal(error);
    });
  }

  /** The store has what it had not: the journal of an earlier run, or it was away. It is read again at the next tick. */
  readAgain(): void {
    this.#syncedMs = Number.NEGATIVE_INFINITY;
  }

  /** What is due by time. To be called every second or so. */
  tick(nowMs: number): void {
    if (nowMs - this.#syncedMs < SYNC_EVERY_MS) return;
    this.#syncedMs = nowMs;
    this.#modules.bans.sweep(this.#modules.storeNow());
    this.#sync().catch(() => {
      // The store is away: the recorder says so.
    });
  }

  close(): void {
    this.#unsubscribe();
  }

  async #sync(): Promise<void> {
    const { store, bans, upstream, storeNow, frontEnd } = this.#modules;
    for (const ban of await store.bans()) bans.add(ban);
    const open = await store.blocks({ offset: 0, limit: MAX_LOOKED_UP }, OPEN_BLOCK_STATES);
    const oldMs = storeNow() - OPEN_BLOCK_AGE_MS;
    for (const block of open) {
      const { hash } = block;
      const orphaned = block.frontEnd === frontEnd ? block.foundMs < this.#startedMs : block.foundMs <= oldMs;
      if (!orphaned || this.#lookedUp.has(hash)) continue;
      this.#lookedUp.add(hash);
      upstream.lookUp(hash);
    }
    if (this.#lookedUp.size > MAX_LOOKED_UP) this.#lookedUp.clear();
  }

  #hear(event: PoolEvent): void {
    const { pool, bans } = this.#modules;
    if (event.type === 'blockFound') pool.leaveParent(event.chain, event.parent);
    else if (event.type === 'ban') bans.add(event.ban);
    else if (event.type === 'unban') bans.remove(event.address);
  }
}
