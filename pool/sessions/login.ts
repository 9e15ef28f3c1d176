/**
 * What a miner says of itself when it authorizes: whom to pay, which worker it is, and the options in its password.
 * Takes any text.
 * @module
 */
import { type Account, parseAccount } from '../domain/account.js';

/** A login that is good, or why it is none, in words for the miner (code 22). */
export type Login =
  | { readonly kind: 'login'; readonly account: Account; readonly worker: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** What the password asks for. */
export interface PasswordOptions {
  /** `d=64`: the stratum difficulty that is to stay, above 0; undefined if none was asked for. */
  readonly difficulty: number | undefined;
}

const WORKER = /^[A-Za-z0-9_.-]{1,32}$/;
const DECIMAL = /^(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})$/;
/** Beyond, no password is looked at: it is only read for its options. */
const MAX_PASSWORD_CHARS = 256;
/** The longest address is 1,000 characters, a worker's name 32. */
const MAX_LOGIN_CHARS = 1_100;

/**
 * `ADDRESS`, `ADDRESS.WORKER` or `WORKER.ADDRESS`. Names may contain dots, addresses never do, so that there are two
 * places where an address can stand: before the first dot and behind the last.
 * @returns the worker's name empty where none is given
 */
export function parseLogin(text: string): Login {
  if (text.length > MAX_LOGIN_CHARS) return refused('too long: expected ADDRESS.WORKER');
  const first = text.indexOf('.');
  if (first === -1) return login(parseAccount(text), '');
  const last = text.lastIndexOf('.');
  const ahead = parseAccount(text.slice(0, first));
  if (ahead !== undefined) return login(ahead, text.slice(first + 1));
  return login(parseAccount(text.slice(last + 1)), text.slice(0, last));
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

function login(account: Account | undefined, worker: string): Login {
  if (account === undefined) return refused('no address that can be paid: expected ADDRESS.WORKER');
  if (worker !== '' && !WORKER.test(worker)) return refused('worker: expected 1 to 32 of A-Z a-z 0-9 _ . -');
  return { kind: 'login', account, worker };
}

function refused(reason: string): Login {
  return { kind: 'refused', reason };
}

/** A decimal number above 0 without an exponent, or undefined. */
function positive(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const number = Number(text);
  return number > 0 ? number : undefined;
}
