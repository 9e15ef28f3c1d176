/**
 * A thread's work on one task: slice by slice, until it is done or stale.
 * @module
 */
import type { SyncSearchKernel } from '../../../shaders/search.js';
import type { SearchReport, SearchTask } from '../../core/device.js';
import { FIRST_SLICE_NONCES, nextSliceNonces } from './tuning.js';

/** A thread's knowledge of its speed, kept from task to task. */
export interface Pace {
  /** Nonces of the next slice. */
  sliceNonces: number;
}

/** A pace for a thread that knows nothing yet. */
export function createPace(): Pace {
  return { sliceNonces: FIRST_SLICE_NONCES };
}

/**
 * Searches a task.
 * @param isStale - called before the first slice and after each
 * @param nowMs - a clock
 * @returns the report; stale are the hashes of the slice that was under way when the task became stale
 */
export function searchTask(
  task: SearchTask,
  kernel: SyncSearchKernel,
  pace: Pace,
  isStale: () => boolean,
  nowMs: () => number,
): SearchReport {
  const finds: bigint[] = [];
  let hashes = 0;
  let staleHashes = 0;
  let overflow = 0;
  let stale = isStale();
  while (!stale && hashes < task.count) {
    const count = Math.min(pace.sliceNonces, task.count - hashes);
    const start = BigInt.asUintN(64, task.start + BigInt(hashes));
    const startedMs = nowMs();
    const slice = kernel.search({ ...task, start, count });
    // The rest of a task may be too short to say anything about speed.
    if (count === pace.sliceNonces) pace.sliceNonces = nextSliceNonces(count, nowMs() - startedMs);
    hashes += count;
    finds.push(...slice.finds);
    overflow += slice.overflow;
    stale = isStale();
    if (stale) staleHashes = count;
  }
  return { taskId: task.id, hashes, staleHashes, finds, overflow };
}
