import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AccountName } from '../../ledger/accounts.js';
import { checkLedger } from '../../ledger/check.js';
import { FUND_ACCOUNTS, polwDifferences, transactionOfEntry } from '../../ledger/polw-transactions.js';
import type { Transaction } from '../../ledger/transaction.js';
import { decodeTransaction, encodeTransaction } from '../../ledger/transaction-text.js';
import { type FundEntry, NO_ACCOUNTS } from '../../polw/fund/accounts.js';
import { Fund } from '../../polw/fund/fund.js';
import { coinKey } from '../support/ledger-arbitraries.js';
import { ledgerLab } from '../support/ledger-lab.js';
import { step } from '../support/polw-life.js';
import { PolwWorld } from '../support/polw-world.js';
import { seededRandom } from '../support/seeded-random.js';

const HASH = coinKey(0xb10c);

const entryOf = (kind: FundEntry['kind'], changes: FundEntry['changes'], own = true): FundEntry => ({
  key: `${HASH} ${kind} ${coinKey(7)}`,
  kind,
  chain: 6,
  blockHash: HASH,
  height: 12,
  timestampMs: 1000,
  own,
  changes,
});

/** Postings by account. */
const postingsOf = (entry: FundEntry): unknown =>
  Object.fromEntries(transactionOfEntry(entry)!.postings.map(({ account, amount }) => [account, amount]));

test('each kind of entry, and from where its gain came', () => {
  const block = { fund: -100n, locked: 90n, pending: 30n, burnt: 90n, gas: 10n };
  assert.deepEqual(postingsOf(entryOf('block', block)), {
    'polw/fund': -100n,
    'polw/locked': 90n,
    'polw/pending': 30n,
    'polw/burnt': 90n,
    'polw/gas': 10n,
    reward: -30n,
    'polw/returned': -90n,
  });
  assert.deepEqual(postingsOf(entryOf('block', block, false)), {
    'polw/fund': -100n,
    'polw/locked': 90n,
    'polw/pending': 30n,
    'polw/burnt': 90n,
    'polw/gas': 10n,
    unexplained: -30n,
    'polw/returned': -90n,
  });
  assert.deepEqual(postingsOf(entryOf('uncle', { pending: 5n }, false)), {
    'polw/pending': 5n,
    reward: -5n,
  });
  assert.deepEqual(postingsOf(entryOf('reward', { earned: 5n })), { 'polw/earned': 5n, reward: -5n });
  assert.deepEqual(postingsOf(entryOf('reward', { earned: 5n }, false)), {
    'polw/earned': 5n,
    unexplained: -5n,
  });
  assert.deepEqual(postingsOf(entryOf('deposit', { fund: 5n })), { 'polw/fund': 5n, operator: -5n });
  assert.deepEqual(postingsOf(entryOf('transfer', { earned: -5n, paid: 4n, gas: 1n })), {
    'polw/earned': -5n,
    'polw/paid': 4n,
    'polw/gas': 1n,
  });
  const maturity = { fund: 9n, locked: -9n, pending: -3n, earned: 3n };
  assert.deepEqual(postingsOf(entryOf('maturity', maturity)), {
    'polw/fund': 9n,
    'polw/locked': -9n,
    'polw/pending': -3n,
    'polw/earned': 3n,
  });
  assert.equal(transactionOfEntry(entryOf('void', {})), undefined);
  assert.equal(transactionOfEntry(entryOf('transfer', {})), undefined);
});

test('key, time, transaction and memo are those of the entry', () => {
  const { key, timeMs, txId, memo, kind } = transactionOfEntry(entryOf('deposit', { fund: 5n }))!;
  assert.equal(key, `polw/${HASH} deposit ${coinKey(7)}`);
  assert.deepEqual(
    { timeMs, txId, memo, kind },
    {
      timeMs: 1000,
      txId: coinKey(7),
      memo: 'deposit, chain 1-2, height 12',
      kind: 'polw',
    },
  );
  assert.equal(transactionOfEntry(entryOf('uncle', { pending: 5n }))!.txId, '');
});

test('an entry that gains from nowhere is refused', () => {
  assert.throws(() => transactionOfEntry(entryOf('maturity', { fund: 1n })), RangeError);
  assert.throws(() => transactionOfEntry(entryOf('void', { fund: 1n })), RangeError);
});

test("a balance that is not the fund's is named", () => {
  const balances = new Map<AccountName, bigint>([
    ['polw/fund', 4n],
    ['reward', 9n],
  ]);
  assert.deepEqual(polwDifferences(balances, { ...NO_ACCOUNTS, fund: 4n }), []);
  assert.deepEqual(polwDifferences(balances, { ...NO_ACCOUNTS, gas: 1n }), [
    { account: 'polw/fund', ledger: 4n, fund: 0n },
    { account: 'polw/gas', ledger: 0n, fund: 1n },
  ]);
});

test('of all that happens on 16 chains: the ledger comes to what the fund says, whatever is told twice', async () => {
  const kinds = new Set<string>();
  const sources = new Set<AccountName>();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), async (seed) => {
      const minDeposit = 10n ** 18n;
      const world = new PolwWorld({ random: seededRandom(seed), minDeposit });
      for (let i = 0; i < 250; i++) step(world, 3, 3);
      const fund = new Fund({ addresses: world.addresses, depth: 4, minDeposit });
      for (const hash of world.finds) {
        const { chain, height } = world.all.get(hash)!;
        fund.found({ hash, chain, height });
      }
      const entries: FundEntry[] = [];
      for (const blocks of world.chains) {
        fund.apply(blocks[0]!.chain, blocks[0]!.height, blocks);
        entries.push(...fund.settle().entries);
      }
      entries.push(...fund.openEntries());
      const transactions = entries.flatMap((entry): Transaction[] => {
        kinds.add(entry.kind);
        const transaction = transactionOfEntry(entry);
        return transaction === undefined ? [] : [transaction];
      });
      const lab = ledgerLab();
      for (const transaction of [...transactions, ...transactions.slice(0, 20)]) {
        assert.deepEqual(decodeTransaction(encodeTransaction(transaction)), transaction);
        for (const { account } of transaction.postings) sources.add(account);
        await lab.post(transaction, { fence: { name: 'polw-fund', number: 1 } });
      }
      const balances = await lab.ledger.balances(FUND_ACCOUNTS);
      const byName = new Map(FUND_ACCOUNTS.map((account, i) => [account, balances[i]!]));
      assert.deepEqual(polwDifferences(byName, fund.accounts()), []);
      const { faults } = await checkLedger({ books: lab.books, timeMs: world.timeMs });
      assert.deepEqual(faults, []);
      assert.equal(await lab.books.logEnd(), transactions.length);
    }),
    // The examples have every kind in them.
    { numRuns: 4, examples: [[1], [10]] },
  );
  assert.deepEqual([...kinds].sort(), [
    'block',
    'deposit',
    'maturity',
    'reward',
    'transfer',
    'uncle',
    'void',
  ]);
  for (const account of ['reward', 'operator', 'polw/returned', 'unexplained'] as const)
    assert.ok(sources.has(account), account);
});
