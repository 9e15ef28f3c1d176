/**
 * The difficulty at which each worker was last, so that it begins there when it returns.
 * @module
 */
import { BoundedMap } from '../../protocol/bounded-map.js';
import type { WorkerIdentity } from '../domain/worker-identity.js';
import type { Store } from '../ports/store.js';

/** Workers that are remembered here; others are asked of the store. */
export const MAX_REMEMBERED = 20_000;

export class DifficultyMemory {
  readonly #store: Pick<Store, 'worker'>;
  /** By account and name; what was noted last stands last. */
  readonly #recent = new BoundedMap<string, bigint>(MAX_REMEMBERED);

  constructor(store: Pick<Store, 'worker'>) {
    this.#store = store;
  }

  /** A worker has gone. @param work - its difficulty then */
  note(identity: WorkerIdentity, work: bigint): void {
    this.#recent.renew(keyOf(identity), work);
  }

  /**
   * The difficulty of a worker that came back.
   * @param found - called with it, at once or when the store has answered; never, if nobody knows
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
