/**
 * One of a device's threads, over its lives: its tasks, and what happens when it dies.
 * @module
 */
import type { SearchReport, SearchTask } from '../../core/device.js';
import { PROVEN_MS } from '../../core/restart-delay.js';
import type { ThreadMessage } from './thread-messages.js';
import type { Thread, ThreadEvents } from './thread-port.js';

/** Events of a slot. */
export interface ThreadSlotEvents {
  /** The thread takes tasks, for the first time or again. */
  onReady(): void;
  onReport(report: SearchReport, elapsedMs: number): void;
  /** The thread died, and takes no tasks. It is started again later, unless the slot is `retired`. */
  onDeath(message: string, lostTaskIds: readonly number[]): void;
  /** Something that a user should know. */
  onNotice(message: string): void;
  /** The thread's kernel is wrong. */
  onFault(message: string, lostTaskIds: readonly number[]): void;
}

/** Starts a thread. @throws Error where the system has no room for one */
export type StartThread = (events: ThreadEvents) => Thread;

/** A thread, or the place of one that is to be started again. */
export class ThreadSlot {
  readonly #start: StartThread;
  readonly #restartDelayMs: (deaths: number) => number | undefined;
  readonly #events: ThreadSlotEvents;
  readonly #provenMs: number;
  #readyMs = 0;
  readonly #taskIds = new Set<number>();
  #thread: Thread | undefined;
  #ready = false;
  #retired = false;
  #deaths = 0;
  #restartTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param restartDelayMs - time until the next start after so many deaths in a row, or undefined to give up; `provenMs` - work after which they are forgotten */
  constructor(
    start: StartThread,
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
    this.#thread = this.#start({
      onMessage: (message) => this.#handle(message),
      onEnd: (reason) => this.#handleDeath(reason),
    });
  }

  /** Gives the thread a task. Only while it is ready. */
  search(task: SearchTask): void {
    this.#taskIds.add(task.id);
    this.#thread!.search(task);
  }

  /** Ends the thread; nothing is told any more. */
  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    this.#ready = false;
    clearTimeout(this.#restartTimer);
    await thread?.end();
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
      case 'notice':
        this.#events.onNotice(message.message);
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
    this.#thread = undefined;
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
