/**
 * Workers that are connected now, one object each however many connections they have.
 * @module
 */
import type { Account } from './account.js';
import type { WorkerIdentity } from './batch.js';
import type { JournalWorker } from './journal.js';

/** A worker of an account while it is connected. */
export interface LiveWorker {
  readonly account: Account;
  /** As authorized; empty for none. */
  readonly name: string;
  /** Its number in the journal, from its first share on. */
  journalWorker: JournalWorker | undefined;
  connections: number;
  /** What its miners say of themselves, hashes per second; shown, never summed. */
  reportedHashrate: number | undefined;
  /** Software, cleaned. */
  agent: string;
}

export class LiveWorkers {
  readonly #byKey = new Map<string, LiveWorker>();
  /** Those that changed since somebody took their changes; undefined while nobody does. */
  #changed: Set<LiveWorker> | undefined;

  /** The worker, connected once more. */
  connect(account: Account, name: string): LiveWorker {
    const key = keyOf(account, name);
    let worker = this.#byKey.get(key);
    if (worker === undefined) {
      worker = {
        account,
        name,
        journalWorker: undefined,
        connections: 0,
        reportedHashrate: undefined,
        agent: '',
      };
      this.#byKey.set(key, worker);
    }
    worker.connections++;
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
    return worker.connections === 0 && this.#byKey.delete(keyOf(worker.account, worker.name));
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

/** Account keys are hex: no name can be taken for another's. */
function keyOf(account: Account, name: string): string {
  return `${account.key}.${name}`;
}
