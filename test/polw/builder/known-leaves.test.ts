import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { KnownLeaves } from '../../../polw/builder/known-leaves.js';
import { walkTransactions } from '../../../polw/builder/transaction-list.js';
import { encodeTransactions, merkleLeafOf } from '../../../protocol/transaction.js';
import { endOfScript } from '../../../protocol/transaction-decoder.js';
import { makeTransfer, makeTransfers } from '../../support/polw-templates.js';
import { seededBytes } from '../../support/seeded-bytes.js';

test('what is known of transactions changes nothing of what comes of a list', () => {
  const known = new KnownLeaves();
  const [first, second, third, fourth, last] = makeTransfers(5, 'known');
  // Spends the same output as another one, and is another one.
  const rival = makeTransfer('rival', { spends: first!.unsigned.inputs[0]!.key });
  for (const list of [
    [first, second, last],
    [second, first, third, last],
    [rival, fourth, last],
    [first, last],
    [rival, last],
  ]) {
    const bytes = encodeTransactions(list.map((one) => one!));
    deepEqual(walkTransactions(bytes, endOfScript, known), walkTransactions(bytes, endOfScript));
  }
});

test('a leaf is computed once for the same bytes, and anew for each other', () => {
  const known = new KnownLeaves();
  const transfer = makeTransfer('one');
  let computed = 0;
  const leafOf = (bytes: Uint8Array, key: number | undefined): Uint8Array =>
    known.leafOf(bytes, key, () => {
      computed++;
      return merkleLeafOf(transfer);
    });
  leafOf(transfer.bytes, 10);
  leafOf(transfer.bytes.slice(), 10);
  equal(computed, 1);
  const other = transfer.bytes.slice();
  other[other.length - 1]! ^= 1;
  leafOf(other, 10);
  leafOf(other.subarray(0, -1), 10);
  equal(computed, 3);
  leafOf(other, undefined);
  leafOf(other, undefined);
  equal(computed, 5);
});

test('bytes that are changed afterwards are not taken for what they were', () => {
  const known = new KnownLeaves();
  const bytes = seededBytes('a transaction', 200);
  const names: Uint8Array[] = [];
  const leafOf = () =>
    known.leafOf(bytes, 0, () => names[names.push(seededBytes(`${names.length}`, 32)) - 1]!);
  leafOf();
  bytes[100]! ^= 1;
  leafOf();
  equal(names.length, 2);
});
