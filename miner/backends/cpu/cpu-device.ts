/**
 * The CPU as a search device: some threads, each with a kernel of its own and two tasks at most.
 *
 * ```
 * search(task) -> thread with the fewest tasks (2 at most) -> slices of some 5 ms -> report
 * abandon(chain, generation) -> heard by threads between slices
 * ```
 * @module
 */
import type { ChainIndex } from '../../../protocol/chain.js';
import { counted } from '../../../protocol/quantity-text.js';
import type { CpuKernel } from '../../../shaders/cpu/cpu-kernel.js';
import { createSelfTest } from '../../../shaders/create-self-test.js';
import type { DeviceEvents, SearchDevice, SearchTask } from '../../core/device.js';
import type { ThreadData } from './thread-messages.js';
import type { Threads } from './thread-port.js';
import { ThreadSlot, type ThreadSlotEvents } from './thread-slot.js';
import { FIRST_TASK_NONCES, nextTaskNonces } from './tuning.js';

/** Tasks that a thread has: one under way, and one waiting, so that the thread never waits for the main thread. */
const TASKS_PER_THREAD = 2;

/** Threads that start at once: the main thread takes some milliseconds for each, and hears signals between them. */
export const MAX_THREADS_STARTING = 16;

export interface CpuDeviceOptions {
  /** Number of threads, at least 1. */
  readonly threads: number;
  readonly kernel: CpuKernel;
  /** CPUs that the threads are bound to, one each; as many as threads, or more. Without them the system chooses. */
  readonly affinity?: readonly number[] | undefined;
}

/** The parts that a device is built from. */
export interface CpuDeviceModules {
  readonly threads: Threads;
  /** As in core/restart-delay.ts. */
  readonly restartDelayMs: (deaths: number) => number | undefined;
  /** Work after which a thread's earlier deaths are forgotten. */
  readonly provenMs?: number;
}

/** Hashes on the CPU. */
export class CpuDevice implements SearchDevice {
  readonly kind = 'cpu';
  readonly name: string;
  readonly cpus: readonly number[] | undefined;
  readonly #options: CpuDeviceOptions;
  readonly #modules: CpuDeviceModules;
  readonly #slots: ThreadSlot[] = [];
  #started = 0;
  #settled = 0;
  #taskSize = FIRST_TASK_NONCES;
  #closed = false;

  constructor(options: CpuDeviceOptions, modules: CpuDeviceModules) {
    this.#options = options;
    this.#modules = modules;
    this.cpus = options.affinity?.slice(0, options.threads);
    const { name } = options.kernel;
    const kernel = name === 'noble' ? 'no SIMD: slow reference' : name;
    this.name = `cpu (${kernel}, ${counted(options.threads, 'thread')})`;
  }

  get taskSize(): number {
    return this.#taskSize;
  }

  /** Two tasks for every thread that lives. */
  get depth(): number {
    return TASKS_PER_THREAD * this.#slots.filter((slot) => slot.ready).length;
  }

  start(events: DeviceEvents): void {
    // Later, so that nothing is told before this returns.
    setTimeout(() => {
      if (this.#closed) return;
      try {
        this.#startThreads(events);
      } catch (error) {
        this.#giveUp(events, cantStart(error), []);
      }
    }, 0);
  }

  search(task: SearchTask): void {
    const free = this.#slots.filter((slot) => slot.ready);
    const slot = free.reduce((a, b) => (b.taskIds.length < a.taskIds.length ? b : a));
    // Views are copied with the whole buffer beneath them: a blob may be a few bytes of a large one.
    const { headerBlob, target, prefix } = task;
    slot.search({
      ...task,
      headerBlob: new Uint8Array(headerBlob),
      target: new Uint8Array(target),
      prefix: new Uint8Array(prefix),
    });
  }

  abandon(chain: ChainIndex, generation: number): void {
    this.#modules.threads.abandon(chain, generation);
  }

  setLoad(load: number): void {
    this.#modules.threads.setLoad(load);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#slots.map((slot) => slot.close()));
  }

  #startThreads(events: DeviceEvents): void {
    const { kernel, threads, affinity } = this.#options;
    const data: ThreadData = { kernel, selfTest: createSelfTest() };
    for (let i = 0; i < threads; i++) {
      const cpu = affinity?.[i];
      this.#slots.push(this.#createSlot(cpu === undefined ? data : { ...data, cpu }, events));
    }
    for (let i = 0; i < MAX_THREADS_STARTING; i++) this.#startNext();
  }

  /** Starts the next thread that was not started yet, if there is one. @throws Error where the system has no room */
  #startNext(): void {
    const slot = this.#closed ? undefined : this.#slots[this.#started];
    if (slot === undefined) return;
    this.#started++;
    slot.start();
  }

  #createSlot(data: ThreadData, events: DeviceEvents): ThreadSlot {
    const { threads, restartDelayMs, provenMs } = this.#modules;
    let first = true;
    /** The first `onReady` waits until every thread has had its first chance. */
    const settle = (): void => {
      if (first) {
        first = false;
        this.#settled++;
        try {
          this.#startNext();
        } catch (error) {
          this.#giveUp(events, cantStart(error), []);
          return;
        }
      }
      if (this.#settled === this.#options.threads && this.depth > 0) events.onReady();
    };
    const slotEvents: ThreadSlotEvents = {
      onReady: settle,
      onReport: (report, elapsedMs) => {
        this.#taskSize = nextTaskNonces(this.#taskSize, report.hashes, elapsedMs);
        events.onReport(report);
      },
      onDeath: (message, lostTaskIds) => {
        if (this.#slots.every((slot) => slot.retired)) {
          this.#giveUp(events, `all threads died again and again: ${message}`, lostTaskIds);
          return;
        }
        events.onFailure({ message: `a thread died: ${message}`, lostTaskIds, final: false });
        // The others go on.
        settle();
      },
      onNotice: (message) => events.onNotice?.(message),
      onFault: (message, lostTaskIds) => this.#giveUp(events, message, lostTaskIds),
    };
    return new ThreadSlot((of) => threads.start(data, of), restartDelayMs, slotEvents, provenMs);
  }

  /** Ends for good: what one thread gets wrong, the others can't be trusted with either. */
  #giveUp(events: DeviceEvents, message: string, lost: readonly number[]): void {
    const lostTaskIds = [...lost, ...this.#slots.flatMap((slot) => slot.taskIds)];
    void this.close();
    events.onFailure({ message, lostTaskIds, final: true });
  }
}

function cantStart(error: unknown): string {
  return `can't start: ${error instanceof Error ? error.message : error}`;
}
