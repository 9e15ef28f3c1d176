/**
 * The wallet's coins, as the ledger expects them.
 * @module
 */
import { ALL_GROUPS, type Group } from '../../ledger/accounts.js';
import type { LedgerBooks } from '../../ledger/books-port.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { ExpectedCoin } from '../../ledger/rows.js';
import { decodeTransaction } from '../../ledger/transaction-text.js';
import { hexToBytes } from '../../protocol/bytes.js';
import type { TransferInput } from '../../protocol/transfer.js';

/** Records that are read at a time. */
const PAGE = 1000;

/** Coins of a group of the wallet. */
export interface GroupCoins {
  readonly group: Group;
  /** Can be spent now, and are set aside for nothing. */
  readonly free: readonly TransferInput[];
  /** All that are expected, those that are locked or set aside included. */
  readonly outputs: number;
}

/** Coins of all groups, by group. @param nowMs - ms since the epoch */
export async function walletCoins(
  ledger: Ledger,
  books: LedgerBooks,
  nowMs: number,
): Promise<readonly GroupCoins[]> {
  const all: GroupCoins[] = [];
  for (const group of ALL_GROUPS) all.push(await coinsOfGroup(ledger, books, group, nowMs));
  return all;
}

async function coinsOfGroup(
  ledger: Ledger,
  books: LedgerBooks,
  group: Group,
  nowMs: number,
): Promise<GroupCoins> {
  const free: TransferInput[] = [];
  let outputs = 0;
  for (let after: string | undefined; ; ) {
    const page = await ledger.coins(group, after, PAGE);
    outputs += page.length;
    const unlocked = page.filter(({ intent, lockTimeMs }) => intent === '' && lockTimeMs <= nowMs);
    for (const { key, amount, lockTimeMs } of await mature(books, unlocked))
      free.push({ key: hexToBytes(key), amount, lockTimeMs: BigInt(lockTimeMs) });
    if (page.length < PAGE) return { group, free, outputs };
    after = page.at(-1)!.key;
  }
}

/** Those that the ledger has among what can be spent: the end of a lock is posted by whoever posted the coin, a little later than it is. */
async function mature(books: LedgerBooks, coins: readonly ExpectedCoin[]): Promise<readonly ExpectedCoin[]> {
  const locked = coins.filter(({ lockTimeMs }) => lockTimeMs > 0);
  if (locked.length === 0) return coins;
  const ends = await books.logKeys(locked.map(({ group, key }) => `maturity/${group}/${key}`));
  const waiting = new Set<ExpectedCoin>();
  for (const [i, coin] of locked.entries())
    if (ends[i] === undefined && !(await cameUnlocked(books, coin))) waiting.add(coin);
  return coins.filter((coin) => !waiting.has(coin));
}

/** Whether a lock was over when its coin was posted: then no end of it is posted any more. */
async function cameUnlocked(books: LedgerBooks, { cause, lockTimeMs }: ExpectedCoin): Promise<boolean> {
  const [number] = await books.logKeys([cause]);
  if (number === undefined) return false;
  const [entry] = await books.log(number, 1);
  // In a file of a closed month: its lock has long been over. One that is not booked so all the same, the ledger refuses to spend.
  if (entry?.number !== number) return true;
  return decodeTransaction(entry.text).timeMs >= lockTimeMs;
}
