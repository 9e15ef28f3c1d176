/**
 * How long to wait before the next try.
 * @module
 */

export interface BackoffOptions {
  /** Wait after the first failure, ms. */
  readonly firstMs: number;
  /** Longest wait, ms, before jitter. */
  readonly maxMs: number;
}

/**
 * Wait before the next try: doubles with each failure, up to a limit, and is scattered over 50 to 100 % of that, so
 * that many clients of one node do not come back in the same instant.
 * @param failures - tries that failed in a row, at least 1
 * @param random - uniform in [0, 1)
 * @returns ms
 */
export function backoffMs(failures: number, random: () => number, options: BackoffOptions): number {
  const full = Math.min(options.maxMs, options.firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(full * (0.5 + random() / 2));
}
