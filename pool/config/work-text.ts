/**
 * Difficulties as people write them.
 *
 * ```
 * 1          a number is the d of the stratum protocol: 2^34 expected hashes
 * "16H"      text is expected hashes, with a prefix in powers of 1000 (k M G T P E Z Y) or as a power of two
 * "1.5GH"
 * "2^34H"
 * ```
 * @module
 */
import { MAX_WORK, MIN_WORK, workOfStratumDifficulty } from '../domain/difficulty.js';

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

/** The form of the text. */
export const WORK_TEXT = /^(?:2\^(\d{1,2})|(\d{1,26})(?:\.(\d{1,24}))?([kMGTPEZY]?))H$/;

/** What is said where a difficulty is expected. */
export const EXPECTED_WORK =
  'expected a difficulty: a number such as 0.25 (in units of 2^34 hashes), or hashes such as "16H", "2^34H" or "100GH"';

/** Work of a difficulty. @returns whole expected hashes, 16 to 2^84 @throws RangeError that says what was expected */
export function parseWork(value: number | string): bigint {
  const work = typeof value === 'number' ? workOfNumber(value) : workOfText(value);
  if (work === undefined) throw new RangeError(EXPECTED_WORK);
  if (work < MIN_WORK || work > MAX_WORK)
    throw new RangeError('expected a difficulty of 16 hashes ("16H") to 2^84 ("2^84H")');
  return work;
}

function workOfNumber(difficulty: number): bigint | undefined {
  // Clamped where it is out of range: the bounds are told apart before.
  if (difficulty * 2 ** 34 < 15.5) return difficulty > 0 ? 0n : undefined;
  if (difficulty > 2 ** 50) return MAX_WORK + 1n;
  return workOfStratumDifficulty(difficulty);
}

function workOfText(text: string): bigint | undefined {
  const match = WORK_TEXT.exec(text);
  if (match === null) return undefined;
  const [, power, whole, fraction = '', prefix] = match;
  if (power !== undefined) return 1n << BigInt(power);
  const factor = 1000n ** BigInt(PREFIXES.indexOf(prefix!));
  const scaled = BigInt(whole! + fraction) * factor;
  const scale = 10n ** BigInt(fraction.length);
  // Hashes are counted, never cut.
  return scaled % scale === 0n ? scaled / scale : undefined;
}
