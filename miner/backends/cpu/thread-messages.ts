/**
 * What the device and its threads say to each other. From the device come tasks alone, after what a thread starts with.
 * @module
 */
import type { CpuKernel } from '../../../shaders/cpu/cpu-kernel.js';
import type { SelfTest } from '../../../shaders/self-test.js';
import type { SearchReport } from '../../core/device.js';

/** What a thread starts with. */
export interface ThreadData {
  readonly kernel: CpuKernel;
  /** Lowest generation that is not stale, one word a chain; on shared memory, so that a thread at work sees it. */
  readonly generations: Int32Array;
  readonly selfTest: SelfTest;
}

/** What a thread says. */
export type ThreadMessage =
  | { readonly type: 'ready' }
  /** The kernel is wrong: nothing that it says may be believed. */
  | { readonly type: 'fault'; readonly message: string }
  /** `elapsedMs` is the time that the task took. */
  | { readonly type: 'report'; readonly report: SearchReport; readonly elapsedMs: number };
