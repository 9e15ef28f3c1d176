import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codec } from '@alephium/web3';
import fc from 'fast-check';
import { blake2b256 } from '../../protocol/blake2b.js';
import { concatBytes, hexToBytes } from '../../protocol/bytes.js';
import {
  createTransaction,
  encodeTransactions,
  encodeUnsignedTransaction,
  merkleLeafOf,
  type UnsignedTransaction,
} from '../../protocol/transaction.js';
import {
  decodeTransaction,
  decodeTransactions,
  decodeUnsignedTransaction,
} from '../../protocol/transaction-decoder.js';
import { bytesOf, damaged } from '../support/arbitraries.js';
import { assertRefused, decodesOrRefuses } from '../support/decoding.js';
import { TEST_SCRIPT as script } from '../support/test-script.js';
import { readVectors } from '../support/vectors.js';

const plain = { noNullPrototype: true };
const anyAmount = fc.bigInt(0n, 2n ** 256n - 1n);
const anyLockupScript = fc.oneof(
  bytesOf(32).map((hash) => Uint8Array.of(0, ...hash)),
  bytesOf(32).map((hash) => Uint8Array.of(2, ...hash)),
);
const anyUnlockScript = fc.oneof(
  bytesOf(33).map((key) => Uint8Array.of(0, ...key)),
  bytesOf(33).map((key) => Uint8Array.of(4, ...key)),
  fc.constant(Uint8Array.of(3)),
);
const anyUnsigned: fc.Arbitrary<UnsignedTransaction> = fc.record(
  {
    networkId: fc.integer({ min: 0, max: 255 }),
    script: fc.constantFrom(undefined, script),
    gasAmount: fc.nat(2 ** 31 - 1),
    gasPrice: anyAmount,
    inputs: fc.array(
      fc.record(
        {
          hint: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
          key: bytesOf(32),
          unlockScript: anyUnlockScript,
        },
        plain,
      ),
      { maxLength: 3 },
    ),
    outputs: fc.array(
      fc.record(
        {
          amount: anyAmount,
          lockupScript: anyLockupScript,
          lockTimeMs: fc.bigInt(0n, 2n ** 64n - 1n),
          tokens: fc.array(fc.record({ id: bytesOf(32), amount: anyAmount }, plain), { maxLength: 2 }),
          additionalData: fc.uint8Array({ maxLength: 100 }),
        },
        plain,
      ),
      { maxLength: 3 },
    ),
  },
  plain,
);
const anyTransaction = fc
  .tuple(anyUnsigned, fc.array(bytesOf(64), { maxLength: 3 }))
  .map(([unsigned, signatures]) => createTransaction(unsigned, signatures));

test('transactions come back from their bytes, alone, in a list, and unsigned', () => {
  fc.assert(
    fc.property(fc.array(anyTransaction, { maxLength: 4 }), fc.nat(9), (transactions, start) => {
      const list = encodeTransactions(transactions);
      assert.deepEqual(decodeTransactions(concatBytes(new Uint8Array(start), list), start), transactions);
      for (const transaction of transactions) {
        assert.deepEqual(decodeTransaction(transaction.bytes), transaction);
        const unsignedBytes = encodeUnsignedTransaction(transaction.unsigned);
        assert.deepEqual(decodeUnsignedTransaction(unsignedBytes), transaction.unsigned);
      }
    }),
  );
});

test('the official SDK reads and writes the same bytes, and the same id', () => {
  fc.assert(
    fc.property(anyTransaction, ({ bytes, id, unsignedLength }) => {
      const sdk = codec.transactionCodec.decode(bytes);
      assert.deepEqual(codec.transactionCodec.encode(sdk), bytes);
      assert.equal(codec.unsignedTxCodec.encode(sdk.unsigned).length, unsignedLength);
      assert.deepEqual(hexToBytes(codec.UnsignedTxCodec.txId(sdk.unsigned)), id);
    }),
  );
});

test('what a script did is kept in the bytes and counts for the Merkle leaf', () => {
  const [{ raw }] = readVectors<{ blocks: [{ raw: string }] }>('blocks').blocks;
  const sdk = codec.transactionCodec.decode(hexToBytes(raw).subarray(326 + 1));
  const asset = sdk.unsigned.fixedOutputs[0]!;
  const bytes = codec.transactionCodec.encode({
    ...sdk,
    scriptExecutionOk: 0,
    contractInputs: [{ hint: -2, key: new Uint8Array(32).fill(1) }],
    generatedOutputs: [
      { kind: 'Left', value: asset },
      { kind: 'Right', value: { amount: 5n, lockupScript: new Uint8Array(32).fill(2), tokens: [] } },
    ],
    scriptSignatures: [new Uint8Array(64).fill(3)],
  });
  const transaction = decodeTransaction(bytes);
  assert.deepEqual(transaction.bytes, bytes);
  const rest = bytes.subarray(transaction.unsignedLength);
  assert.deepEqual(merkleLeafOf(transaction), blake2b256(concatBytes(transaction.id, rest)));
  assert.notDeepEqual(merkleLeafOf(transaction), merkleLeafOf(createTransaction(transaction.unsigned)));
  // The kind of an output is 0 or 1: the first generated one, after the flag and one contract input.
  const kind = transaction.unsignedLength + 1 + 1 + 36 + 1;
  assertRefused(() => decodeTransaction(bytes.with(kind, 2)), kind, /kind of output: expected 0 or 1, got 2/);
});

const sample = createTransaction({
  networkId: 2,
  script: undefined,
  gasAmount: 20_000,
  gasPrice: 10n ** 9n,
  inputs: [{ hint: 7, key: new Uint8Array(32), unlockScript: Uint8Array.of(0, ...new Uint8Array(33)) }],
  outputs: [],
});
const INPUTS = 11;

test('what is wrong is refused with its position', () => {
  const { bytes } = sample;
  assertRefused(() => decodeTransaction(bytes.with(0, 1)), 0, /version: expected 0, got 1/);
  assertRefused(() => decodeTransaction(bytes.with(3, 0xbf)), 3, /gas amount: expected at least 0/);
  assertRefused(
    () => decodeTransaction(bytes.with(INPUTS, 0x3f)),
    INPUTS,
    /number of inputs: expected at least 0/,
  );
  assertRefused(() => decodeTransaction(bytes.with(INPUTS + 37, 9)), INPUTS + 37, /unlock script/);
  assertRefused(() => decodeTransaction(concatBytes(bytes, bytes)), bytes.length, /too many/);
  assertRefused(() => decodeTransaction(bytes.subarray(0, -1)), bytes.length - 1, /script signatures/);
  assertRefused(() => decodeTransactions(bytes, bytes.length + 1), 0, /header/);
});

test('a longer form than needed is refused: its id would not be the one that the network knows', () => {
  const { bytes } = sample;
  // The number of inputs, 1, in two bytes.
  const longer = Uint8Array.of(...bytes.subarray(0, INPUTS), 0x40, ...bytes.subarray(INPUTS));
  assertRefused(() => decodeTransaction(longer), 0, /shortest form/);
});

test('an amount over 2^256 - 1 is refused', () => {
  const gasPrice = 7;
  const huge = Uint8Array.of(...sample.bytes.subarray(0, gasPrice), 0xdd, 1, ...new Uint8Array(32));
  const bytes = concatBytes(huge, sample.bytes.subarray(INPUTS));
  assertRefused(() => decodeTransaction(bytes), gasPrice, /gas price: expected at most 2\^256 - 1/);
});

test('a number that announces more than there is ends at once', () => {
  const announced = Uint8Array.of(0xc0, 0x7f, 0xff, 0xff, 0xff);
  assertRefused(() => decodeTransactions(announced), announced.length, /transaction version/);
});

test('random and damaged bytes: transactions or a DecodeError', () => {
  const damagedList = fc
    .array(anyTransaction, { minLength: 1, maxLength: 2 })
    .chain((transactions) => damaged(encodeTransactions(transactions)));
  fc.assert(
    fc.property(fc.oneof(damagedList, fc.uint8Array({ maxLength: 300 })), (bytes) => {
      decodesOrRefuses(decodeTransactions, bytes);
      decodesOrRefuses(decodeTransaction, bytes);
      decodesOrRefuses((unsigned) => decodeUnsignedTransaction(unsigned), bytes);
    }),
    { numRuns: 1000 },
  );
});
