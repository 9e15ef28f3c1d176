/**
 * Where to begin to read blocks, as people write it.
 * @module
 */

export const EXPECTED_SINCE = 'expected genesis or a date such as 2026-11-29 or 2026-11-29T12:00:00Z';

/** The time of `genesis` or a date. @returns ms since the epoch, 0 for the first blocks; undefined if it is neither */
export function sinceMs(text: string): number | undefined {
  if (text === 'genesis') return 0;
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return ms > 0 ? ms : undefined;
}

/** A time as `sinceMs` reads it. @param ms - since the epoch */
export function sinceText(ms: number): string {
  return ms === 0 ? 'genesis' : new Date(ms).toISOString();
}
