/**
 * Walks over lists in a thread of their own.
 * @module
 */
import { Worker } from 'node:worker_threads';
import { ThreadCalls } from '../thread-calls.js';
import type { ListWalker, WalkResult } from './list-walker.js';

/** Most memory that the thread's JavaScript may take, MB: the SDK takes some 15, a list of 2,000 transactions a few more. */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

const NAME = 'the thread that reads transactions';

/** A thread that is not started yet. */
export class ThreadListWalker implements ListWalker {
  readonly #calls: ThreadCalls<Uint8Array, WalkResult>;

  /** @param start - starts a thread */
  constructor(start: () => Worker = startThread) {
    this.#calls = new ThreadCalls<Uint8Array, WalkResult>(start, NAME, (fault) => ({ fault }));
  }

  walk(txsBlob: Uint8Array, done: (result: WalkResult) => void): void {
    this.#calls.call(txsBlob, done);
  }

  close(): void {
    this.#calls.close();
  }
}

function startThread(): Worker {
  return new Worker(new URL('./thread.js', import.meta.url), { resourceLimits: THREAD_LIMITS });
}
