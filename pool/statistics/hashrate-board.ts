/**
 * Meters of the pool, its chains, accounts and workers, fed with slices.
 * @module
 */
import { ALL_CHAINS } from '../../protocol/chain.js';
import type { StoredSlice, StoredWorker, StoredWorkerId } from '../core/store.js';
import { Meter } from './meter.js';

/** Workers with a meter of their own; others count with their account. At 5 KB each some 250 MB. */
const MAX_METERED_WORKERS = 50_000;

/** Workers whose account is known; others count with their chain and the pool. Some 30 MB. */
const MAX_KNOWN_WORKERS = 200_000;

/** Accounts with a meter; others count with their chain and the pool. */
const MAX_METERED_ACCOUNTS = 25_000;

export interface MeteredWorker {
  readonly name: string;
  readonly account: MeteredAccount | undefined;
  readonly meter: Meter | undefined;
  newestMs: number;
}

export interface MeteredAccount {
  /** `Account.key`. */
  readonly key: string;
  /** Address to pay of one of its workers, canonical text. */
  readonly address: string;
  readonly meter: Meter;
  /** By name. */
  readonly workers: Map<string, MeteredWorker>;
}

export class HashrateBoard {
  readonly pool = new Meter();
  readonly chains: readonly Meter[] = ALL_CHAINS.map(() => new Meter());
  readonly #workers = new Map<StoredWorkerId, MeteredWorker>();
  readonly #accounts = new Map<string, MeteredAccount>();
  #metered = 0;

  get workers(): number {
    return this.#workers.size;
  }

  get accounts(): ReadonlyMap<string, MeteredAccount> {
    return this.#accounts;
  }

  /** Workers of some slices that nothing is known of: to be asked of the store and told to `learn`. */
  unknownIn(slices: readonly StoredSlice[]): StoredWorkerId[] {
    if (this.#workers.size >= MAX_KNOWN_WORKERS) return [];
    const unknown = new Set<StoredWorkerId>();
    for (const { entries } of slices)
      for (const { worker } of entries) if (!this.#workers.has(worker)) unknown.add(worker);
    return [...unknown];
  }

  learn(workers: readonly StoredWorker[]): void {
    for (const { id, identity, address } of workers) {
      if (this.#workers.size >= MAX_KNOWN_WORKERS) return;
      const account = this.#accountOf(identity.account, address);
      const metered = account !== undefined && this.#metered < MAX_METERED_WORKERS;
      if (metered) this.#metered++;
      const worker = {
        name: identity.name,
        account,
        meter: metered ? new Meter() : undefined,
        newestMs: 0,
      };
      this.#workers.set(id, worker);
      if (metered) account.workers.set(identity.name, worker);
    }
  }

  add(slices: readonly StoredSlice[]): void {
    for (const { startMs, entries } of slices) {
      for (const { worker: id, chain, shares, work, workSquared } of entries) {
        this.pool.add(startMs, shares, work, workSquared);
        this.chains[chain]?.add(startMs, shares, work, workSquared);
        const worker = this.#workers.get(id);
        if (worker === undefined) continue;
        worker.newestMs = Math.max(worker.newestMs, startMs);
        worker.meter?.add(startMs, shares, work, workSquared);
        worker.account?.meter.add(startMs, shares, work, workSquared);
      }
    }
  }

  /** Forgets those without a share since a time, ms since the epoch. */
  forgetBefore(timeMs: number): void {
    for (const [id, { newestMs, meter, account, name }] of this.#workers) {
      if (newestMs >= timeMs) continue;
      this.#workers.delete(id);
      account?.workers.delete(name);
      if (meter !== undefined) this.#metered--;
    }
    for (const [key, { meter }] of this.#accounts) if (meter.newestMs < timeMs) this.#accounts.delete(key);
  }

  #accountOf(key: string, address: string): MeteredAccount | undefined {
    let account = this.#accounts.get(key);
    if (account === undefined && this.#accounts.size < MAX_METERED_ACCOUNTS) {
      account = { key, address, meter: new Meter(), workers: new Map() };
      this.#accounts.set(key, account);
    }
    return account;
  }
}
