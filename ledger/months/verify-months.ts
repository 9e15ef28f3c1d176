/**
 * Whether files of closed months are what they were, without the books: each names the hash of the one before, its entries come to its
 * balances, and nothing is missing.
 * @module
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError, StoredFileError } from '../../files/stored-file-error.js';
import { MAX_NAMES_IN_MEMORY } from '../check.js';
import { CheckFaults } from '../check-faults.js';
import { isOfShare, type Opening, replay, type Share, ShareFull } from '../replay.js';
import { coinNameText } from '../transaction.js';
import { entriesOf, type MonthFile, openingOf, openMonthFile } from './month-file.js';
import { NO_FILE } from './month-text.js';

/** What was found of a folder's closed months. */
export interface VerifiedMonths {
  /** Those that are right, from the first on. */
  readonly files: readonly MonthFile[];
  /** What is wrong with the next one, one line; undefined if all are right. */
  readonly fault: string | undefined;
}

/** Files of closed months in a folder, in their order. @throws StoredFileError if the folder can't be read */
export async function monthPaths(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => /^ledger-\d{4}-\d{2}\.txt$/.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    throw ioError(folder, error);
  }
}

/**
 * Verifies all closed months of a folder. @param room - most names in memory
 * @throws StoredFileError if a file can't be read
 */
export async function verifyMonths(folder: string, room = MAX_NAMES_IN_MEMORY): Promise<VerifiedMonths> {
  const files: MonthFile[] = [];
  for (const path of await monthPaths(folder)) {
    try {
      const file = await openMonthFile(path);
      const fault = faultOfChain(file, files.at(-1)) ?? (await faultOfContent(file, files.at(-1), room));
      if (fault !== undefined) return { files, fault: `${path}: ${fault}` };
      files.push(file);
    } catch (error) {
      if (error instanceof StoredFileError && error.fault === 'damaged')
        return { files, fault: error.message };
      throw error;
    }
  }
  return { files, fault: undefined };
}

function faultOfChain({ head }: MonthFile, before: MonthFile | undefined): string | undefined {
  const number = (before?.head.number ?? 0) + 1;
  if (head.number !== number) return `expected file ${number}, got ${head.number}: one is missing`;
  if (head.before !== (before?.hash ?? NO_FILE))
    return `it follows a file of hash ${head.before}, the one before has ${before?.hash ?? 'none'}`;
  if (head.from !== (before?.head.end ?? 0))
    return `it begins with entry ${head.from}, the one before ended at ${before?.head.end ?? 0}`;
  if (before !== undefined && head.month <= before.head.month) return `it is of ${head.month}`;
  return undefined;
}

async function faultOfContent(
  file: MonthFile,
  before: MonthFile | undefined,
  room: number,
): Promise<string | undefined> {
  for (let of = 1; ; of *= 2) {
    try {
      for (let part = 0; part < of; part++) {
        const fault = await faultOfShare(file, before, { part, of }, room);
        if (fault !== undefined) return fault;
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof ShareFull)) throw error;
    }
  }
}

async function faultOfShare(
  file: MonthFile,
  before: MonthFile | undefined,
  share: Share,
  room: number,
): Promise<string | undefined> {
  const faults = new CheckFaults();
  const { from, end } = file.head;
  const opening: Opening | undefined = before === undefined ? undefined : openingOf(before);
  const entries = entriesOf(file);
  const { accounts, coins } = await replay({ entries, from, end, opening, share, room, faults });
  if (faults.count > 0) return faults.named[0]!.words;
  const closing = openingOf(file);
  for await (const { account, amount } of closing.balances()) {
    if (!isOfShare(account, share)) continue;
    if (accounts.get(account) !== amount)
      return `${account} has ${amount}, its entries come to ${accounts.get(account) ?? 0n}`;
    accounts.delete(account);
  }
  for (const [account, amount] of accounts)
    if (amount !== 0n) return `${account} has no balance, its entries come to ${amount}`;
  for await (const coin of closing.coins()) {
    const name = coinNameText(coin);
    if (!isOfShare(name, share)) continue;
    const expected = coins.get(name);
    if (expected?.amount !== coin.amount || expected.lockTimeMs !== coin.lockTimeMs)
      return `output ${name} is not what its entries come to`;
    coins.delete(name);
  }
  for (const name of coins.keys()) return `output ${name} is not there, by its entries it is`;
  return undefined;
}
