/**
 * Who mines at a pool: read before anything is sent to one, and mended where it is harmless.
 * @module
 */
import { parseAddress } from '../protocol/address.js';

/** Worker names that the pools known to us take. */
const WORKER = /^[A-Za-z0-9_.-]{1,32}$/;
const MAX_WORKER_CHARS = 32;

/** Letters of an address, with the group of a groupless one. */
const ADDRESS = '[1-9A-HJ-NP-Za-km-z]+';
const GROUP = ':[0-3]';

/**
 * Ways in which an address and a worker are put together, with any separator that is in use: `.`, `/`, `+`, `#`, `$`,
 * a blank, and what else is no letter or digit.
 */
const FORMS: readonly RegExp[] = [
  new RegExp(`^(?<address>${ADDRESS}${GROUP})(?:[^A-Za-z0-9](?<worker>.*))?$`, 's'),
  new RegExp(`^(?<address>${ADDRESS})(?:[^A-Za-z0-9](?<worker>.*))?$`, 's'),
  new RegExp(`^(?<worker>.*)[^A-Za-z0-9](?<address>${ADDRESS}${GROUP})$`, 's'),
  new RegExp(`^(?<worker>.*)[^A-Za-z0-9](?<address>${ADDRESS})$`, 's'),
];

/** A user as a pool takes it. */
export interface PoolUser {
  /** `ADDRESS`, `ADDRESS.WORKER` or `WORKER.ADDRESS`. */
  readonly user: string;
  /** What was mended, to be told; undefined if it is as it was given. */
  readonly mended: string | undefined;
}

/**
 * The user that a text means. Only the address decides who is paid: a flaw in the worker's name is mended, so that it
 * does not keep anybody from mining.
 * @throws RangeError that names what is wrong if there is no address in it
 */
export function parsePoolUser(text: string): PoolUser {
  const trimmed = text.trim();
  for (const form of FORMS) {
    const { address, worker } = form.exec(trimmed)?.groups ?? {};
    if (address === undefined || parseAddress(address) === undefined) continue;
    const name = worker === undefined ? '' : mendWorker(worker);
    const ahead = trimmed.startsWith(address);
    const user = name === '' ? address : ahead ? `${address}.${name}` : `${name}.${address}`;
    if (user === text) return { user, mended: undefined };
    return {
      user,
      mended:
        `--user ${JSON.stringify(text)} is sent as ${JSON.stringify(user)}: a worker's name has 1 to ` +
        `${MAX_WORKER_CHARS} letters, digits, dots, dashes and underscores`,
    };
  }
  throw new RangeError(`"user" expected an Alephium address, or ADDRESS.WORKER, got ${JSON.stringify(text)}`);
}

/** What a name may not hold becomes `_`; empty if nothing is left. */
function mendWorker(worker: string): string {
  if (WORKER.test(worker)) return worker;
  return worker
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/^[_.-]+/, '')
    .slice(0, MAX_WORKER_CHARS)
    .replace(/[_.-]+$/, '');
}

/**
 * A name that is no address, for a pool that keeps accounts of its own.
 * @returns the text without blanks before and behind
 * @throws RangeError unless it is 1 to 256 characters without blanks
 */
export function parseAccountUser(text: string): string {
  const name = text.trim();
  if (!/^[\x21-\x7e]{1,256}$/.test(name))
    throw new RangeError(`"user" expected 1 to 256 characters without blanks, got ${JSON.stringify(text)}`);
  return name;
}
