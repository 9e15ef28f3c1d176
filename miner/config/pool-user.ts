/**
 * Who mines at a pool: read before anything is sent to one, and mended where it is harmless.
 * @module
 */
import { MAX_WORKER_CHARS, parseUserName, userNameText } from '../../protocol/stratum/user-name.js';

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
  const name = parseUserName(text);
  if (name === undefined)
    throw new RangeError(
      `"user" expected an Alephium address, or ADDRESS.WORKER, got ${JSON.stringify(text)}`,
    );
  if (name.asWritten) return { user: text, mended: undefined };
  const user = userNameText(name);
  return {
    user,
    mended:
      `"user" ${JSON.stringify(text)} is sent as ${JSON.stringify(user)}: a worker's name has 1 to ` +
      `${MAX_WORKER_CHARS} letters, digits, dots, dashes and underscores`,
  };
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
