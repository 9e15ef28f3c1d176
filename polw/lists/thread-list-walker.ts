/**
 * Walks over lists in a thread of their own.
 * @module
 */
import { Worker } from 'node:worker_threads';
import type { WalkedList } from '../builder/transaction-list.js';
import { ThreadCalls } from '../thread-calls.js';
import type { ListWalker, ThreadWalk, WalkResult } from './list-walker.js';

/** Most memory that the thread's JavaScript may take, MB: the SDK takes some 15, a list of 2,000 transactions a few more. */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

const NAME = 'the thread that reads transactions';

/** A thread that is not started yet. */
export class ThreadListWalker implements ListWalker {
  readonly #calls: ThreadCalls<Uint8Array, ThreadWalk>;

  /** @param start - starts a thread */
  constructor(start: () => Worker = startThread) {
    this.#calls = new ThreadCalls<Uint8Array, ThreadWalk>(start, NAME, (fault) => ({ fault }));
  }

  walk(txsBlob: Uint8Array, done: (result: WalkResult) => void): void {
    this.#calls.call(txsBlob, (answer) => done('fault' in answer ? answer : walkedOf(answer, txsBlob)));
  }

  close(): void {
    this.#calls.close();
  }
}

function walkedOf(
  { list, coinbaseStart }: Exclude<ThreadWalk, { fault: string }>,
  txsBlob: Uint8Array,
): WalkedList {
  return { list: { ...list, bytes: list.bytes ?? txsBlob.subarray(0, coinbaseStart) }, coinbaseStart };
}

function startThread(): Worker {
  return new Worker(new URL('./thread.js', import.meta.url), { resourceLimits: THREAD_LIMITS });
}
