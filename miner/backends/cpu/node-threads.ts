/**
 * Threads of Node.js. What is stale they see in shared memory: a thread at work hears no message.
 * @module
 */
import { Worker } from 'node:worker_threads';
import { CHAINS, type ChainIndex } from '../../../protocol/chain.js';
import type { SearchTask } from '../../core/device.js';
import { type NodeThreadData, type ThreadData, type ThreadMessage, WHOLE_LOAD } from './thread-messages.js';
import type { Thread, ThreadEvents, Threads } from './thread-port.js';

/** Most memory that a thread's JavaScript may take, MB: it needs a tenth, and V8 collects the sooner for it. */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 };

/** A worker thread. */
export class NodeThread implements Thread {
  readonly worker: Worker;
  #ended = false;

  /** @throws Error where the system has no room for another one */
  constructor(workerData: NodeThreadData, events: ThreadEvents) {
    this.worker = new Worker(new URL('./thread.js', import.meta.url), {
      workerData,
      resourceLimits: THREAD_LIMITS,
    });
    let reason: string | undefined;
    this.worker
      .on('message', (message: ThreadMessage) => {
        if (!this.#ended) events.onMessage(message);
      })
      .on('error', (error) => {
        reason = String(error?.message ?? error);
      })
      .on('exit', (code) => {
        if (!this.#ended) events.onEnd(reason ?? `ended with exit code ${code}`);
      });
  }

  search(task: SearchTask): void {
    this.worker.postMessage(task);
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.worker.terminate();
  }
}

export class NodeThreads implements Threads {
  readonly #generations = new Int32Array(new SharedArrayBuffer(CHAINS * Int32Array.BYTES_PER_ELEMENT));
  readonly #load = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)).fill(WHOLE_LOAD);

  readonly #addon: string | undefined;

  /** @param addon - path of the native kernels' addon, which binds threads to CPUs; none where it is not to be loaded */
  constructor(addon?: string) {
    this.#addon = addon;
  }

  start(data: ThreadData, events: ThreadEvents): NodeThread {
    const shared = { generations: this.#generations, load: this.#load, addon: this.#addon };
    return new NodeThread({ ...data, ...shared }, events);
  }

  abandon(chain: ChainIndex, generation: number): void {
    if (generation <= Atomics.load(this.#generations, chain)) return;
    Atomics.store(this.#generations, chain, generation);
    // Threads that rest before their next slice.
    Atomics.notify(this.#generations, chain);
  }

  setLoad(load: number): void {
    Atomics.store(this.#load, 0, Math.round(load * WHOLE_LOAD));
  }
}
