/**
 * The last difficulty of each worker: it begins there when it returns.
 * @module
 */
import { BoundedMap } from '../../protocol/bounded-map.js';
import type { WorkerIdentity } from '../domain/worker-identity.js';
import type { Store } from '../ports/store.js';

/** Most workers that are remembered here; the store is asked for others. */
export const MAX_REMEMBERED = 20_000;

export class DifficultyMemory {
  readonly #store: Pick<Store, 'worker'>;
  /** Work by account and name; the worker noted last stands last. */
  readonly #recent = new BoundedMap<string, bigint>(MAX_REMEMBERED);

  constructor(store: Pick<Store, 'worker'>) {
    this.#store = store;
  }

  /** Notes that a worker has left. @param work - its last difficulty */
  note(identity: WorkerIdentity, work: bigint): void {
    this.#recent.renew(keyOf(identity), work);
  }

  /**
   * Looks up the difficulty of a worker that came back.
   * @param found - called with the work, at once or when the store has answered; not called if it is unknown
   */
  recall(identity: WorkerIdentity, found: (work: bigint) => void): void {
    const recent = this.#recent.get(keyOf(identity));
    if (recent !== undefined) {
      found(recent);
      return;
    }
    this.#store.worker(identity).then(
      (worker) => {
        if (worker !== undefined) found(worker.lastWork);
      },
      () => {
        // The store is away: the worker begins as a new one.
      },
    );
  }
}

function keyOf({ account, name }: WorkerIdentity): string {
  return `${account}.${name}`;
}
