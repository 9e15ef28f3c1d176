/**
 * How much work a thread takes in one go. Pure: the times come in as arguments.
 * @module
 */

/** Aim for one call of the kernel: a thread sees at most this late that its task is stale, 10 ms on a bad day. */
const SLICE_MS = 5;
/** Aim for a task: long enough that a busy main thread does not let the queue run dry. */
const TASK_MS = 50;

/** First slice of a thread, nonces: short even on the slowest kernel, whose speed is unknown. */
export const FIRST_SLICE_NONCES = 64;
const MAX_SLICE_NONCES = 2 ** 20;

/** First task, nonces. */
export const FIRST_TASK_NONCES = 2 ** 13;
const MIN_TASK_NONCES = 2 ** 10;
const MAX_TASK_NONCES = 2 ** 24;

/**
 * The next slice's nonces, a multiple of 4.
 * @param nonces - of the slice that was made
 * @param elapsedMs - what it took
 */
export function nextSliceNonces(nonces: number, elapsedMs: number): number {
  // At most doubled, so that one lucky measurement does not make a slice that runs far too long.
  const factor = elapsedMs > 0 ? Math.min(2, SLICE_MS / elapsedMs) : 2;
  const next = Math.round((nonces * factor) / 4) * 4;
  return Math.min(MAX_SLICE_NONCES, Math.max(FIRST_SLICE_NONCES, next));
}

/**
 * The next task's nonces.
 * @param nonces - size so far
 * @param hashes - made in the latest task
 * @param elapsedMs - what they took
 */
export function nextTaskNonces(nonces: number, hashes: number, elapsedMs: number): number {
  // A task that was cut short says little about speed.
  if (hashes < nonces / 2 || elapsedMs <= 0) return nonces;
  const wanted = (hashes / elapsedMs) * TASK_MS;
  // A quarter of the way, at most doubled: reports of several threads come in disorder, some of them disturbed.
  const next = Math.min(nonces * 2, nonces + (wanted - nonces) / 4);
  return Math.min(MAX_TASK_NONCES, Math.max(MIN_TASK_NONCES, Math.round(next)));
}
