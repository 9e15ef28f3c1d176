/**
 * Threads of the CPU device as workers of a browser.
 * @module
 */
import type { ThreadData, ThreadMessage } from '../../../miner/backends/cpu/thread-messages.js';
import type { Thread, ThreadEvents, Threads } from '../../../miner/backends/cpu/thread-port.js';
import type { ChainIndex } from '../../../protocol/chain.js';
import { startWorker } from './scope.js';
import type { ThreadOrder } from './thread-part.js';

export class WorkerThreads implements Threads {
  readonly #workers = new Set<Worker>();
  #load = 1;

  start(data: ThreadData, events: ThreadEvents): Thread {
    const worker = startWorker('thread');
    this.#workers.add(worker);
    const end = (): void => {
      this.#workers.delete(worker);
      worker.onmessage = null;
      worker.onerror = null;
      worker.terminate();
    };
    worker.onmessage = ({ data: message }: MessageEvent<ThreadMessage>) => events.onMessage(message);
    worker.onerror = (event) => {
      event.preventDefault();
      end();
      events.onEnd(event.message ?? 'its script did not load');
    };
    send(worker, { type: 'open', data, load: this.#load });
    return {
      search: (task) => send(worker, { type: 'search', task }),
      end: async () => end(),
    };
  }

  abandon(chain: ChainIndex, generation: number): void {
    for (const worker of this.#workers) send(worker, { type: 'abandon', chain, generation });
  }

  setLoad(load: number): void {
    this.#load = load;
    for (const worker of this.#workers) send(worker, { type: 'load', load });
  }
}

function send(worker: Worker, order: ThreadOrder): void {
  worker.postMessage(order);
}
