/**
 * Who is owed how much, and from which amount on each is paid.
 * @module
 */
import { MINER_PREFIX } from '../../ledger/accounts.js';
import type { BookTable, LedgerBooks } from '../../ledger/books-port.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { Balance } from '../balance-queue.js';
import { addressOfMiner } from './miner-address.js';
import type { PayerSettings } from './payer-settings.js';

/** Records and accounts that are read at a time. */
const PAGE = 1000;

const DAY_MS = 86_400_000;

/** Days back from today that are asked for many accounts at once: who mines was credited on one of these. */
const RECENT_DAYS = 2;

/** Searches for an account's last credit that are under way at a time. */
const SEARCHES_AT_ONCE = 100;

export interface GatheredBalances {
  /** All above 0, the largest first: where coins or brakes keep some back, these are the ones that wait no longer. */
  readonly balances: readonly Balance[];
  /** Owed to accounts whose address nobody knows, attoALPH. */
  readonly unknown: { readonly accounts: number; readonly amount: bigint };
}

interface Owed {
  /** Name of the account without `miner/`. */
  readonly miner: string;
  readonly amount: bigint;
  readonly minimum: bigint;
}

/** Reads all balances. @param nowMs - ms since the epoch */
export async function gatherBalances(
  ledger: Ledger,
  books: LedgerBooks,
  settings: Pick<PayerSettings, 'minimum' | 'inactiveMinimum' | 'inactiveAfterDays'>,
  nowMs: number,
): Promise<GatheredBalances> {
  const owed = await allOwed(ledger, await notesOf(books, 'minimum/'), settings);
  const inactive = await inactiveOf(
    books,
    owed.filter(({ amount, minimum }) => amount < minimum && amount >= settings.inactiveMinimum),
    nowMs - settings.inactiveAfterDays * DAY_MS,
    nowMs,
  );
  const addresses = await notesOf(books, 'address/');
  const balances: Balance[] = [];
  const unknown = { accounts: 0, amount: 0n };
  for (const { miner, amount, minimum } of owed) {
    const address = addressOfMiner(miner, addresses.get(miner));
    if (address === undefined) {
      unknown.accounts++;
      unknown.amount += amount;
      continue;
    }
    balances.push({
      account: `${MINER_PREFIX}${miner}`,
      address,
      amount,
      minimum: inactive.has(miner) ? settings.inactiveMinimum : minimum,
    });
  }
  balances.sort((a, b) => (a.amount === b.amount ? 0 : a.amount > b.amount ? -1 : 1));
  return { balances, unknown };
}

async function allOwed(
  ledger: Ledger,
  minimums: ReadonlyMap<string, string>,
  { minimum }: Pick<PayerSettings, 'minimum'>,
): Promise<readonly Owed[]> {
  const owed: Owed[] = [];
  for (let after: string | undefined; ; ) {
    const page = await ledger.page(MINER_PREFIX, after, PAGE);
    for (const { account, amount } of page) {
      if (amount >= 0n) continue;
      const miner = account.slice(MINER_PREFIX.length);
      const own = minimums.get(miner);
      owed.push({
        miner,
        amount: -amount,
        minimum: own !== undefined && isAmount(own) ? BigInt(own) : minimum,
      });
    }
    if (page.length < PAGE) return owed;
    after = page.at(-1)!.account;
  }
}

/** Those of some accounts that were credited nothing since a time. */
async function inactiveOf(
  books: LedgerBooks,
  accounts: readonly Owed[],
  sinceMs: number,
  nowMs: number,
): Promise<ReadonlySet<string>> {
  let left = accounts.map(({ miner }) => miner);
  for (let back = 0; back < RECENT_DAYS && left.length > 0; back++) {
    const day = dayOf(nowMs - back * DAY_MS);
    left = await withoutRecord(books, 'earning', left, (miner) => `${miner}/${day}`);
  }
  const since = dayOf(sinceMs);
  const inactive = new Set<string>();
  for (let at = 0; at < left.length; at += SEARCHES_AT_ONCE) {
    const some = left.slice(at, at + SEARCHES_AT_ONCE);
    const found = await Promise.all(
      some.map((miner) =>
        books.page('earning', { prefix: `${miner}/`, after: `${miner}/${since}`, limit: 1 }),
      ),
    );
    for (const [i, records] of found.entries()) if (records.length === 0) inactive.add(some[i]!);
  }
  return inactive;
}

async function withoutRecord(
  books: LedgerBooks,
  table: BookTable,
  miners: readonly string[],
  keyOf: (miner: string) => string,
): Promise<string[]> {
  const without: string[] = [];
  for (let at = 0; at < miners.length; at += PAGE) {
    const some = miners.slice(at, at + PAGE);
    const records = await books.get(table, some.map(keyOf));
    for (const [i, record] of records.entries()) if (record === undefined) without.push(some[i]!);
  }
  return without;
}

/** Notes by what their keys say behind a prefix. */
async function notesOf(books: LedgerBooks, prefix: string): Promise<ReadonlyMap<string, string>> {
  const notes = new Map<string, string>();
  for (let after: string | undefined; ; ) {
    const page = await books.page('note', { prefix, limit: PAGE, ...(after !== undefined && { after }) });
    for (const { key, text } of page) notes.set(key.slice(prefix.length), text);
    if (page.length < PAGE) return notes;
    after = page.at(-1)!.key;
  }
}

/** The UTC day of a time, as keys of earnings have it. */
function dayOf(ms: number): string {
  return new Date(Math.max(0, ms)).toISOString().slice(0, 10);
}

function isAmount(text: string): boolean {
  return /^\d{1,36}$/.test(text);
}
