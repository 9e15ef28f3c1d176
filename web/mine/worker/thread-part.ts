/**
 * A hashing thread of a browser: self-test, then task after task. Between slices it lets messages in, so that it needs no
 * shared memory, which browsers give to isolated pages alone.
 * @module
 */
import { createPace, type Pace, searchSlices } from '../../../miner/backends/cpu/search-task.js';
import type { ThreadData, ThreadMessage } from '../../../miner/backends/cpu/thread-messages.js';
import type { SearchTask } from '../../../miner/core/device.js';
import { CHAINS, type ChainIndex } from '../../../protocol/chain.js';
import { createCpuKernel } from '../../../shaders/cpu/cpu-kernel.js';
import type { SyncSearchKernel } from '../../../shaders/search.js';
import { selfTestFault } from '../../../shaders/self-test.js';
import { Rest } from './rest.js';
import { scope } from './scope.js';

/** A message to a thread. */
export type ThreadOrder =
  /** The first, sent once. */
  | { readonly type: 'open'; readonly data: ThreadData; readonly load: number }
  | { readonly type: 'search'; readonly task: SearchTask }
  | { readonly type: 'abandon'; readonly chain: ChainIndex; readonly generation: number }
  | { readonly type: 'load'; readonly load: number };

export function playThread(): void {
  const thread = new HashingThread((message) => scope.postMessage(message));
  scope.addEventListener('message', ({ data }) => thread.take(data as ThreadOrder));
}

class HashingThread {
  readonly #say: (message: ThreadMessage) => void;
  readonly #pace: Pace = createPace();
  readonly #rest = new Rest();
  /** Lowest generation that is not stale, by chain. */
  readonly #generations = new Array<number>(CHAINS).fill(0);
  readonly #tasks: SearchTask[] = [];
  #kernel: SyncSearchKernel | undefined;
  #working = false;

  constructor(say: (message: ThreadMessage) => void) {
    this.#say = say;
  }

  take(order: ThreadOrder): void {
    switch (order.type) {
      case 'open':
        this.#pace.load.load = order.load;
        // What it rejects with ends this worker, as an error of it.
        void this.#open(order.data);
        break;
      case 'search':
        this.#tasks.push(order.task);
        if (!this.#working) void this.#work();
        break;
      case 'abandon':
        this.#generations[order.chain] = Math.max(this.#generations[order.chain]!, order.generation);
        this.#rest.end();
        break;
      case 'load':
        this.#pace.load.load = order.load;
        this.#rest.end();
        break;
    }
  }

  async #open({ kernel: chosen, selfTest }: ThreadData): Promise<void> {
    const kernel = await createCpuKernel(chosen);
    const message = selfTestFault(selfTest, kernel.search(selfTest.range));
    if (message !== undefined) {
      this.#say({ type: 'fault', message });
      return;
    }
    this.#kernel = kernel;
    this.#say({ type: 'ready' });
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
      const startedMs = performance.now();
      const report = await this.#search(task);
      this.#say({ type: 'report', report, elapsedMs: performance.now() - startedMs });
    }
    this.#working = false;
  }

  async #search(task: SearchTask) {
    const isStale = (): boolean => task.generation < this.#generations[task.chain]!;
    const slices = searchSlices(task, this.#kernel!, this.#pace, isStale, () => performance.now());
    for (;;) {
      const { done, value } = slices.next();
      if (done) return value;
      await this.#rest.of(value);
    }
  }
}
