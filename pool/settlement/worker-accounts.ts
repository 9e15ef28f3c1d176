/**
 * Accounts of the workers that slices name by number, and the addresses that they want to be paid at.
 * @module
 */
import type { Store, StoredWorkerId } from '../ports/store.js';
import type { Turns } from './turns.js';

/** Workers that are asked for at once. */
const WORKERS_AT_ONCE = 200;

/** The address of an account, as its worker with the latest share named it. */
interface NamedAddress {
  readonly address: string;
  readonly lastShareMs: number;
}

/** Made for one table: a store that goes back in time may give a number again. */
export class WorkerAccounts {
  readonly #store: Pick<Store, 'workersById'>;
  readonly #turns: Turns;
  readonly #accounts = new Map<StoredWorkerId, string | undefined>();
  readonly #addresses = new Map<string, NamedAddress>();

  constructor(store: Pick<Store, 'workersById'>, turns: Turns) {
    this.#store = store;
    this.#turns = turns;
  }

  /** Asks for those of these workers that are not known yet. */
  async learn(ids: Iterable<StoredWorkerId>): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => !this.#accounts.has(id));
    for (let at = 0; at < unknown.length; at += WORKERS_AT_ONCE) {
      const some = unknown.slice(at, at + WORKERS_AT_ONCE);
      for (const id of some) this.#accounts.set(id, undefined);
      for (const { id, identity, address, lastShareMs } of await this.#store.workersById(some)) {
        const { account } = identity;
        const known = this.#addresses.get(account);
        // One text for all workers of an account.
        this.#accounts.set(id, account);
        if (known === undefined || lastShareMs > known.lastShareMs)
          this.#addresses.set(account, { address, lastShareMs });
      }
      await this.#turns.breathe();
    }
  }

  /** Undefined if the store does not have the worker any more. */
  accountOf(id: StoredWorkerId): string | undefined {
    return this.#accounts.get(id);
  }

  /** Account and address of each account that was asked about. */
  get addresses(): Iterable<readonly [account: string, address: string]> {
    return [...this.#addresses].map(([account, { address }]) => [account, address] as const);
  }
}
