/**
 * The workers that a journal knows during its life, and their numbers in the open segment.
 * @module
 */
import type { Account } from '../domain/account.js';
import type { JournalWorker } from '../ports/journal.js';

/** A worker as it is written into a segment. */
export interface NamedWorker {
  readonly account: string;
  readonly name: string;
  /** The address as the worker last named it. */
  readonly address: string;
}

/** Workers by number. */
export class JournalWorkers {
  readonly #numbers = new Map<string, JournalWorker>();
  readonly #named: (NamedWorker | undefined)[] = [];
  /** The last segment in which each worker was defined, counted from 1, and its number there. */
  readonly #toldIn: number[] = [];
  readonly #numberThere: number[] = [];

  /** Uses of each worker: calls of `worker` less calls of `release`. */
  readonly #uses: number[] = [];
  /** Numbers that may be given to new workers. */
  readonly #free: JournalWorker[] = [];

  /** Number of workers in use. */
  get size(): number {
    return this.#numbers.size;
  }

  /** The number of a worker; a new number if it is not in use. A changed address is written again. */
  number(account: Account, name: string): JournalWorker {
    const key = keyOf(account.key, name);
    const known = this.#numbers.get(key);
    if (known === undefined) {
      const worker = this.#free.pop() ?? this.#named.length;
      this.#numbers.set(key, worker);
      this.#named[worker] = { account: account.key, name, address: account.address };
      this.#toldIn[worker] = 0;
      this.#numberThere[worker] = 0;
      this.#uses[worker] = 1;
      return worker;
    }
    this.#uses[known]! += 1;
    const named = this.#named[known]!;
    if (named.address !== account.address) {
      this.#named[known] = { ...named, address: account.address };
      this.#toldIn[known] = 0;
    }
    return known;
  }

  /** Ends one use. After the last one the number may be given to another worker. @throws RangeError for a number that is not in use */
  release(worker: JournalWorker): void {
    const { account, name } = this.named(worker);
    this.#uses[worker]! -= 1;
    if (this.#uses[worker]! > 0) return;
    this.#numbers.delete(keyOf(account, name));
    this.#named[worker] = undefined;
    this.#toldIn[worker] = 0;
    this.#free.push(worker);
  }

  /** @throws RangeError for a number that is not in use */
  named(worker: JournalWorker): NamedWorker {
    const named = this.#named[worker];
    if (named === undefined)
      throw new RangeError(`"worker" expected a number of this journal, got ${worker}`);
    return named;
  }

  /** The worker's number in a segment, or -1 if the segment does not define it yet. */
  numberIn(segment: number, worker: JournalWorker): number {
    return this.#toldIn[worker] === segment ? this.#numberThere[worker]! : -1;
  }

  told(segment: number, worker: JournalWorker, number: number): void {
    this.#toldIn[worker] = segment;
    this.#numberThere[worker] = number;
  }
}

function keyOf(account: string, name: string): string {
  return `${account} ${name}`;
}
