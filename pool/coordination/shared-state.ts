/**
 * The state that this front end shares with the others, and with its own past, through the store: the identity of nodes, bans,
 * found blocks, and blocks whose end nobody has seen.
 * @module
 */

import { BoundedMap } from '../../protocol/bounded-map.js';
import { hexToBytes } from '../../protocol/bytes.js';
import { networkOf } from '../../protocol/remote-network.js';
import { OPEN_BLOCK_STATES } from '../domain/block-record.js';
import type { Pool } from '../engine.js';
import type { Bans } from '../guard/bans.js';
import {
  type Ban,
  type NotedNodeIdentity,
  type PoolEvent,
  type Store,
  StoreMismatchError,
} from '../ports/store.js';
import type { Upstream, UpstreamIdentity } from '../ports/upstream.js';

export interface SharedStateModules {
  /** Name of this front end. */
  readonly frontEnd: string;
  readonly store: Store;
  readonly pool: Pool;
  readonly bans: Bans;
  readonly upstream: Upstream;
  /** The store's clock, ms since the epoch. */
  readonly storeNow: () => number;
  /** The pool can't go on: the store has become another pool's. */
  readonly onFatal: (error: Error) => void;
}

/** Most open blocks that are looked up at once. */
const MAX_LOOKED_UP = 1_000;

/** Most found blocks that are remembered until their fate is told. */
const MAX_FOUNDS = 256;

/** Time between two readings of the nodes' identity, the bans and the open blocks, ms: events may be lost. */
const SYNC_EVERY_MS = 60_000;

/** An open block younger than this, ms, may still be followed by the front end that found it. */
const OPEN_BLOCK_AGE_MS = 60_000;

export class SharedState {
  readonly #modules: SharedStateModules;
  readonly #unsubscribe: () => void;
  /** Start of this process on the store's clock: nobody follows open blocks of this front end from before. */
  readonly #startedMs: number;
  /** Bans of this front end that the store may not have. */
  readonly #unstored = new Map<string, Ban>();
  /** For each reading of the bans that is under way: addresses that had news in the meantime. */
  readonly #readings = new Set<Set<string>>();
  /** Recently found blocks by hash. */
  readonly #founds = new BoundedMap<string, PoolEvent & { type: 'blockFound' }>(MAX_FOUNDS);
  #syncedMs = Number.NEGATIVE_INFINITY;
  readonly #lookedUp = new Set<string>();

  constructor(modules: SharedStateModules) {
    this.#modules = modules;
    this.#startedMs = modules.storeNow();
    this.#unsubscribe = modules.store.subscribe((event) => this.#hear(event));
  }

  /** Tells the other front ends of an event. */
  tell(event: PoolEvent): void {
    this.#modules.store.publish(event).catch(() => {
      // The store is away: the others learn of the event when they read the store.
    });
  }

  /** An address was banned here. */
  ban(ban: Ban): void {
    this.#unstored.set(ban.address, ban);
    this.#noteNews(ban.address);
    this.#store(ban);
  }

  /** Ends a ban here and everywhere. @throws StoreUnavailableError */
  async unban(address: string): Promise<void> {
    const { store, bans } = this.#modules;
    await store.removeBan(address);
    this.#unstored.delete(address);
    this.#noteNews(address);
    bans.remove(address);
    this.tell({ type: 'unban', address });
  }

  /** A node is about to be used. @returns what the store says that nodes must be @throws StoreUnavailableError */
  async claimNodeIdentity(identity: UpstreamIdentity): Promise<NotedNodeIdentity> {
    try {
      return await this.#modules.store.claimNodeIdentity(identity);
    } catch (error) {
      if (error instanceof StoreMismatchError) this.#modules.onFatal(error);
      throw error;
    }
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
    const { store, upstream, storeNow, frontEnd } = this.#modules;
    for (const ban of this.#unstored.values()) this.#store(ban);
    upstream.expect(await store.nodeIdentity());
    await this.#readBans();
    const open = await store.blocks({ offset: 0, limit: MAX_LOOKED_UP }, OPEN_BLOCK_STATES);
    const oldMs = storeNow() - OPEN_BLOCK_AGE_MS;
    for (const block of open) {
      const { hash } = block;
      const orphaned = block.frontEnd === frontEnd ? block.foundMs < this.#startedMs : block.foundMs <= oldMs;
      if (!orphaned || this.#lookedUp.has(hash)) continue;
      this.#lookedUp.add(hash);
      upstream.lookUp(hash, { header: hexToBytes(block.header), txsBlob: [hexToBytes(block.txsBlob)] });
    }
    if (this.#lookedUp.size > MAX_LOOKED_UP) this.#lookedUp.clear();
  }

  /** Takes the store's bans, except those of which newer news came while they were read. */
  async #readBans(): Promise<void> {
    const { store, bans } = this.#modules;
    const news = new Set<string>();
    this.#readings.add(news);
    const stored = await store.bans().finally(() => this.#readings.delete(news));
    const addresses = new Set(stored.map(({ address }) => address));
    // The ban was ended elsewhere, and the event was lost.
    for (const { address } of [...bans.values()])
      if (!addresses.has(address) && !this.#unstored.has(address) && !news.has(address)) bans.remove(address);
    for (const ban of stored) if (!news.has(ban.address)) bans.add(ban);
  }

  #noteNews(address: string): void {
    for (const news of this.#readings) news.add(networkOf(address));
  }

  /** Stores a ban, then tells the other front ends: a front end that knows of a ban finds it in the store, to end it. */
  #store(ban: Ban): void {
    this.#modules.store.addBan(ban).then(
      () => {
        this.#unstored.delete(ban.address);
        this.tell({ type: 'ban', ban });
      },
      () => {
        // It counts here all the same, and is told the store again.
        if (ban.untilMs < this.#modules.storeNow()) this.#unstored.delete(ban.address);
      },
    );
  }

  #hear(event: PoolEvent): void {
    const { pool, bans } = this.#modules;
    if (event.type === 'blockFound') {
      this.#founds.set(event.hash, event);
      pool.work.leaveParent(event.chain, event.parent, event.hash);
    } else if (event.type === 'blockState') {
      const found = this.#founds.get(event.hash);
      if (found === undefined) return;
      if (event.state === 'accepted') pool.work.endParent(found.chain, found.parent);
      else if (!event.surplus && (event.state === 'refused' || event.state === 'missing'))
        pool.work.rejoinParent(found.chain, found.parent);
    }
    if (event.type === 'ban') {
      this.#noteNews(event.ban.address);
      bans.add(event.ban);
    } else if (event.type === 'unban') {
      this.#noteNews(event.address);
      bans.remove(event.address);
    } else if (event.type === 'nodeIdentity') this.readAgain();
  }
}
