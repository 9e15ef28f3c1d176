/**
 * Reads a miner's login: the address to pay, the worker's name, and the options in its password.
 * Takes any text.
 * @module
 */

import { parseUserName, workerOfPlainUser } from '../../protocol/stratum/user-name.js';
import type { Account } from '../domain/account.js';
import { AddressMemory } from './address-memory.js';

/** A login, with an address or without. */
export type Login =
  | {
      readonly kind: 'address';
      readonly account: Account;
      /** A valid worker name; empty if none is given. */
      readonly worker: string;
      /** Whether the name is exactly the text that was sent. */
      readonly asWritten: boolean;
    }
  /** The login holds no address that can be paid. */
  | { readonly kind: 'name'; readonly worker: string; readonly asWritten: boolean };

/** The options in a password. */
export interface PasswordOptions {
  /** `d=64`: a fixed stratum difficulty, above 0; undefined if none was asked for. */
  readonly difficulty: number | undefined;
}

const DECIMAL = /^(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})$/;
/** Characters of a password that are read for options; the rest is ignored. */
const MAX_PASSWORD_CHARS = 256;

/**
 * `ADDRESS`, `ADDRESS.WORKER`, `WORKER.ADDRESS`, whatever stands around the address (`parseUserName`), or a name alone.
 * @param addresses - those that were read before
 */
export function parseLogin(text: string, addresses = new AddressMemory()): Login {
  const user = parseUserName(text, (word) => addresses.parse(word));
  if (user === undefined) {
    const worker = workerOfPlainUser(text);
    return { kind: 'name', worker, asWritten: worker === text };
  }
  const { address, worker, asWritten } = user;
  return { kind: 'address', account: addresses.accountOf(address), worker, asWritten };
}

/**
 * The options of a password, separated by `,` or `;`. Anything else, and every invalid option, is ignored: most miners send
 * `x`, or a real password, which is not kept.
 */
export function parsePassword(text: string): PasswordOptions {
  let difficulty: number | undefined;
  if (text.length <= MAX_PASSWORD_CHARS) {
    for (const option of text.split(/[,;]/)) {
      const [name, value, ...more] = option.split('=').map((part) => part.trim());
      if (name === 'd' && value !== undefined && more.length === 0 && difficulty === undefined)
        difficulty = positive(value);
    }
  }
  return { difficulty };
}

/**
 * Text of a client that may be shown and logged: printable ASCII, cut.
 * @param maxChars - of the result
 */
export function printableText(text: string, maxChars: number): string {
  // Only this much is looked at: a client may send a very long text.
  return text
    .slice(0, 4 * maxChars)
    .replace(/[^ -~]/g, '')
    .slice(0, maxChars)
    .trim();
}

/** A decimal number above 0 without an exponent, or undefined. */
function positive(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const number = Number(text);
  return number > 0 ? number : undefined;
}
