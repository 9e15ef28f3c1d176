/**
 * Workers that are connected now, one object each however many connections they have.
 * @module
 */
import type { Account } from '../domain/account.js';
import type { WorkerIdentity } from '../domain/worker-identity.js';
import { networkOf } from '../guard/remote-network.js';
import type { JournalWorker } from '../ports/journal.js';

/** A worker of an account while it is connected. */
export interface LiveWorker {
  readonly account: Account;
  /** As authorized; empty for none. */
  readonly name: string;
  /** Network of the address that brought it, as in `networkOf`: its limit is the one that it counts against. */
  readonly broughtBy: string;
  /** Its number in the journal, from its first share on. */
  journalWorker: JournalWorker | undefined;
  connections: number;
  /** What its miners say of themselves, hashes per second; shown, never summed. */
  reportedHashrate: number | undefined;
  /** Software, cleaned. */
  agent: string;
}

export interface WorkerLimits {
  /** Workers of one account. */
  readonly workersPerAccount: number;
  /** Workers that one IPv4 address, or one /64 of IPv6, brings. */
  readonly workersPerAddress: number;
}

/** Where a worker comes from. */
export interface WorkerOrigin {
  readonly remoteAddress: string;
  /** Whether it may bring any number. */
  readonly trusted: boolean;
}

/** Which limit keeps a worker out. */
export type WorkerRefusal = 'accountFull' | 'addressFull';

/** Its tables hold no more entries than there are workers. */
export class LiveWorkers {
  readonly #limits: WorkerLimits;
  readonly #byKey = new Map<string, LiveWorker>();
  readonly #ofAccount = new Map<string, number>();
  readonly #ofNetwork = new Map<string, number>();
  /** Those that changed since somebody took their changes; undefined while nobody does. */
  #changed: Set<LiveWorker> | undefined;

  constructor(limits: WorkerLimits) {
    this.#limits = limits;
  }

  /**
   * The worker, connected once more. One that is here already is always welcome, from wherever: whoever fills an
   * account with workers does not end those that mine.
   */
  connect(account: Account, name: string, origin: WorkerOrigin): LiveWorker | WorkerRefusal {
    const key = keyOf(account, name);
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      known.connections++;
      this.#changed?.add(known);
      return known;
    }
    const { workersPerAccount, workersPerAddress } = this.#limits;
    const broughtBy = networkOf(origin.remoteAddress);
    const ofAccount = this.#ofAccount.get(account.key) ?? 0;
    if (ofAccount >= workersPerAccount) return 'accountFull';
    const ofNetwork = this.#ofNetwork.get(broughtBy) ?? 0;
    if (ofNetwork >= workersPerAddress && !origin.trusted) return 'addressFull';
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

  /** A worker's agent or reported hashrate is another one. */
  noteChange(worker: LiveWorker): void {
    this.#changed?.add(worker);
  }

  /** One connection less. @returns whether it was the last */
  disconnect(worker: LiveWorker): boolean {
    worker.connections--;
    this.#changed?.add(worker);
    if (worker.connections > 0 || !this.#byKey.delete(keyOf(worker.account, worker.name))) return false;
    takeOne(this.#ofAccount, worker.account.key);
    takeOne(this.#ofNetwork, worker.broughtBy);
    return true;
  }

  /** Accounts and networks that are counted. */
  get counted(): number {
    return this.#ofAccount.size + this.#ofNetwork.size;
  }

  /** Begins to note who changes; all that are connected count as changed. */
  watch(): void {
    this.#changed ??= new Set(this.#byKey.values());
  }

  /**
   * Workers that changed since they were last taken, those that waited longest first; some have no connection any more.
   * @param most - at least 1: others are left for the next time
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

  /** Workers that wait to be taken. */
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

/** Account keys are hex: no name can be taken for another's. */
function keyOf(account: Account, name: string): string {
  return `${account.key}.${name}`;
}
