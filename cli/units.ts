/**
 * Quantities as people write them on a command line.
 * @module
 */

const RATE_FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  p: 1e15,
  e: 1e18,
};

const DURATION_FACTORS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * A hash rate: `5MH/s`, `1.5 GH/s`, `500k`, `250000`. Prefixes are powers of 1000, in upper or lower case.
 * @returns hashes per second, rounded to a whole number
 * @throws RangeError that says what would have been right
 */
export function parseHashrate(text: string): number {
  const [, number, prefix] = /^(\d+(?:\.\d+)?) ?([kmgtpe]?)(?:h\/s)?$/i.exec(text.trim()) ?? [];
  if (number === undefined)
    throw new RangeError(`expected a hash rate such as 500kH/s or 5MH/s, got ${JSON.stringify(text)}`);
  return Math.round(Number(number) * RATE_FACTORS[prefix!.toLowerCase()]!);
}

/**
 * A time span: `250ms`, `2s`, `1.5m`, `8h`, `30d`. The unit must be there.
 * @returns ms, rounded to a whole number
 * @throws RangeError that says what would have been right
 */
export function parseDuration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  if (number === undefined)
    throw new RangeError(`expected a duration such as 250ms, 2s or 5m, got ${JSON.stringify(text)}`);
  return Math.round(Number(number) * DURATION_FACTORS[unit!]!);
}
