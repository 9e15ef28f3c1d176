/**
 * The workers that a journal knows, from its start to its end, and their numbers in the open segment.
 * @module
 */
import type { Account } from '../domain/account.js';
import type { JournalWorker } from '../ports/journal.js';

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
  readonly #named: (NamedWorker | undefined)[] = [];
  /** Which segment each worker was told in last, counted from 1, and its number there. */
  readonly #toldIn: number[] = [];
  readonly #numberThere: number[] = [];

  /** How often each was asked for and not released. */
  readonly #uses: number[] = [];
  /** Numbers of workers that nobody uses. */
  readonly #free: JournalWorker[] = [];

  /** Workers that are in use. */
  get size(): number {
    return this.#numbers.size;
  }

  /** The number of a worker, a new one if it is not in use. Another address than before is told again. */
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

  /** One use less. With the last one its number may be given to another worker. @throws RangeError for a number that is not in use */
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

  /** Its number in a segment, or -1 if it was not told there yet. */
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
