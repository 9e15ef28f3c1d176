/**
 * Time spans as people write them.
 * @module
 */

const FACTORS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * ms of a time span, rounded to a whole number: `250ms`, `2s`, `1.5m`, `8h`, `30d`. The unit must be there.
 * @returns undefined if the text is none
 */
export function durationMs(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  return number === undefined ? undefined : Math.round(Number(number) * FACTORS[unit!]!);
}
