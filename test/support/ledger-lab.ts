/**
 * A ledger over books in memory, with a wallet that has coins, for tests.
 * @module
 */
import type { AccountName } from '../../ledger/accounts.js';
import { Ledger, type PostOutcome } from '../../ledger/ledger.js';
import type { MinerAmount } from '../../ledger/movements.js';
import { blockReward } from '../../ledger/movements.js';
import type { LedgerPost } from '../../ledger/post-write.js';
import type { MadeCoin, Transaction } from '../../ledger/transaction.js';
import { coinKey, minerKey } from './ledger-arbitraries.js';
import { createMemoryBooks, type MemoryBooks } from './memory-books.js';

/** When everything happens that says no other time, ms since the epoch. */
export const LAB_TIME_MS = Date.UTC(2026, 2, 1);

export interface LedgerLab {
  readonly books: MemoryBooks;
  readonly ledger: Ledger;
  /** Posts one transaction. */
  post(transaction: Transaction, more?: Partial<LedgerPost>): Promise<PostOutcome>;
  balance(account: AccountName): Promise<bigint>;
}

export function ledgerLab(books = createMemoryBooks(() => LAB_TIME_MS)): LedgerLab {
  const ledger = new Ledger(books);
  return {
    books,
    ledger,
    post: (transaction, more = {}) =>
      ledger.post({ fence: { name: 'settlement', number: 1 }, transactions: [transaction], ...more }),
    balance: async (account) => (await ledger.balances([account]))[0]!,
  };
}

/** A coin by number. */
export function labCoin(number: number, amount: bigint, group: MadeCoin['group'] = 0): MadeCoin {
  return { group, key: coinKey(number), amount, lockTimeMs: 0 };
}

/** What a block brought, by number. */
export function labBlock(number: number, amount: bigint, group: MadeCoin['group'] = 0): Transaction {
  return blockReward(coinKey(number), LAB_TIME_MS, labCoin(number, amount, group));
}

/** Amounts of miners 0, 1, ... */
export function labMiners(...amounts: readonly bigint[]): MinerAmount[] {
  return amounts.map((amount, number) => ({ key: minerKey(number), amount }));
}
