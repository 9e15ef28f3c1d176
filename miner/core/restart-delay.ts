/**
 * When a thread or a child process that died is started again. Pure.
 * @module
 */

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 60_000;
/** Deaths in a row, without `PROVEN_MS` of work between them, after which it is not started again: some two minutes. */
const MAX_DEATHS = 8;

/**
 * Work that makes earlier deaths forgotten. A thread or process that works for some seconds and dies, again and again, is
 * broken: it must not come back after a second for ever.
 */
export const PROVEN_MS = 60_000;

/**
 * Time until the next start, ms: 1 s, doubled with every death in a row, at most 60 s.
 * @param deaths - in a row, without `PROVEN_MS` of work between them; at least 1
 * @returns undefined when it is not worth another
 */
export function restartDelayMs(deaths: number): number | undefined {
  if (deaths >= MAX_DEATHS) return undefined;
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (deaths - 1));
}
