/**
 * Workers that are connected now, one object each however many connections they have.
 * @module
 */

import { networkOf } from '../../protocol/remote-network.js';
import type { Account } from '../domain/account.js';
import type { WorkerIdentity } from '../domain/worker-identity.js';
import type { JournalWorker } from '../ports/journal.js';

/** A worker of an account while it is connected. */
export interface LiveWorker {
  readonly account: Account;
  /** The worker's name as authorized; empty if it has none. */
  readonly name: string;
  /** Network (`networkOf`) of the remote address that authorized it: the worker counts against that network's limit. */
  readonly broughtBy: string;
  /** The worker's number in the journal; undefined before its first share. */
  journalWorker: JournalWorker | undefined;
  connections: number;
  /** Hashes per second as its miners report them; shown, never summed. */
  reportedHashrate: number | undefined;
  /** Software, cleaned. */
  agent: string;
}

export interface WorkerLimits {
  /** Workers of one account. */
  readonly workersPerAccount: number;
  /** Most workers that one IPv4 address, or one /64 of IPv6, may authorize. */
  readonly workersPerNetwork: number;
}

/** Where a worker comes from. */
export interface WorkerOrigin {
  readonly remoteAddress: string;
  /** Whether it may authorize any number of workers. */
  readonly trusted: boolean;
}

/** The limit that keeps a worker out. */
export type WorkerRefusal = 'accountFull' | 'addressFull';

/** The connected workers. Its tables hold no more entries than there are workers. */
export class LiveWorkers {
  readonly #limits: WorkerLimits;
  readonly #byKey = new Map<string, LiveWorker>();
  readonly #ofAccount = new Map<string, number>();
  readonly #ofNetwork = new Map<string, number>();
  /** Workers that changed since the last `takeChanged`; undefined while nobody watches. */
  #changed: Set<LiveWorker> | undefined;

  constructor(limits: WorkerLimits) {
    this.#limits = limits;
  }

  /**
   * Adds a connection of a worker. A worker that is connected already is always admitted, from any address: filling an
   * account with workers does not end the workers that mine.
   */
  connect(account: Account, name: string, origin: WorkerOrigin): LiveWorker | WorkerRefusal {
    const key = keyOf(account, name);
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      known.connections++;
      this.#changed?.add(known);
      return known;
    }
    const { workersPerAccount, workersPerNetwork } = this.#limits;
    const broughtBy = networkOf(origin.remoteAddress);
    const ofAccount = this.#ofAccount.get(account.key) ?? 0;
    if (ofAccount >= workersPerAccount) return 'accountFull';
    const ofNetwork = this.#ofNetwork.get(broughtBy) ?? 0;
    if (ofNetwork >= workersPerNetwork && !origin.trusted) return 'addressFull';
    this.#ofAccount.set(account.key, ofAccount + 1);
    this.#ofNetwork.set(broughtBy, ofNetwork + 1);
    const worker: LiveWorker = {
      account,
      name,
      broughtBy,
      journalWorker: undefined,
      connections: 1,
      reportedHashrate: undefined,
      agent: '',
    };
    this.#byKey.set(key, worker);
    this.#changed?.add(worker);
    return worker;
  }

  /** Notes that a worker's agent or reported hashrate has changed. */
  noteChange(worker: LiveWorker): void {
    this.#changed?.add(worker);
  }

  /** Removes a connection of a worker. @returns whether it was the last */
  disconnect(worker: LiveWorker): boolean {
    worker.connections--;
    this.#changed?.add(worker);
    if (worker.connections > 0 || !this.#byKey.delete(keyOf(worker.account, worker.name))) return false;
    takeOne(this.#ofAccount, worker.account.key);
    takeOne(this.#ofNetwork, worker.broughtBy);
    return true;
  }

  /** Number of accounts and networks that are counted. */
  get counted(): number {
    return this.#ofAccount.size + this.#ofNetwork.size;
  }

  /** Begins to note which workers change. All connected workers count as changed. */
  watch(): void {
    this.#changed ??= new Set(this.#byKey.values());
  }

  /**
   * Takes the workers that changed since they were last taken, longest wait first. Some have no connection any more.
   * @param most - at least 1: more are left for the next call
   */
  takeChanged(most: number): LiveWorker[] {
    const taken: LiveWorker[] = [];
    for (const worker of this.#changed ?? []) {
      if (taken.length >= most) break;
      taken.push(worker);
      this.#changed!.delete(worker);
    }
    return taken;
  }

  /** Number of workers that wait to be taken. */
  get changes(): number {
    return this.#changed?.size ?? 0;
  }

  get size(): number {
    return this.#byKey.size;
  }

  values(): Iterable<LiveWorker> {
    return this.#byKey.values();
  }
}

/** The worker as the store knows it. */
export function identityOf({ account, name }: LiveWorker): WorkerIdentity {
  return { account: account.key, name };
}

function takeOne(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 0) - 1;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}

/** Account keys are hex, so the separator keeps keys unique. */
function keyOf(account: Account, name: string): string {
  return `${account.key}.${name}`;
}
