/**
 * Quantities as people write them on a command line.
 * @module
 */
import { LEAST_LOAD } from '../miner/core/load-pacer.js';
import { ALPH_DECIMALS, parseAlph } from '../protocol/alph-text.js';
import { durationMs } from '../protocol/duration-text.js';

const RATE_FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  p: 1e15,
  e: 1e18,
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
  const ms = durationMs(text);
  if (ms === undefined)
    throw new RangeError(`expected a duration such as 250ms, 2s or 5m, got ${JSON.stringify(text)}`);
  return ms;
}

const BINARY_PREFIXES = 'kmgtpe';
/** Ten thousand times the hashrate from which on the network emits nothing more. */
const HIGHEST_HASHRATE = 2n ** 80n;

/**
 * A hashrate of the whole network as its rules count: `3EH`, `1.1 EH/s`, `900PH/s`, or a plain number of H/s. Prefixes are
 * powers of 1024, so that Proof of Less Work begins at 1 EH/s.
 * @returns hashes per second, 1 to 2^80
 * @throws RangeError that says what would have been right
 */
export function parseNetworkHashrate(text: string): bigint {
  const [, whole, fraction = '', prefix] =
    /^(\d{1,30})(?:\.(\d{1,18}))? ?([kmgtpe]?)(?:h(?:\/s)?)?$/i.exec(text.trim()) ?? [];
  if (whole !== undefined) {
    const power = prefix === '' ? 0 : BINARY_PREFIXES.indexOf(prefix!.toLowerCase()) + 1;
    const value = (BigInt(whole + fraction) << BigInt(10 * power)) / 10n ** BigInt(fraction.length);
    if (value >= 1n && value <= HIGHEST_HASHRATE) return value;
  }
  throw new RangeError(
    `expected a hashrate of the network from 1 H/s to 2^80 H/s, such as 3EH or 900PH (powers of 1024), got ${JSON.stringify(text)}`,
  );
}

/**
 * A part of a whole: `5%`, `0.5 %`, `0.05`.
 * @returns above 0, at most 1
 * @throws RangeError that says what would have been right
 */
export function parseShare(text: string): number {
  const [, number, percent] = /^(\d+(?:\.\d+)?) ?(%?)$/.exec(text.trim()) ?? [];
  const share = Number(number) / (percent === '' ? 1 : 100);
  if (share > 0 && share <= 1) return share;
  throw new RangeError(
    `expected a share above 0 %, at most 100 %, such as 5% or 0.05, got ${JSON.stringify(text)}`,
  );
}

/**
 * The part of its time that a device may be busy for: `60%`, `0.6`.
 * @returns 0.05 to 1
 * @throws RangeError that says what would have been right
 */
export function parseLoad(text: string): number {
  const [, number, percent] = /^(\d{1,3}(?:\.\d{1,6})?) ?(%?)$/.exec(text.trim()) ?? [];
  const load = Number(number) / (percent === '' ? 1 : 100);
  if (load >= LEAST_LOAD && load <= 1) return load;
  throw new RangeError(
    `expected a part of the time from ${LEAST_LOAD * 100}% to 100%, such as 60% or 0.6, got ${JSON.stringify(text)}`,
  );
}

/**
 * An amount in ALPH: `12`, `12.5`.
 * @returns attoALPH, above 0
 * @throws RangeError that says what would have been right
 */
export function parseAlphAmount(text: string): bigint {
  const amount = parseAlph(text) ?? 0n;
  if (amount === 0n)
    throw new RangeError(
      `expected an amount in ALPH above 0, such as 12.5, with at most ${ALPH_DECIMALS} decimals, got ${JSON.stringify(text)}`,
    );
  return amount;
}

/**
 * The place of an HTTP server: `http://127.0.0.1:8080`, `pool.example:8080`.
 * @throws RangeError that says what would have been right
 */
export function parseApiUrl(text: string): URL {
  const full = /^[a-z][a-z+]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  const isPlace = url && /^https?:$/.test(url.protocol) && url.hostname !== '' && url.username === '';
  if (isPlace && /^\/?$/.test(url.pathname) && url.search === '') return url;
  throw new RangeError(`expected http://HOST:PORT, got ${JSON.stringify(text)}`);
}
