/**
 * Kinds of values that several sections of a configuration have. Each says itself what it expects: problems show it
 * behind the path.
 * @module
 */
import { z } from 'zod';
import { AddressRanges, parseAddressRange } from '../guard/ip-address.js';
import { EXPECTED_NO_CONTROL_CHARACTERS, NO_CONTROL_CHARACTERS } from './control-characters.js';
import { EXPECTED_WORK, parseWork, WORK_TEXT } from './work-text.js';

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

/** Addresses or ranges. @returns what can be asked for an address */
export function addressRanges() {
  const error = 'expected an address, or a range such as "10.0.0.0/8" or "fd00::/8"';
  return z
    .array(
      z.string({ error }).refine((text) => parseAddressRange(text) !== undefined, { error }),
      { error: 'expected a list of addresses or ranges' },
    )
    .transform((ranges) => new AddressRanges(ranges));
}

/** A difficulty. @returns its work: expected hashes, 16 to 2^84 */
export function work() {
  const error = EXPECTED_WORK;
  return z
    .union([z.number(), z.string().regex(WORK_TEXT, { error })], { error })
    .transform((value, context): bigint => {
      try {
        return parseWork(value);
      } catch (problem) {
        context.addIssue((problem as Error).message);
        return z.NEVER;
      }
    });
}
