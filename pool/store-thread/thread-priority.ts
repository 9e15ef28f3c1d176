/**
 * Priority of a thread against the other threads of its process. Linux alone has such: elsewhere all stays as it is.
 * @module
 */
import { stat } from 'node:fs/promises';
import { constants, getPriority, setPriority } from 'node:os';

/** Steps of nice between the thread that serves miners and the store's: where both want one core, the store's has a quarter of it. */
export const STEPS_BELOW_MINERS = 5;

/** Makes the calling thread less urgent than the one that started it. It may not come back from there: only root may raise a priority. */
export async function lowerThreadPriority(): Promise<void> {
  if (process.platform !== 'linux') return;
  // A thread's threads inherit its priority: those in which Node.js reads files for all of the process must be there before.
  await stat('/');
  try {
    // 0 is the calling process for POSIX, and the calling thread for Linux.
    setPriority(0, Math.min(constants.priority.PRIORITY_LOW, getPriority(0) + STEPS_BELOW_MINERS));
  } catch {
    // A sandbox forbids it: then all threads are equal.
  }
}
