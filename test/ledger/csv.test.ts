import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minerAccount } from '../../ledger/accounts.js';
import { accountWords, csvHead, csvLines } from '../../ledger/csv.js';
import { transactionOf } from '../../ledger/transaction.js';
import { accountOf } from '../../pool/domain/account.js';
import { parseAddress } from '../../protocol/address.js';
import { coinKey } from '../support/ledger-arbitraries.js';

test('a line for each posting, amounts to the last digit', () => {
  const lines = csvLines(
    transactionOf({
      key: 'payout/7/paid',
      timeMs: Date.UTC(2026, 2, 1, 12, 30),
      kind: 'correction',
      postings: [
        { account: 'payout-in-flight', amount: 15n * 10n ** 17n },
        { account: 'loss', amount: -15n * 10n ** 17n - 1n },
        { account: 'fees', amount: 1n },
      ],
      txId: coinKey(3),
      memo: '=a, "b"',
    }),
  );
  assert.equal(csvHead(), 'date,type,amount,account,txid,key,memo');
  const rest = `${coinKey(3)},payout/7/paid,"'=a, ""b"""`;
  assert.deepEqual(lines, [
    `2026-03-01T12:30:00.000Z,correction,1.5,payout-in-flight,${rest}`,
    `2026-03-01T12:30:00.000Z,correction,-1.500000000000000001,loss,${rest}`,
    `2026-03-01T12:30:00.000Z,correction,0.000000000000000001,fees,${rest}`,
  ]);
});

test('miners by their addresses', () => {
  const plain = '14gv16y2bEDYV6LaV3iqbJc9n7WT2zromQ1reBKebZc8E';
  const { key } = accountOf(parseAddress(plain)!);
  assert.equal(accountWords(minerAccount(key)), `miner/${plain}`);
  const long = minerAccount('01'.repeat(100));
  assert.equal(accountWords(long), long);
  assert.equal(accountWords('wallet/2/spendable'), 'wallet/2/spendable');
});
