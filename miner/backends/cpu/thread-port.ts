/**
 * The port between the CPU device and the threads that it is worked by: worker threads of Node.js, or workers of a browser.
 * @module
 */
import type { ChainIndex } from '../../../protocol/chain.js';
import type { SearchTask } from '../../core/device.js';
import type { ThreadData, ThreadMessage } from './thread-messages.js';

/** One thread, from its start on. */
export interface Thread {
  /** Gives it a task. Only after its `ready`. */
  search(task: SearchTask): void;
  /** Ends it; nothing is told any more. */
  end(): Promise<void>;
}

export interface ThreadEvents {
  onMessage(message: ThreadMessage): void;
  /** It ended, or never began: with the reason. Told once, and not after `end`. */
  onEnd(reason: string): void;
}

/** Makes the threads of one device. */
export interface Threads {
  /** @throws Error where the system has no room for another one */
  start(data: ThreadData, events: ThreadEvents): Thread;
  /** Tasks of the chain with an older generation are stale: threads at work hear of it between two slices. */
  abandon(chain: ChainIndex, generation: number): void;
  /** @param load - part of its time that each may be busy for, above 0, at most 1 */
  setLoad(load: number): void;
}
