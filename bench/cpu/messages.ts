/**
 * What the bench and its hashing threads say to each other: one order at a time, one answer to each.
 * @module
 */
import type { MixTask } from '../../shaders/ceiling.js';
import type { CpuKernel } from '../../shaders/cpu/cpu-kernel.js';
import type { NonceRange, SearchResult } from '../../shaders/search.js';
import type { SearchOrder, SearchWindow } from '../contender.js';
import type { Window } from '../statistics.js';

/** What a thread starts with. */
export interface ThreadData {
  readonly kernel: CpuKernel;
}

export type ThreadOrder =
  | { readonly type: 'search'; readonly range: NonceRange }
  | { readonly type: 'searchFor'; readonly order: SearchOrder; readonly windowMs: number }
  | { readonly type: 'mix'; readonly task: MixTask }
  /** The yardstick: `blake3(blake3(buf))` on one buffer, its counter written in place, and nothing else. */
  | { readonly type: 'yardstick'; readonly windowMs: number };

/** Answers by the orders' types. */
export interface ThreadAnswers {
  readonly search: SearchResult;
  readonly searchFor: SearchWindow;
  readonly mix: Window;
  readonly yardstick: Window;
}

export type ThreadAnswer =
  | { readonly type: 'done'; readonly answer: ThreadAnswers[ThreadOrder['type']] }
  | { readonly type: 'failed'; readonly message: string };
