/**
 * The messages between the CPU device and its threads. A thread gets its start data, and after that only tasks.
 * @module
 */
import type { CpuKernel } from '../../../shaders/cpu/cpu-kernel.js';
import type { SelfTest } from '../../../shaders/self-test.js';
import type { SearchReport } from '../../core/device.js';

/** A load that is not limited, as threads are told it. */
export const WHOLE_LOAD = 1_000;

/** The data that a thread starts with. */
export interface ThreadData {
  readonly kernel: CpuKernel;
  readonly selfTest: SelfTest;
  /** The CPU that it is bound to; any where there is none. Browsers know nothing of it. */
  readonly cpu?: number;
}

/** The same for a thread of Node.js. */
export interface NodeThreadData extends ThreadData {
  /** Lowest generation that is not stale, one word a chain; on shared memory. */
  readonly generations: Int32Array;
  /** Part of its time that a thread may be busy for, `WHOLE_LOAD` for all of it; one word of shared memory. */
  readonly load: Int32Array;
  /** Path of the native kernels' addon, which binds it to its CPU; there wherever CPUs are asked for. */
  readonly addon: string | undefined;
}

/** A thread's message. */
export type ThreadMessage =
  | { readonly type: 'ready' }
  /** Something to be told; it goes on. */
  | { readonly type: 'notice'; readonly message: string }
  /** The kernel is wrong: none of its results may be believed. */
  | { readonly type: 'fault'; readonly message: string }
  /** `elapsedMs` is the time that the task took. */
  | { readonly type: 'report'; readonly report: SearchReport; readonly elapsedMs: number };
