import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FIXED_ACCOUNTS, minerAccount, parseAccountName, sideOf } from '../../ledger/accounts.js';
import { faultOf, type Transaction, transactionOf } from '../../ledger/transaction.js';
import {
  decodeTransaction,
  encodeTransaction,
  MAX_TRANSACTION_CHARS,
  readTransaction,
} from '../../ledger/transaction-text.js';
import { anyTransaction, coinKey, minerKey } from '../support/ledger-arbitraries.js';

const KEY = coinKey(1);
const GOOD: Transaction = transactionOf({
  key: 'payout/7/paid',
  timeMs: 1_700_000_000_000,
  kind: 'payout-paid',
  postings: [
    { account: 'payout-in-flight', amount: 900n },
    { account: 'wallet/2/spendable', amount: -1000n },
    { account: 'fees', amount: 100n },
  ],
  made: [{ group: 2, key: coinKey(2), amount: 500n, lockTimeMs: 0 }],
  spent: [{ group: 2, key: KEY, amount: 1500n }],
  txId: coinKey(3),
  memo: 'one of "many"',
});

test('a transaction and its text, to the letter', () => {
  const text =
    '{"key":"payout/7/paid","time":1700000000000,"kind":"payout-paid","post":[["payout-in-flight","900"],' +
    `["wallet/2/spendable","-1000"],["fees","100"]],"made":[["2/${coinKey(2)}","500",0]],` +
    `"spent":[["2/${KEY}","1500"]],"tx":"${coinKey(3)}","memo":"one of \\"many\\""}`;
  assert.equal(encodeTransaction(GOOD), text);
  assert.deepEqual(decodeTransaction(text), GOOD);
});

test('every transaction is what its text says, with amounts beyond all coins there are', () => {
  fc.assert(
    fc.property(anyTransaction, (transaction) => {
      assert.deepEqual(decodeTransaction(encodeTransaction(transaction)), transaction);
    }),
  );
});

test('a text that is changed anywhere is another transaction, or none', () => {
  const text = encodeTransaction(GOOD);
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
      const letter = String.fromCharCode(code);
      if (text[at] === letter) return;
      const changed = text.slice(0, at) + letter + text.slice(at + 1);
      let read: Transaction;
      try {
        read = decodeTransaction(changed);
      } catch (error) {
        assert.equal((error as Error).name, 'LedgerTextError');
        return;
      }
      assert.equal(encodeTransaction(read), changed);
      assert.notDeepEqual(read, GOOD);
    }),
    { numRuns: 500 },
  );
});

for (const [what, text] of [
  ['nothing', ''],
  ['no JSON', '{'],
  ['null', 'null'],
  ['a list', '[]'],
  ['a blank too many', encodeTransaction(GOOD).replace('":', '": ')],
  ['a member that is not known', encodeTransaction(GOOD).replace('{', '{"more":1,')],
  ['a member twice', encodeTransaction(GOOD).replace('{', '{"key":"a",')],
  ['an amount with a zero before', encodeTransaction(GOOD).replace('"900"', '"0900"')],
  ['an amount that is a number', encodeTransaction(GOOD).replace('"900"', '900')],
  ['an amount of a thousand digits', encodeTransaction(GOOD).replace('"900"', `"${'9'.repeat(1000)}"`)],
  ['an account that is not known', encodeTransaction(GOOD).replace('"fees"', '"feel"')],
  ['a group that is none', encodeTransaction(GOOD).replaceAll('"2/', '"4/')],
  ['a kind that is not known', encodeTransaction(GOOD).replace('"payout-paid"', '"payed"')],
  ['a time in a year of five digits', encodeTransaction(GOOD).replace('1700000000000', '1700000000000000')],
  ['half a millisecond', encodeTransaction(GOOD).replace('1700000000000', '1700000000000.5')],
  ['an empty list', encodeTransaction(GOOD).replace('"tx"', '"x":[],"tx"')],
  ['postings that are not even', encodeTransaction(GOOD).replace('"900"', '"901"')],
  ['coins that are not even', encodeTransaction(GOOD).replace('"1500"', '"1501"')],
  ['more than a megabyte', `"${'x'.repeat(1_000_000)}"`],
] as const) {
  test(`no transaction: ${what}`, () => {
    assert.throws(() => decodeTransaction(text), { name: 'LedgerTextError', code: 'ERR_LEDGER_TEXT' });
  });
}

test('what is wrong with one is said', () => {
  const coins = { made: [], spent: [] };
  for (const [change, words] of [
    [{ key: '' }, /its key is none/],
    [{ key: 'ü' }, /its key is none/],
    [{ key: 'x'.repeat(161) }, /its key is none/],
    [{ timeMs: -1 }, /its time is none/],
    [{ memo: 'a\nb' }, /its memo is none/],
    [{ memo: 'x'.repeat(201) }, /its memo is none/],
    [{ txId: 'ab' }, /its transaction id is none/],
    [{ postings: [], ...coins }, /it says nothing/],
    [{ postings: [{ account: 'reward' as const, amount: 1n }], ...coins }, /its postings sum to 1/],
    [{ postings: [{ account: 'reward' as const, amount: 0n }], ...coins }, /a posting of 0 to reward/],
    [
      {
        postings: [
          { account: 'fees' as const, amount: 10n ** 36n },
          { account: 'loss' as const, amount: -(10n ** 36n) },
        ],
        ...coins,
      },
      /over 36 digits/,
    ],
    [
      {
        postings: [
          { account: 'fees' as const, amount: 1n },
          { account: 'fees' as const, amount: -1n },
        ],
        ...coins,
      },
      /two postings to fees/,
    ],
    [{ made: [] }, /coins of group 2 are not what it posts there: -?500/],
    [{ spent: [{ ...GOOD.spent[0]!, amount: 0n }] }, /is of 0/],
    [{ made: [{ ...GOOD.made[0]!, lockTimeMs: 0.5 }] }, /a lock's time is none/],
    [{ made: [{ ...GOOD.made[0]!, key: KEY }] }, /two coins of the name/],
    [{ made: [{ ...GOOD.made[0]!, key: 'AB' }] }, /a coin's name is none/],
  ] as const) {
    assert.match(faultOf({ ...GOOD, ...change })!, words);
    assert.throws(() => transactionOf({ ...GOOD, ...change }), { name: 'RangeError', message: words });
  }
  assert.equal(faultOf(GOOD), undefined);
});

test('one that is wrong can be read, to say what', () => {
  const { transaction, fault } = readTransaction(encodeTransaction(GOOD).replace('"900"', '"901"'));
  assert.equal(transaction.postings[0]!.amount, 901n);
  assert.equal(fault, 'its postings sum to 1');
});

test('500 postings to miners fit into a text, 1,000 do not', () => {
  const many = (count: number): Transaction => ({
    ...GOOD,
    postings: Array.from({ length: count }, (_, i) => ({
      account: minerAccount(minerKey(i)),
      amount: -(10n ** 21n),
    })),
  });
  assert.ok(encodeTransaction(many(500)).length < MAX_TRANSACTION_CHARS);
  assert.throws(() => encodeTransaction(many(1000)), RangeError);
});

test('names of accounts: all that are made can be read, and nothing else', () => {
  for (const name of FIXED_ACCOUNTS) assert.equal(parseAccountName(name), name);
  const short = minerAccount('00'.repeat(60));
  assert.equal(parseAccountName(short), `miner/${'00'.repeat(60)}`);
  const long = minerAccount('01'.repeat(600));
  assert.match(long, /^miner\/~[0-9a-f]{64}$/);
  assert.equal(parseAccountName(long), long);
  assert.notEqual(long, minerAccount('02'.repeat(600)));
  assert.equal(sideOf(long), 'debt');
  assert.equal(sideOf('wallet/3/immature'), 'asset');
  for (const text of [
    '',
    'miner/',
    'miner/0',
    'miner/AB',
    'miner/0g',
    'wallet/4/spendable',
    'wallet/1',
    'polw/x',
  ])
    assert.equal(parseAccountName(text), undefined);
});
