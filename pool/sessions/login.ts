/**
 * What a miner says of itself when it authorizes: whom to pay, which worker it is, and the options in its password.
 * Takes any text.
 * @module
 */

import { parseUserName, workerOfPlainUser } from '../../protocol/stratum/user-name.js';
import { type Account, accountOf } from '../domain/account.js';

/** A login, with an address or without. */
export type Login =
  | {
      readonly kind: 'address';
      readonly account: Account;
      /** Fit for a name; empty where none is given. */
      readonly worker: string;
      /** Whether it is the text as it stands. */
      readonly asWritten: boolean;
    }
  /** No address in it can be paid. */
  | { readonly kind: 'name'; readonly worker: string; readonly asWritten: boolean };

/** What the password asks for. */
export interface PasswordOptions {
  /** `d=64`: the stratum difficulty that is to stay, above 0; undefined if none was asked for. */
  readonly difficulty: number | undefined;
}

const DECIMAL = /^(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})$/;
/** Beyond, no password is looked at: it is only read for its options. */
const MAX_PASSWORD_CHARS = 256;

/** `ADDRESS`, `ADDRESS.WORKER`, `WORKER.ADDRESS`, whatever stands around the address (`parseUserName`), or a name alone. */
export function parseLogin(text: string): Login {
  const user = parseUserName(text);
  if (user === undefined) {
    const worker = workerOfPlainUser(text);
    return { kind: 'name', worker, asWritten: worker === text };
  }
  const { address, worker, asWritten } = user;
  return { kind: 'address', account: accountOf(address), worker, asWritten };
}

/**
 * The options of a password, parted by `,` or `;`. What is no option, or no good one, is passed over: most miners send
 * `x` or a real password, which is nobody's business.
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
export function cleanText(text: string, maxChars: number): string {
  // Only so much is looked at: what a client sends may be long.
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
