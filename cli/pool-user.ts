/**
 * The worker's name at a pool, checked before anything is sent to one.
 * @module
 */
import { parseAddress } from '../protocol/address.js';

/** Worker names that the pools known to us take. */
const WORKER = /^[A-Za-z0-9_.-]{1,32}$/;

/**
 * Checks `ADDRESS`, `ADDRESS.WORKER` or `WORKER.ADDRESS`.
 * @returns the text, unchanged
 * @throws RangeError that names what is wrong
 */
export function parsePoolUser(text: string): string {
  const first = text.indexOf('.');
  const last = text.lastIndexOf('.');
  const splits: readonly (readonly [address: string, worker: string | undefined])[] =
    first === -1
      ? [[text, undefined]]
      : [
          [text.slice(0, first), text.slice(first + 1)],
          [text.slice(last + 1), text.slice(0, last)],
        ];
  const split = splits.find(([address]) => parseAddress(address) !== undefined);
  const got = `got ${JSON.stringify(text)}`;
  if (split === undefined)
    throw new RangeError(`"user" expected an Alephium address, or ADDRESS.WORKER, ${got}`);
  const [, worker] = split;
  if (worker !== undefined && !WORKER.test(worker))
    throw new RangeError(
      `"user" expected a worker name of 1 to 32 letters, digits, dots, dashes and underscores, ${got}`,
    );
  return text;
}

/**
 * Checks a name that is no address, for a pool that keeps accounts of its own.
 * @returns the text, unchanged
 * @throws RangeError unless it is 1 to 256 characters without blanks
 */
export function parseAccountUser(text: string): string {
  if (!/^[\x21-\x7e]{1,256}$/.test(text))
    throw new RangeError(`"user" expected 1 to 256 characters without blanks, got ${JSON.stringify(text)}`);
  return text;
}
