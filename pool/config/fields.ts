/**
 * Kinds of values that several sections of a pool's configuration have, beside those that any configuration has.
 * @module
 */
import { z } from 'zod';
import { AddressRanges, parseAddressRange } from '../../protocol/ip-address.js';
import { text } from '../../settings/fields.js';
import { EXPECTED_WORK, parseWork, WORK_TEXT } from './work-text.js';

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

/** Where a browser opens a WebSocket: `wss://pool.example/stratum`. */
export function webSocketUrl() {
  return text('a WebSocket address', 1_000).check((context) => {
    const url = URL.canParse(context.value) ? new URL(context.value) : undefined;
    const right =
      url !== undefined &&
      /^wss?:$/.test(url.protocol) &&
      url.username === '' &&
      url.password === '' &&
      url.hash === '';
    if (!right)
      context.issues.push({
        code: 'custom',
        input: context.value,
        message: 'expected a WebSocket address, such as "wss://pool.example/stratum"',
      });
  });
}
