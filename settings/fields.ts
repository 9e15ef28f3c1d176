/**
 * Kinds of values that several sections of a configuration have. Each says itself what it expects: problems show it
 * behind the path.
 * @module
 */
import { z } from 'zod';
import { alphText, parseAlph } from '../protocol/alph-text.js';
import { durationMs } from '../protocol/duration-text.js';
import { EXPECTED_NO_CONTROL_CHARACTERS, NO_CONTROL_CHARACTERS } from './control-characters.js';

/** A whole number of a range. */
export function whole(least: number, most: number) {
  const error = `expected a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

/** A number of a range. */
export function numberFrom(least: number, most: number) {
  const error = `expected a number from ${least} to ${most}`;
  return z.number({ error }).min(least, { error }).max(most, { error });
}

/** Longest time that can be set, ms: a day. */
const DAY_MS = 86_400_000;

/** A time span in ms, at least 1 and at most a day. */
export function milliseconds() {
  return whole(1, DAY_MS);
}

/** Text that is not empty, and has no control characters. @param what - with its article */
export function text(what: string, most = 1_000) {
  const error = `expected ${what} (text of 1 to ${most} characters)`;
  return z
    .string({ error })
    .min(1, { error })
    .max(most, { error })
    .regex(NO_CONTROL_CHARACTERS, { error: EXPECTED_NO_CONTROL_CHARACTERS });
}

/** Text of a form. @param what - with its article */
export function textOf(form: RegExp, what: string) {
  const error = `expected ${what}`;
  return z.string({ error }).regex(form, { error });
}

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, { error: `expected ${words.map((word) => JSON.stringify(word)).join(' or ')}` });
}

export function yesOrNo() {
  return z.boolean({ error: 'expected true or false' });
}

/** Host name or address, without a port. */
export function host() {
  return textOf(/^[^\s\p{Cc}/[\]@]{1,255}$/u, 'a host name or an address, without port or brackets');
}

/** A port to connect to. */
export function port() {
  return whole(1, 65_535);
}

/** A port to listen on; 0 takes a free one. */
export function listenPort() {
  return whole(0, 65_535);
}

/** An amount in ALPH, as text: a number of JSON would be rounded. @param least - attoALPH @returns attoALPH */
export function alph(least: bigint) {
  const error = `expected an amount in ALPH of at least ${alphText(least)}, as text such as "0.1"`;
  return z.string({ error }).transform((text, context): bigint => {
    const amount = parseAlph(text);
    if (amount !== undefined && amount >= least) return amount;
    context.addIssue(error);
    return z.NEVER;
  });
}

/** A time span as text, of a range that is given as text, too: `"1s"`, `"7d"`. @returns ms */
export function duration(least: string, most: string) {
  const error = `expected a time span from "${least}" to "${most}", such as "90s" or "1.5h"`;
  const [leastMs, mostMs] = [durationMs(least)!, durationMs(most)!];
  return z.string({ error }).transform((text, context): number => {
    const ms = durationMs(text);
    if (ms !== undefined && ms >= leastMs && ms <= mostMs) return ms;
    context.addIssue(error);
    return z.NEVER;
  });
}

/** Percent, 0 to 100, with at most four decimals. @returns millionths */
export function percent() {
  const error = 'expected percent from 0 to 100, with at most four decimals';
  return z.number({ error }).transform((value, context): number => {
    // As it is written: 0.07 * 10,000 is no whole number.
    const [, whole, fraction = ''] = /^(\d{1,3})(?:\.(\d{1,4}))?$/.exec(String(value)) ?? [];
    const millionths = Number(`${whole}${fraction.padEnd(4, '0')}`);
    if (whole !== undefined && millionths <= 1_000_000) return millionths;
    context.addIssue(error);
    return z.NEVER;
  });
}

/** A time of the day, `"06:00"`. @returns minutes since midnight */
export function timeOfDay() {
  return textOf(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of the day such as "06:00"').transform(
    (text): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)),
  );
}

/** A check that no two of a list have the same key. */
export function unlike<T>(
  keyOf: (item: T, index: number) => string,
  path: readonly string[],
  message: string,
) {
  return ({ value, issues }: z.core.ParsePayload<T[]>): void => {
    const seen = new Map<string, number>();
    for (const [i, item] of value.entries()) {
      const key = keyOf(item, i);
      const first = seen.get(key);
      if (first === undefined) seen.set(key, i);
      else
        issues.push({
          code: 'custom',
          message: `${message} than [${first}] has`,
          path: [i, ...path],
          input: value,
        });
    }
  };
}
