/**
 * Addresses of accounts that do not follow from the account's name, kept in the books for whoever pays.
 * @module
 */
import { MINER_PREFIX, minerAccount } from '../../ledger/accounts.js';
import type { BookFence, BookRecordWrite, Books } from '../ports/books.js';
import { noteWrite } from './state-note.js';
import type { Turns } from './turns.js';

/** Notes that are read and written at once. */
const NOTES_AT_ONCE = 500;

/** Of P2PK and P2HMPK: the account leaves out the group. */
const GROUPLESS = /^0[45]/;

/** An account's name in the books, without `miner/`. @param key - hex of the account's lockup script */
export function minerNameOf(key: string): string {
  return minerAccount(key).slice(MINER_PREFIX.length);
}

/** Key of the note with the address of an account. @param miner - as `minerNameOf` gives it */
export function addressKeyOf(miner: string): string {
  return `address/${miner}`;
}

/** Whether the address of an account is to be kept. */
export function needsAddress(key: string): boolean {
  return GROUPLESS.test(key) || minerNameOf(key) !== key;
}

/**
 * Keeps addresses that need it, and are new.
 * @param addresses - account and address
 * @returns false if somebody else owns the task now
 */
export async function keepAddresses(
  books: Books,
  fence: BookFence,
  addresses: Iterable<readonly [account: string, address: string]>,
  turns: Turns,
): Promise<boolean> {
  const wanted = [...addresses].filter(([account]) => needsAddress(account));
  for (let at = 0; at < wanted.length; at += NOTES_AT_ONCE) {
    const some = wanted.slice(at, at + NOTES_AT_ONCE);
    const keys = some.map(([account]) => addressKeyOf(minerNameOf(account)));
    const before = await books.get('note', keys);
    const records = some.flatMap(([, address], i): BookRecordWrite[] =>
      before[i]?.text === address ? [] : [noteWrite(keys[i]!, before[i], address)],
    );
    if (records.length > 0 && (await books.commit({ fence, append: [], records })) !== 'done') return false;
    await turns.breathe();
  }
  return true;
}
