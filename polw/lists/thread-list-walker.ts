/**
 * Walks over lists in a thread of their own, which is started with the first of them, and again when it has died.
 * @module
 */
import { Worker } from 'node:worker_threads';
import type { ListWalker, WalkResult } from './list-walker.js';
import type { WalkReply, WalkRequest } from './walker-messages.js';

/** Most memory that the thread's JavaScript may take, MB: the SDK takes some 15, a list of 2,000 transactions a few more. */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

/** A thread that is not started yet. */
export class ThreadListWalker implements ListWalker {
  readonly #start: () => Worker;
  /** Those that wait for a result, by id. */
  readonly #waiting = new Map<number, (result: WalkResult) => void>();
  #worker: Worker | undefined;
  #ids = 0;

  /** @param start - starts a thread */
  constructor(start: () => Worker = startThread) {
    this.#start = start;
  }

  walk(txsBlob: Uint8Array, done: (result: WalkResult) => void): void {
    const id = this.#ids++;
    this.#waiting.set(id, done);
    try {
      this.#worker ??= this.#open();
    } catch (error) {
      // As later as any other result.
      queueMicrotask(() => this.#settle(id, { fault: `no thread for it: ${messageOf(error)}` }));
      return;
    }
    // It keeps a program alive only while it is waited for.
    this.#worker.ref();
    const request: WalkRequest = { id, txsBlob };
    this.#worker.postMessage(request);
  }

  close(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#waiting.clear();
    void worker?.terminate();
  }

  #open(): Worker {
    const worker = this.#start();
    let reason: string | undefined;
    worker.on('message', ({ id, result }: WalkReply) => this.#settle(id, result));
    worker.on('error', (error) => {
      reason = messageOf(error);
    });
    worker.on('exit', (code) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      const fault = `the thread that reads transactions ended: ${reason ?? `exit code ${code}`}`;
      for (const id of [...this.#waiting.keys()]) this.#settle(id, { fault });
    });
    return worker;
  }

  #settle(id: number, result: WalkResult): void {
    const done = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    done?.(result);
  }
}

function startThread(): Worker {
  return new Worker(new URL('./thread.js', import.meta.url), { resourceLimits: THREAD_LIMITS });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
