import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codec } from '@alephium/web3';
import fc from 'fast-check';
import {
  listSpends,
  MAX_LIST_BYTES,
  NO_TRANSACTIONS,
  walkTransactions,
} from '../../../polw/builder/transaction-list.js';
import { decodeBlock } from '../../../protocol/block.js';
import { concatBytes, hexToBytes } from '../../../protocol/bytes.js';
import { encodeCompactSize } from '../../../protocol/compact-integer.js';
import { branchOfLastLeaf, rootOfLastLeaf } from '../../../protocol/merkle.js';
import {
  createTransaction,
  encodeTransactions,
  merkleLeafOf,
  type Transaction,
} from '../../../protocol/transaction.js';
import { endOfScript } from '../../../protocol/transaction-decoder.js';
import { damaged } from '../../support/arbitraries.js';
import { assertRefused, decodesOrRefuses } from '../../support/decoding.js';
import { makeTemplate, makeTransfer, makeTransfers } from '../../support/polw-templates.js';
import { TEST_SCRIPT as script } from '../../support/test-script.js';
import { readVectors } from '../../support/vectors.js';

const walk = (bytes: Uint8Array) => walkTransactions(bytes, endOfScript);
const [coinbase] = makeTransfers(1, 'stands for the coinbase');
const listOf = (transactions: readonly Transaction[]) =>
  walk(encodeTransactions([...transactions, coinbase!]));

/** Every kind of unlock script, lockup script and generated output that the SDK knows. */
function oddTransaction(): Transaction {
  const { unlockScriptCodec } = codec.unlockScript;
  const { lockupScriptCodec } = codec.lockupScript;
  const [hash, key] = [new Uint8Array(32).fill(7), new Uint8Array(33).fill(9)];
  const keyLike = { kind: 'ED25519', value: hash } as const;
  const unlockScripts = [
    unlockScriptCodec.encode({ kind: 'P2PKH', value: key }),
    unlockScriptCodec.encode({ kind: 'P2MPKH', value: [{ publicKey: key, index: 300 }] }),
    unlockScriptCodec.encode({
      kind: 'P2SH',
      value: { script: codec.script.scriptCodec.decode(script), params: [{ kind: 'Bool', value: true }] },
    }),
    unlockScriptCodec.encode({ kind: 'SameAsPrevious', value: 'SameAsPrevious' }),
    unlockScriptCodec.encode({ kind: 'PoLW', value: key }),
    unlockScriptCodec.encode({ kind: 'P2PK', value: 'P2PK' }),
    unlockScriptCodec.encode({
      kind: 'P2HMPK',
      value: { publicKeys: [keyLike, { kind: 'SecP256K1', value: key }], publicKeyIndexes: [0, 70] },
    }),
  ];
  const lockupScripts = [
    lockupScriptCodec.encode({ kind: 'P2PKH', value: hash }),
    lockupScriptCodec.encode({ kind: 'P2MPKH', value: { publicKeyHashes: [hash, hash], m: 2 } }),
    lockupScriptCodec.encode({ kind: 'P2SH', value: hash }),
    lockupScriptCodec.encode({ kind: 'P2C', value: hash }),
    lockupScriptCodec.encode({ kind: 'P2PK', value: { publicKeyLike: keyLike, group: 3 } }),
    lockupScriptCodec.encode({ kind: 'P2HMPK', value: { hash, group: 1 } }),
  ];
  const outputs = lockupScripts.map((lockupScript, i) => ({
    amount: [0n, 63n, 64n, 2n ** 14n, 10n ** 18n, 2n ** 256n - 1n][i]!,
    lockupScript,
    lockTimeMs: BigInt(i),
    tokens: [{ id: hash, amount: 2n ** BigInt(40 * i) }],
    additionalData: new Uint8Array(40 * i),
  }));
  const made = createTransaction(
    {
      networkId: 2,
      script,
      gasAmount: 70_000,
      gasPrice: 10n ** 12n,
      inputs: unlockScripts.map((unlockScript, i) => ({
        hint: i,
        key: new Uint8Array(32).fill(i),
        unlockScript,
      })),
      outputs,
    },
    [new Uint8Array(64)],
  );
  const plainOutput = concatBytes(
    Uint8Array.of(0, 5),
    lockupScripts[0]!,
    new Uint8Array(8),
    Uint8Array.of(0, 0),
  );
  const contractOutput = codec.contractOutput.contractOutputCodec.encode({
    amount: 10n ** 20n,
    lockupScript: hash,
    tokens: [{ tokenId: hash, amount: 5n }],
  });
  const bytes = concatBytes(
    made.bytes.subarray(0, made.unsignedLength),
    Uint8Array.of(0, 1, 0, 0, 0, 9),
    hash,
    Uint8Array.of(2),
    plainOutput,
    Uint8Array.of(1),
    contractOutput,
    Uint8Array.of(1),
    new Uint8Array(64),
    Uint8Array.of(1),
    new Uint8Array(64),
  );
  return { ...made, bytes };
}

test('a list has what the decoder of the SDK says of its transactions', () => {
  const transactions = [oddTransaction(), ...makeTransfers(6)];
  const bytes = encodeTransactions([...transactions, coinbase!]);
  const { list, coinbaseStart } = walk(bytes);
  assert.deepEqual(bytes.subarray(coinbaseStart), coinbase!.bytes);
  assert.deepEqual(list.bytes, bytes.subarray(0, coinbaseStart));
  assert.deepEqual([list.count, list.dropped, list.gas], [7, 0, 70_000 + 6 * 20_000]);
  assert.deepEqual(list.branch, branchOfLastLeaf(transactions.map(merkleLeafOf)));
  const keys = transactions.flatMap(({ unsigned }) => unsigned.inputs.map(({ key }) => key));
  assert.deepEqual(list.spends, concatBytes(...keys));
  for (const key of keys) assert.ok(listSpends(list, key));
  assert.ok(!listSpends(list, new Uint8Array(32).fill(99)));
  // Across two keys, where none begins.
  assert.ok(!listSpends(list, list.spends.slice(16, 48)));
});

test('a coinbase alone has the one empty list', () => {
  assert.equal(walk(encodeTransactions([coinbase!])).list.bytes, NO_TRANSACTIONS.bytes);
});

for (const name of ['blocks', 'polw-blocks'] as const) {
  test(`recorded blocks have the txsHash that their list and coinbase make: ${name}`, () => {
    const vectors = readVectors<Record<string, { raw: string }[]>>(name);
    const raws = (vectors.blocks ?? vectors.accepted)!.map(({ raw }) => hexToBytes(raw));
    let transfers = 0;
    for (const raw of raws) {
      const { header, transactions } = decodeBlock(raw);
      const { list } = walk(raw.subarray(326));
      transfers += list.count;
      const root = rootOfLastLeaf(list.branch, merkleLeafOf(transactions.at(-1)!));
      assert.deepEqual(root, header.subarray(282, 314));
    }
    assert.ok(transfers > 0);
  });
}

test('what a block has no room for is dropped from the end', () => {
  const [high, low] = [10n ** 12n, 10n ** 11n];
  const prices = [high, high, low, high, low].map((gasPrice, i) => makeTransfer(`price ${i}`, { gasPrice }));
  const many = Array.from({ length: 2_001 }, (_, i) => makeTransfer(`many ${i}`, { gasAmount: 4_000 }));
  const heavy = [9_000_000, 940_000, 20_000, 10].map((gasAmount, i) =>
    makeTransfer(`gas ${i}`, { gasAmount }),
  );
  for (const [what, transactions, kept] of [
    ['a gas price that rises', prices, 3],
    ['more than 2,000 with the coinbase', many, 1_999],
    ['more than 10,000,000 of gas with room for a coinbase', heavy, 2],
  ] as const) {
    const { list, coinbaseStart } = listOf(transactions);
    assert.equal(list.count, kept, what);
    assert.equal(list.dropped, transactions.length - kept, what);
    const leaves = transactions.slice(0, kept);
    assert.deepEqual(
      list.bytes,
      concatBytes(encodeCompactSize(kept + 1), ...leaves.map(({ bytes }) => bytes)),
    );
    assert.deepEqual(list.branch, branchOfLastLeaf(leaves.map(merkleLeafOf)));
    assert.equal(list.spends.length, 32 * kept);
    assert.ok(coinbaseStart > list.bytes.length);
  }
});

test('what is no list is refused, and where', () => {
  const good = makeTemplate({ transfers: makeTransfers(2) }).txsBlob[0]!;
  assertRefused(() => walk(Uint8Array.of(0)), 0, /expected at least 1, got 0/);
  assertRefused(() => walk(new Uint8Array(0)), 0, /number of transactions/);
  assertRefused(() => walk(concatBytes(good, Uint8Array.of(0))), good.length, /1 bytes too many/);
  assertRefused(() => walk(new Uint8Array(10_000_000)), 0, new RegExp(`at most ${MAX_LIST_BYTES}`));
  assertRefused(() => walk(concatBytes(Uint8Array.of(1, 1), good)), 1, /version: expected 0, got 1/);
  // Announces 2^31 - 1 transactions, or inputs, of nothing.
  assertRefused(() => walk(Uint8Array.of(0xc0, 0x7f, 0xff, 0xff, 0xff)), 5, /version/);
  assertRefused(() => walk(Uint8Array.of(0x20)), 0, /0 to 2\^31 - 1/);
  assertRefused(() => walk(Uint8Array.of(0xc1, 1, 1, 1, 1, 1)), 0, /2\^31 - 1/);
  for (let length = 0; length < good.length; length++)
    assert.equal(decodesOrRefuses(walk, good.slice(0, length)), undefined);
});

test('damaged lists are refused or are lists', () => {
  const good = encodeTransactions([oddTransaction(), ...makeTransfers(2), coinbase!]);
  fc.assert(fc.property(damaged(good), (bytes) => void decodesOrRefuses(walk, bytes)));
});
