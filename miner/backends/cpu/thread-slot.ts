/**
 * One of a device's threads, over its lives: its tasks, and what happens when it dies.
 * @module
 */
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import type { SearchReport, SearchTask } from '../../core/device.js';
import { PROVEN_MS } from '../../core/restart-delay.js';
import type { ThreadData, ThreadMessage } from './thread-messages.js';

/** Events of a slot. */
export interface ThreadSlotEvents {
  /** The thread takes tasks, for the first time or again. */
  onReady(): void;
  onReport(report: SearchReport, elapsedMs: number): void;
  /** The thread died, and takes no tasks. It is started again later, unless the slot is `retired`. */
  onDeath(message: string, lostTaskIds: readonly number[]): void;
  /** The thread's kernel is wrong. */
  onFault(message: string, lostTaskIds: readonly number[]): void;
}

/** Starts a thread. */
export type StartThread = (data: ThreadData) => Worker;

/** Most memory that a thread's JavaScript may take, MB: it needs a tenth, and V8 collects the sooner for it. */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 };

/** A real thread. */
export function startThread(workerData: ThreadData): Worker {
  return new Worker(new URL('./thread.js', import.meta.url), { workerData, resourceLimits: THREAD_LIMITS });
}

/** A thread, or the place of one that is to be started again. */
export class ThreadSlot {
  readonly #start: () => Worker;
  readonly #restartDelayMs: (deaths: number) => number | undefined;
  readonly #events: ThreadSlotEvents;
  readonly #provenMs: number;
  #readyMs = 0;
  readonly #taskIds = new Set<number>();
  #worker: Worker | undefined;
  #ready = false;
  #retired = false;
  #deaths = 0;
  #restartTimer: NodeJS.Timeout | undefined;

  /** @param restartDelayMs - time until the next start after so many deaths in a row, or undefined to give up; `provenMs` - work after which they are forgotten */
  constructor(
    start: () => Worker,
    restartDelayMs: (deaths: number) => number | undefined,
    events: ThreadSlotEvents,
    provenMs = PROVEN_MS,
  ) {
    this.#provenMs = provenMs;
    this.#start = start;
    this.#restartDelayMs = restartDelayMs;
    this.#events = events;
  }

  /** Whether the thread takes tasks. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Whether the slot was given up. */
  get retired(): boolean {
    return this.#retired;
  }

  /** Tasks that the thread has and has not reported. */
  get taskIds(): readonly number[] {
    return [...this.#taskIds];
  }

  /** Starts the thread. @throws Error where the system has no room for one */
  start(): void {
    let reason: string | undefined;
    const worker = this.#start();
    this.#worker = worker;
    worker.on('message', (message: ThreadMessage) => this.#handle(message));
    worker.on('error', (error) => {
      reason = String(error?.message ?? error);
    });
    worker.on('exit', (code) => {
      if (this.#worker === worker) this.#handleDeath(reason ?? `ended with exit code ${code}`);
    });
  }

  /** Gives the thread a task. Only while it is ready. */
  search(task: SearchTask): void {
    this.#taskIds.add(task.id);
    this.#worker!.postMessage(task);
  }

  /** Ends the thread; nothing is told any more. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#ready = false;
    clearTimeout(this.#restartTimer);
    worker?.removeAllListeners('message');
    await worker?.terminate();
  }

  #handle(message: ThreadMessage): void {
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        this.#readyMs = performance.now();
        this.#events.onReady();
        break;
      case 'report':
        if (performance.now() - this.#readyMs >= this.#provenMs) this.#deaths = 0;
        this.#taskIds.delete(message.report.taskId);
        this.#events.onReport(message.report, message.elapsedMs);
        break;
      case 'fault':
        this.#events.onFault(message.message, this.#loseTasks());
        break;
    }
  }

  /** A thread that the system has no room for is a death like another. */
  #restart(): void {
    try {
      this.start();
    } catch (error) {
      this.#handleDeath(`can't start: ${error instanceof Error ? error.message : error}`);
    }
  }

  #handleDeath(message: string): void {
    this.#worker = undefined;
    this.#deaths++;
    const delayMs = this.#restartDelayMs(this.#deaths);
    this.#retired = delayMs === undefined;
    if (delayMs !== undefined) this.#restartTimer = setTimeout(() => this.#restart(), delayMs);
    this.#events.onDeath(message, this.#loseTasks());
  }

  #loseTasks(): readonly number[] {
    this.#ready = false;
    const lost = this.taskIds;
    this.#taskIds.clear();
    return lost;
  }
}
