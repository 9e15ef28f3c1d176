/**
 * What property tests of the ledger draw: names of coins and miners, and transactions that are right.
 * @module
 */
import fc from 'fast-check';
import { type AccountName, FIXED_ACCOUNTS, minerAccount, walletGroupOf } from '../../ledger/accounts.js';
import {
  type MadeCoin,
  type Posting,
  TRANSACTION_KINDS,
  type Transaction,
} from '../../ledger/transaction.js';

/** Key of a coin, or id of a transaction, by number. */
export function coinKey(number: number): string {
  return number.toString(16).padStart(64, '0');
}

/** Key of a miner's account with one key, by number. */
export function minerKey(number: number): string {
  return `00${number.toString(16).padStart(64, '0')}`;
}

/** Amounts, among them some beyond all coins there are. */
export const anyAmount = fc.oneof(
  fc.bigInt({ min: 1n, max: 9n }),
  fc.bigInt({ min: 10n ** 15n, max: 10n ** 21n }),
  fc.bigInt({ min: 10n ** 27n, max: 10n ** 28n }),
);

const anyAccount: fc.Arbitrary<AccountName> = fc.oneof(
  fc.constantFrom(...FIXED_ACCOUNTS),
  fc.nat(20).map((number) => minerAccount(minerKey(number))),
);

/** Postings to different accounts, with a last one that makes them even. */
const anyPostings: fc.Arbitrary<Posting[]> = fc
  .uniqueArray(fc.tuple(anyAccount, anyAmount, fc.boolean()), {
    selector: ([account]) => account,
    minLength: 1,
    maxLength: 8,
  })
  .map((drawn) => {
    const postings = drawn
      .filter(([account]) => account !== 'loss')
      .map(([account, amount, less]) => ({ account, amount: less ? -amount : amount }));
    const sum = postings.reduce((total, { amount }) => total + amount, 0n);
    return sum === 0n ? postings : [...postings, { account: 'loss', amount: -sum }];
  });

/** A transaction that is right; its coins are as many as it posts to the wallet. */
export const anyTransaction: fc.Arbitrary<Transaction> = fc
  .record({
    key: fc.stringMatching(/^[ -~]{1,160}$/),
    timeMs: fc.nat(2 ** 41),
    kind: fc.constantFrom(...TRANSACTION_KINDS),
    postings: anyPostings,
    txId: fc.oneof(fc.constant(''), fc.nat().map(coinKey)),
    memo: fc.stringMatching(/^[ -~]{0,200}$/),
    lockTimeMs: fc.nat(2 ** 41),
  })
  .filter(({ postings }) => postings.length > 0)
  .map(({ lockTimeMs, ...rest }) => {
    const changes = [0n, 0n, 0n, 0n];
    for (const { account, amount } of rest.postings) {
      const group = walletGroupOf(account);
      if (group !== undefined) changes[group]! += amount;
    }
    const coins = changes.map(
      (amount, group): MadeCoin => ({
        group: group as MadeCoin['group'],
        key: coinKey(group),
        amount,
        lockTimeMs,
      }),
    );
    return {
      ...rest,
      made: coins.filter(({ amount }) => amount > 0n),
      spent: coins
        .filter(({ amount }) => amount < 0n)
        .map(({ group, key, amount }) => ({ group, key, amount: -amount })),
    };
  });
