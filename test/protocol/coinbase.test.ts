import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blake2b256 } from '../../protocol/blake2b.js';
import { bytesToHex, concatBytes } from '../../protocol/bytes.js';
import {
  COINBASE_GAS_PRICE,
  coinbaseLockMs,
  createCoinbase,
  encodeCoinbaseData,
} from '../../protocol/coinbase.js';
import { merkleRoot } from '../../protocol/merkle.js';
import { decodeTransaction } from '../../protocol/transaction-decoder.js';
import { anyChain, bytesOf } from '../support/arbitraries.js';

const lockupScript = Uint8Array.of(0, ...new Uint8Array(32).fill(9));
const uncleOf = (firstByte: number, reward = 1n) => ({
  hash: new Uint8Array(32).with(0, firstByte),
  lockupScript: Uint8Array.of(0, ...new Uint8Array(32).fill(firstByte)),
  reward,
});
const noUncle = {
  chain: 6,
  networkId: 0,
  rewardLockupScript: lockupScript,
  reward: 5n,
  uncles: [],
  lockTimeMs: 7n,
};

test('uncles are sorted by their hashes as signed bytes, in the data and in the outputs', () => {
  // As the network's own code has it: 0x80..0xff are negative there, and come first.
  for (const [first, second] of [
    [0x80, 0x7f],
    [0xff, 0x00],
    [0x80, 0xff],
    [0x00, 0x7f],
  ] as const) {
    for (const uncles of [
      [uncleOf(first, 11n), uncleOf(second, 22n)],
      [uncleOf(second, 22n), uncleOf(first, 11n)],
    ]) {
      const { outputs } = createCoinbase({ ...noUncle, uncles }).unsigned;
      assert.deepEqual(
        outputs.map((output) => output.amount),
        [5n, 11n, 22n],
      );
      const data = bytesToHex(outputs[0]!.additionalData);
      assert.equal(data.slice(0, 6), '010202');
      const hex = (byte: number) => bytesToHex(uncleOf(byte).hash) + bytesToHex(uncleOf(byte).lockupScript);
      assert.equal(data.slice(6), hex(first) + hex(second));
    }
  }
});

test('a coinbase spends nothing, is locked, and carries the data of its miner last', () => {
  const coinbase = createCoinbase({ ...noUncle, minerData: Uint8Array.of(0xab, 0xcd) });
  assert.deepEqual(coinbase.unsigned, {
    networkId: 0,
    script: undefined,
    gasAmount: 20_000,
    gasPrice: COINBASE_GAS_PRICE,
    inputs: [],
    outputs: [
      {
        amount: 5n,
        lockupScript,
        lockTimeMs: 7n,
        tokens: [],
        additionalData: Uint8Array.of(1, 2, 0, 0xab, 0xcd),
      },
    ],
  });
  assert.equal(coinbaseLockMs(0), 30_000_000n);
  assert.equal(coinbaseLockMs(1), 600_000n);
  assert.equal(coinbaseLockMs(4), 600_000n);
});

test('coinbases come back from their bytes', () => {
  const anyUncle = fc.record({
    hash: bytesOf(32),
    lockupScript: bytesOf(32).map((hash) => Uint8Array.of(0, ...hash)),
    reward: fc.bigInt(0n, 2n ** 64n),
  });
  fc.assert(
    fc.property(anyChain, fc.array(anyUncle, { maxLength: 2 }), (chain, uncles) => {
      const coinbase = createCoinbase({ ...noUncle, chain, uncles });
      assert.deepEqual(decodeTransaction(coinbase.bytes), coinbase);
    }),
  );
});

test('three uncles, and more data than an output may carry, are refused', () => {
  const three = [uncleOf(1), uncleOf(2), uncleOf(3)];
  assert.throws(() => encodeCoinbaseData(0, three), /"uncles" expected at most 2, got 3/);
  assert.equal(encodeCoinbaseData(0, three.slice(1), new Uint8Array(123)).length, 256);
  assert.throws(
    () => encodeCoinbaseData(0, three.slice(1), new Uint8Array(124)),
    new RangeError('"minerData" expected at most 123 bytes, got 124'),
  );
});

test('Merkle roots: an odd last node, and a leaf alone, are paired with themselves', () => {
  const leaves = [1, 2, 3, 4, 5].map((byte) => new Uint8Array(32).fill(byte));
  const [a, b, c, d, e] = leaves as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const pair = (left: Uint8Array, right: Uint8Array) => blake2b256(concatBytes(left, right));
  assert.deepEqual(merkleRoot([a]), pair(a, a));
  assert.deepEqual(merkleRoot([a, b]), pair(a, b));
  assert.deepEqual(merkleRoot([a, b, c]), pair(pair(a, b), pair(c, c)));
  const four = pair(pair(a, b), pair(c, d));
  assert.deepEqual(merkleRoot([a, b, c, d]), four);
  const five = pair(pair(e, e), pair(e, e));
  assert.deepEqual(merkleRoot([a, b, c, d, e]), pair(four, five));
  assert.throws(() => merkleRoot([]), RangeError);
});
