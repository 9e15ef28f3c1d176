/**
 * A thread's work on one task: slice by slice, until it is done or stale.
 * @module
 */
import type { SyncSearchKernel } from '../../../shaders/search.js';
import type { SearchReport, SearchTask } from '../../core/device.js';
import { LoadPacer } from '../../core/load-pacer.js';
import { FIRST_SLICE_NONCES, nextSliceNonces } from './tuning.js';

/** A thread's knowledge of its speed, kept from task to task. */
export interface Pace {
  /** Nonces of the next slice. */
  sliceNonces: number;
  /** The rests between slices. */
  readonly load: LoadPacer;
}

/** A pace for a thread that knows nothing yet. */
export function createPace(): Pace {
  return { sliceNonces: FIRST_SLICE_NONCES, load: new LoadPacer() };
}

/**
 * Searches a task in steps: yields before each slice the rest that is due then, in ms, 0 if there is none. Whoever runs
 * it goes on after that time, or as soon as the task is stale.
 * @param isStale - called before the first slice, and before and after each
 * @param nowMs - a clock
 * @returns the report; stale are the hashes of the slice that was under way when the task became stale
 */
export function* searchSlices(
  task: SearchTask,
  kernel: SyncSearchKernel,
  pace: Pace,
  isStale: () => boolean,
  nowMs: () => number,
): Generator<number, SearchReport, void> {
  const finds: bigint[] = [];
  let hashes = 0;
  let staleHashes = 0;
  let overflow = 0;
  let stale = isStale();
  while (!stale && hashes < task.count) {
    const { restMs } = pace.load;
    const pausedMs = nowMs();
    yield restMs;
    if (restMs > 0) pace.load.rested(nowMs() - pausedMs);
    if (isStale()) {
      if (restMs > 0) pace.load.hurry();
      break;
    }
    const count = Math.min(pace.sliceNonces, task.count - hashes);
    const start = BigInt.asUintN(64, task.start + BigInt(hashes));
    const startedMs = nowMs();
    const slice = kernel.search({ ...task, start, count });
    const sliceMs = nowMs() - startedMs;
    pace.load.worked(sliceMs);
    // The rest of a task may be too short to say anything about speed.
    if (count === pace.sliceNonces) pace.sliceNonces = nextSliceNonces(count, sliceMs);
    hashes += count;
    finds.push(...slice.finds);
    overflow += slice.overflow;
    stale = isStale();
    if (stale) staleHashes = count;
  }
  return { taskId: task.id, hashes, staleHashes, finds, overflow };
}

/**
 * Searches a task on a thread that does nothing else meanwhile.
 * @param rest - waits so long, in ms, or until the task is stale
 */
export function searchTask(
  task: SearchTask,
  kernel: SyncSearchKernel,
  pace: Pace,
  isStale: () => boolean,
  nowMs: () => number,
  rest: (ms: number) => void = () => {},
): SearchReport {
  const slices = searchSlices(task, kernel, pace, isStale, nowMs);
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
    if (value > 0) rest(value);
  }
}
