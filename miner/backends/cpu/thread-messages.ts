/**
 * The messages between the CPU device and its threads. A thread gets its start data, and after that only tasks.
 * @module
 */
import type { CpuKernel } from '../../../shaders/cpu/cpu-kernel.js';
import type { SelfTest } from '../../../shaders/self-test.js';
import type { SearchReport } from '../../core/device.js';

/** The data that a thread starts with. */
export interface ThreadData {
  readonly kernel: CpuKernel;
  /** Lowest generation that is not stale, one word a chain; on shared memory, so that a thread at work sees it. */
  readonly generations: Int32Array;
  readonly selfTest: SelfTest;
}

/** A thread's message. */
export type ThreadMessage =
  | { readonly type: 'ready' }
  /** The kernel is wrong: none of its results may be believed. */
  | { readonly type: 'fault'; readonly message: string }
  /** `elapsedMs` is the time that the task took. */
  | { readonly type: 'report'; readonly report: SearchReport; readonly elapsedMs: number };
