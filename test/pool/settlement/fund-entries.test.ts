import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Group } from '../../../ledger/accounts.js';
import { checkLedger } from '../../../ledger/check.js';
import { Ledger } from '../../../ledger/ledger.js';
import { unexplained } from '../../../ledger/movements.js';
import { paidOutputOf } from '../../../ledger/polw-transactions.js';
import type { FundEntry } from '../../../polw/fund/accounts.js';
import { FundEntries } from '../../../pool/settlement/fund-entries.js';
import { Turns } from '../../../pool/settlement/turns.js';
import { encodeValue } from '../../../protocol/value-text.js';
import { coinKey } from '../../support/ledger-arbitraries.js';
import { createMemoryBooks } from '../../support/memory-books.js';
import { ALPH, PAYEE, sourceOf, withdrawalOf } from '../../support/withdrawal-lab.js';

/** A deposit by number, as the store keeps it. */
function entry(number: number): string {
  const deposit: FundEntry = {
    key: `${coinKey(number)} deposit ${coinKey(number)}`,
    kind: 'deposit',
    chain: 6,
    blockHash: coinKey(number),
    height: 12,
    timestampMs: 1_000 + number,
    own: true,
    changes: { fund: BigInt(number) },
  };
  return encodeValue(deposit);
}

function setUp() {
  const books = createMemoryBooks(() => 1_000);
  const ledger = new Ledger(books);
  const kept: string[] = [];
  /** How many of the oldest the store has no more. */
  const trimmed = { count: 0 };
  const troubles: string[] = [];
  const asked: number[] = [];
  let fence: number | undefined = 1;
  const now = { ms: 1_000 };
  const entries = () =>
    new FundEntries({
      fund: {
        entries: async (from, limit) => {
          asked.push(from);
          const first = Math.max(from, trimmed.count);
          return kept.slice(first, first + limit);
        },
      },
      books,
      ledger,
      turns: new Turns(
        () => 0,
        async () => {},
      ),
      fence: () => (fence === undefined ? undefined : { name: 'settlement', number: fence }),
      now: async () => now.ms,
      onTrouble: (message) => troubles.push(message),
    });
  return {
    books,
    ledger,
    now,
    kept,
    trimmed,
    troubles,
    asked,
    entries,
    lose: () => {
      fence = undefined;
    },
    fund: async () => (await ledger.balances(['polw/fund']))[0],
  };
}

const sumTo = (number: number): bigint => BigInt((number * (number + 1)) / 2);

test('entries are booked once, in their order, across restarts and a store that has them in another order', async () => {
  const { books, kept, entries, fund, asked } = setUp();
  for (let i = 1; i <= 120; i++) kept.push(entry(i));
  const one = entries();
  assert.equal(await one.book(), true);
  assert.equal(await fund(), sumTo(120));
  assert.equal((await books.get('note', ['polw/cursor']))[0]?.text, '120');
  kept.push(entry(121));
  asked.length = 0;
  await one.book();
  assert.deepEqual(asked, [119, 120, 121], 'the one before, too: it must be the same');
  assert.equal(await entries().book(), true);
  assert.equal(await fund(), sumTo(121));
  // It went back by two, and has them in another order now, with a new one before them.
  kept.splice(119, 2, entry(122), entry(121), entry(120));
  assert.equal(await entries().book(), true);
  assert.equal(await fund(), sumTo(122));
  const { length } = await books.log(0, 1_000);
  assert.equal(length, 122);
});

test('a store that is far older than the place: what comes to it then is booked, by whoever ran before and by one that starts', async () => {
  for (const isNew of [true, false]) {
    const { books, kept, entries, fund } = setUp();
    for (let i = 1; i <= 5_200; i++) kept.push(entry(i));
    const one = entries();
    assert.equal(await one.book(), true);
    kept.length = 30;
    const other = isNew ? entries() : one;
    assert.equal(await other.book(), true);
    kept.push(entry(5_201));
    assert.equal(await other.book(), true);
    // The old ones come back, after another new one.
    kept.push(entry(5_202));
    for (let i = 31; i <= 5_200; i++) kept.push(entry(i));
    assert.equal(await other.book(), true);
    assert.equal(await fund(), sumTo(5_202));
    kept.push(entry(5_203));
    const last = entries();
    assert.equal(await last.book(), true);
    assert.equal(await fund(), sumTo(5_203));
    assert.equal((await books.get('note', ['polw/cursor']))[0]?.text, '5203');
    assert.equal((await books.log(0, 1_000)).length, 1_000);
  }
});

test('entries that are shifted by a new one are noticed while it runs, and after a start; none is booked twice', async () => {
  for (const isNew of [true, false]) {
    const { kept, entries, fund } = setUp();
    for (let i = 1; i <= 200; i++) kept.push(entry(i));
    const one = entries();
    await one.book();
    // It went back by two, and one of them came again, behind a new one.
    kept.splice(198, 2, entry(201), entry(199));
    assert.equal(await (isNew ? entries() : one).book(), true);
    assert.equal(await fund(), sumTo(201));
  }
});

test('a note of the place that is lost, and a store without the oldest: each entry is asked for once', async () => {
  const { books, kept, trimmed, entries, fund, asked } = setUp();
  for (let i = 1; i <= 1_000; i++) kept.push(entry(i));
  trimmed.count = 900;
  assert.equal(await entries().book(), true);
  assert.equal(await fund(), sumTo(1_000) - sumTo(900));
  assert.equal((await books.get('note', ['polw/cursor']))[0]?.text, '1000');
  assert.ok(asked.length < 60, `${asked.length}`);
});

test('an answer that is lost, and a lease', async () => {
  const { books, kept, entries, fund, lose } = setUp();
  for (let i = 1; i <= 60; i++) kept.push(entry(i));
  books.loseAnswers = 1;
  const one = entries();
  await assert.rejects(one.book(), { code: 'ERR_STORE_UNAVAILABLE' });
  assert.equal(await one.book(), true);
  assert.equal(await fund(), sumTo(60));
  kept.push(entry(61));
  lose();
  assert.equal(await one.book(), false);
  assert.equal(await fund(), sumTo(60));
});

/** A withdrawal of so much from a burn address, of which the fund keeps an entry. */
function withdrawal(number: number, paid: bigint): { readonly txId: string; readonly text: string } {
  const txId = coinKey(1_000 + number);
  const transfer: FundEntry = {
    key: `${coinKey(number)} transfer ${txId}`,
    kind: 'transfer',
    chain: 6,
    blockHash: coinKey(number),
    height: 12,
    timestampMs: 2_000,
    own: false,
    changes: { earned: -paid - 1n, paid, gas: 1n },
  };
  return { txId, text: encodeValue(transfer) };
}

test('what a withdrawal brings the wallet is explained, whichever of the two is booked first', async () => {
  const { books, ledger, now, kept, entries, troubles } = setUp();
  const fence = { name: 'settlement', number: 1 } as const;
  const arrives = (txId: string, group: Group, amount: bigint) =>
    ledger.post({
      fence,
      transactions: [unexplained(3_000, { group, key: paidOutputOf(txId), amount, lockTimeMs: 0 })],
    });
  const balances = () =>
    ledger.balances(['unexplained', 'polw/to-wallet', 'polw/paid', 'wallet/2/spendable']);
  const [early, late, elsewhere] = [withdrawal(1, 50n), withdrawal(2, 7n), withdrawal(3, 11n)];
  const one = entries();
  await arrives(early.txId, 2, 50n);
  kept.push(entry(100), early.text, late.text, elsewhere.text);
  assert.equal(await one.book(), true);
  assert.deepEqual(await balances(), [0n, -50n, 68n, 50n]);
  await arrives(late.txId, 2, 7n);
  // Dust, of nobody knows whom.
  await ledger.post({
    fence,
    transactions: [unexplained(3_000, { group: 2, key: coinKey(9), amount: 3n, lockTimeMs: 0 })],
  });
  books.loseAnswers = 1;
  await assert.rejects(one.book(), { code: 'ERR_STORE_UNAVAILABLE' });
  assert.equal(await one.book(), true);
  assert.deepEqual(await balances(), [-3n, -57n, 68n, 60n]);
  const awaited = async () =>
    (await books.page('note', { prefix: 'polw/transfer/', limit: 10 })).map(({ key }) => key);
  assert.deepEqual(await awaited(), [`polw/transfer/${elsewhere.txId}`]);
  now.ms += 31 * 86_400_000;
  await one.book();
  assert.deepEqual([await awaited(), troubles], [[], []]);
  assert.deepEqual((await checkLedger({ books, timeMs: 4_000 })).faults, []);
});

test('what a withdrawal pays is its first output', () => {
  const { transfer, amount, change } = withdrawalOf(ALPH, [sourceOf(4, [5n * ALPH])]).transactions[0]!;
  const [first] = transfer.unsigned.outputs;
  assert.ok(change > 0n);
  assert.deepEqual([first!.amount, first!.lockupScript], [amount, PAYEE.lockupScript]);
});
