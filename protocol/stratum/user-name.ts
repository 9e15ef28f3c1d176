/**
 * Reads a miner's user name: an address, and the name of a worker before or behind it. Only the address decides who is
 * paid, so whatever stands around it is made to fit instead of being refused.
 *
 * ```
 * ADDRESS   ADDRESS.WORKER   WORKER.ADDRESS   ADDRESS/rig1   ADDRESS.Farming (1)   ADDRESS$id.name   solo:ADDRESS.rig#1
 * ```
 * @module
 */
import { type Address, parseAddress } from '../address.js';

/** Longest name of a worker. */
export const MAX_WORKER_CHARS = 32;

/** Longest user name that is looked at, characters: the longest address is 1,000. */
export const MAX_USER_CHARS = 1_100;

/** No address is shorter: 33 bytes in base58, all of them zero. */
const MIN_ADDRESS_CHARS = 33;

const WORKER = new RegExp(`^[A-Za-z0-9_.-]{1,${MAX_WORKER_CHARS}}$`);

/** Whom to pay, and which worker it is. */
export interface UserName {
  readonly address: Address;
  /** 0 to 32 of A-Z a-z 0-9 _ . - */
  readonly worker: string;
  /** Whether the text was `ADDRESS`, `ADDRESS.WORKER` or `WORKER.ADDRESS` as it stands; false if it was made to fit. */
  readonly asWritten: boolean;
}

/**
 * The user name that a text stands for. Whatever is no letter or digit parts an address from a name: `.`, `/`, `:`, `$`, `#`,
 * a blank. Of several addresses the first is paid. Takes any text; what follows its first 1,100 characters is not read.
 * @param readAddress - the address that a word is, or undefined
 * @returns undefined if no address in it can be paid
 */
export function parseUserName(text: string, readAddress = parseAddress): UserName | undefined {
  const user = text.slice(0, MAX_USER_CHARS).trim();
  for (const [word, start] of wordsOf(user)) {
    if (word.length < MIN_ADDRESS_CHARS) continue;
    let end = start + word.length;
    // A groupless address may name its group. On any other address a group says nothing, and is passed over.
    const group = /^:[0-3](?![A-Za-z0-9])/.test(user.slice(end, end + 3)) ? user.slice(end, end + 2) : '';
    const grouped = group === '' ? undefined : readAddress(word + group);
    const address = grouped ?? readAddress(word);
    if (address === undefined) continue;
    end += group.length;
    const behind = user.slice(end).replace(/^(?:\s*[^A-Za-z0-9\s]|\s+)\s*/, '');
    const before = user.slice(0, start).replace(/\s*(?:[^A-Za-z0-9\s]\s*|\s+)$/, '');
    const worker = cleanWorkerName(behind) || cleanWorkerName(before);
    const given = user.slice(start, grouped === undefined ? start + word.length : end);
    const plain = worker === '' ? [given] : [`${given}.${worker}`, `${worker}.${given}`];
    return { address, worker, asWritten: plain.includes(text) };
  }
  return undefined;
}

/**
 * The name of a worker in a user name that holds no address that can be paid. A word as long as an address is left out if
 * there is another: it is a mistyped address, or one of another coin.
 * @returns 0 to 32 of A-Z a-z 0-9 _ . -
 */
export function workerOfPlainUser(text: string): string {
  const user = text.slice(0, MAX_USER_CHARS).trim();
  const long = wordsOf(user).find(([word]) => word.length >= MIN_ADDRESS_CHARS);
  if (long === undefined) return cleanWorkerName(user);
  const [word, start] = long;
  const behind = user.slice(start + word.length).replace(/^[^A-Za-z0-9]+/, '');
  const before = user.slice(0, start).replace(/[^A-Za-z0-9]+$/, '');
  return cleanWorkerName(behind) || cleanWorkerName(before) || cleanWorkerName(word);
}

/**
 * A worker's name of any text: unchanged if it is one. Otherwise what a name may not hold becomes `_`, none of that stands at its
 * ends, and it is cut to 32 characters.
 */
export function cleanWorkerName(text: string): string {
  if (WORKER.test(text)) return text;
  return text
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/^[_.]+/, '')
    .slice(0, MAX_WORKER_CHARS)
    .replace(/[_.]+$/, '');
}

/** How a pool is told a user name. */
export function userNameText({ address, worker }: Pick<UserName, 'address' | 'worker'>): string {
  return worker === '' ? address.text : `${address.text}.${worker}`;
}

/** The runs of letters and digits in a text, each with its index. */
function wordsOf(text: string): readonly (readonly [word: string, start: number])[] {
  return [...text.matchAll(/[A-Za-z0-9]+/g)].map((match) => [match[0], match.index]);
}
