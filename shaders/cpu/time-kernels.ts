/**
 * Which of several search kernels is the fastest, by a short timing.
 *
 * An engine runs WASM by quick code first and replaces it by optimized code some 20 to 50 ms later, function by function.
 * So the kernels take turns in small slices, and each is judged by its best slice: that is one of optimized code, and one
 * that no other program interrupted.
 * @module
 */

/** Nonces of a slice: about a millisecond of optimized code. */
const SLICE_NONCES = 4_000;

/** No judgement before this time, ms: quick code would be judged. */
const MIN_MS = 60;

/** The longest timing, ms. */
const MAX_MS = 250;

/** The timing ends once no kernel has become faster by more than this part... */
const IMPROVEMENT = 0.03;

/** ...for this time, ms. */
const STEADY_MS = 30;

/**
 * Times kernels.
 * @param searches - at least one: searches a number of nonces
 * @param now - monotonic clock, ms
 * @returns index of the fastest
 */
export function timeKernels(searches: readonly ((nonces: number) => void)[], now: () => number): number {
  const bestMs = searches.map(() => Number.POSITIVE_INFINITY);
  const startedMs = now();
  let steadySinceMs = startedMs;
  for (let endMs = startedMs; endMs - startedMs < MAX_MS; ) {
    for (const [i, search] of searches.entries()) {
      const sliceMs = now();
      search(SLICE_NONCES);
      endMs = now();
      const tookMs = endMs - sliceMs;
      if (tookMs < bestMs[i]! * (1 - IMPROVEMENT)) steadySinceMs = endMs;
      bestMs[i] = Math.min(bestMs[i]!, tookMs);
    }
    if (endMs - startedMs >= MIN_MS && endMs - steadySinceMs >= STEADY_MS) break;
  }
  return bestMs.indexOf(Math.min(...bestMs));
}
