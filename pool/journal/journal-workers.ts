/**
 * The workers that a journal knows, from its start to its end, and their numbers in the open segment.
 * @module
 */
import type { Account } from '../core/account.js';
import type { JournalWorker } from '../core/journal.js';

/** A worker as it is written into a segment. */
export interface NamedWorker {
  readonly account: string;
  readonly name: string;
  /** As named last. */
  readonly address: string;
}

/** Workers by number. */
export class JournalWorkers {
  readonly #numbers = new Map<string, JournalWorker>();
  readonly #named: NamedWorker[] = [];
  /** Which segment each worker was told in last, counted from 1, and its number there. */
  readonly #toldIn: number[] = [];
  readonly #numberThere: number[] = [];

  /** The number of a worker, a new one if it was never seen. Another address than before is told again. */
  number(account: Account, name: string): JournalWorker {
    const key = `${account.key} ${name}`;
    const known = this.#numbers.get(key);
    if (known === undefined) {
      const worker = this.#named.length;
      this.#numbers.set(key, worker);
      this.#named.push({ account: account.key, name, address: account.address });
      this.#toldIn.push(0);
      this.#numberThere.push(0);
      return worker;
    }
    const named = this.#named[known]!;
    if (named.address !== account.address) {
      this.#named[known] = { ...named, address: account.address };
      this.#toldIn[known] = 0;
    }
    return known;
  }

  /** @throws RangeError for a number that was never given */
  named(worker: JournalWorker): NamedWorker {
    const named = this.#named[worker];
    if (named === undefined)
      throw new RangeError(`"worker" expected a number of this journal, got ${worker}`);
    return named;
  }

  /** Its number in a segment, or -1 if it was not told there yet. */
  numberIn(segment: number, worker: JournalWorker): number {
    return this.#toldIn[worker] === segment ? this.#numberThere[worker]! : -1;
  }

  told(segment: number, worker: JournalWorker, number: number): void {
    this.#toldIn[worker] = segment;
    this.#numberThere[worker] = number;
  }
}
