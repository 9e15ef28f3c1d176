/**
 * Remembers the numbers of workers. A worker's number never changes, unless Redis went back to before it was given. The
 * script that applies a batch compares them with those in Redis and reports a change.
 * @module
 */
import type { Batch } from '../../domain/batch.js';
import type { WorkerIdentity } from '../../domain/worker-identity.js';
import { earningWorkers, OVERFLOW_WORKER, type WorkerRef } from '../batch-content.js';
import type { StoreKeys } from './keys.js';
import type { RedisLink } from './redis-link.js';

/** Most workers that are remembered; some 100 bytes each. */
const MAX_REMEMBERED = 100_000;

/** Most workers that one script call looks up: it takes some 2 ms. */
const WORKERS_AT_ONCE = 2000;

export class WorkerNumbers {
  readonly #link: RedisLink;
  readonly #keys: StoreKeys;
  readonly #maxWorkers: number;
  readonly #known = new Map<string, WorkerRef>();

  /** @param maxWorkers - stored workers of one account */
  constructor(link: RedisLink, keys: StoreKeys, maxWorkers: number) {
    this.#link = link;
    this.#keys = keys;
    this.#maxWorkers = maxWorkers;
  }

  /** Forgets all numbers, since Redis has other ones. */
  forget(): void {
    this.#known.clear();
  }

  /** The numbers of a batch's workers. Workers with accepted shares that have no number get one. */
  async refsOf(batch: Batch): Promise<(WorkerRef | undefined)[]> {
    const earning = earningWorkers(batch);
    const refs = batch.workers.map(({ identity }) => this.#known.get(nameOf(identity)));
    const missing = [...refs.keys()].filter((i) => refs[i] === undefined);
    for (let from = 0; from < missing.length; from += WORKERS_AT_ONCE) {
      const some = missing.slice(from, from + WORKERS_AT_ONCE);
      const workers = some.flatMap((i) => {
        const { account, name } = batch.workers[i]!.identity;
        return [account, name, earning[i] === true ? 1 : 0];
      });
      const ids = (await this.#link.script(
        'register-workers-2',
        [this.#keys.workerIds, this.#keys.accounts],
        [this.#keys.prefix, this.#maxWorkers, OVERFLOW_WORKER, ...workers],
      )) as number[];
      for (const [k, i] of some.entries()) {
        const id = ids[k] ?? 0;
        const { identity } = batch.workers[i]!;
        // A worker that is summed with others may get its own number later, so this number is not remembered.
        if (id < 0) refs[i] = { id: -id, name: OVERFLOW_WORKER };
        else if (id > 0) refs[i] = this.#remember(identity, { id, name: identity.name });
      }
    }
    return refs;
  }

  #remember(identity: WorkerIdentity, ref: WorkerRef): WorkerRef {
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    this.#known.set(nameOf(identity), ref);
    return ref;
  }
}

function nameOf({ account, name }: WorkerIdentity): string {
  return `${account} ${name}`;
}
