import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytesToHex } from '../../protocol/bytes.js';
import {
  bitsOfHashrate,
  bitsOfTarget,
  DIFFICULTY_1_TARGET,
  expectedHashes,
  HASHES_PER_DIFFICULTY,
  hashrateOfTarget,
  MAX_TARGET,
  targetBytes,
  targetOfBits,
  targetOfBytes,
  targetOfDifficulty,
} from '../../protocol/target.js';
import { readVectors } from '../support/vectors.js';

const vectors = readVectors<{
  bits: { value: string; bits: string; valueOfBits: string }[];
  hashrate: {
    hashrate: string;
    blockTimeMs: number;
    bits: string;
    target: string;
    hashrateOfTarget: string;
  }[];
  difficulty: { difficulty: number; target: string }[];
}>('target');

for (const { value, bits, valueOfBits } of vectors.bits) {
  test(`compact bits of ${value}`, () => {
    assert.equal(bitsOfTarget(BigInt(value)), Number.parseInt(bits, 16));
    assert.equal(targetOfBits(Number.parseInt(bits, 16)), BigInt(valueOfBits));
  });
}

for (const row of vectors.hashrate) {
  test(`target of ${row.hashrate} H/s at ${row.blockTimeMs} ms, and back`, () => {
    const bits = bitsOfHashrate(BigInt(row.hashrate), row.blockTimeMs);
    assert.equal(bits, Number.parseInt(row.bits, 16));
    assert.equal(targetOfBits(bits), BigInt(row.target));
    assert.equal(hashrateOfTarget(BigInt(row.target), row.blockTimeMs), BigInt(row.hashrateOfTarget));
  });
}

for (const { difficulty, target } of vectors.difficulty) {
  test(`share target of difficulty ${difficulty}`, () => {
    assert.equal(bytesToHex(targetBytes(targetOfDifficulty(difficulty))), target);
  });
}

test('compact bits keep the length and the top 3 bytes of a target', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, MAX_TARGET), fc.nat(255), (wide, shift) => {
      const target = wide >> BigInt(shift);
      if (target === 0n) return;
      const kept = targetOfBits(bitsOfTarget(target));
      assert.ok(kept <= target && target - kept <= target >> 16n);
      assert.equal(bitsOfTarget(kept), bitsOfTarget(target));
    }),
  );
  assert.equal(bitsOfTarget(0n), 0);
  assert.equal(targetOfBits(0), 0n);
});

test('targets come back from their 32 bytes', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, MAX_TARGET), (target) => {
      assert.equal(targetOfBytes(targetBytes(target)), target);
    }),
  );
  assert.throws(() => targetBytes(MAX_TARGET + 1n), RangeError);
  assert.throws(() => targetBytes(-1n), RangeError);
});

test('any hashrate has a target, the smallest the largest one', () => {
  assert.equal(bitsOfHashrate(1n, 8000), 0x20ffffff);
  assert.equal(targetOfBits(bitsOfHashrate(1n, 8000)) <= MAX_TARGET, true);
  fc.assert(
    fc.property(fc.bigInt(2n ** 30n, 2n ** 80n), (hashrate) => {
      const back = hashrateOfTarget(targetOfBits(bitsOfHashrate(hashrate, 8000)), 8000);
      assert.ok(back >= hashrate - hashrate / 2n ** 14n && back <= hashrate + hashrate / 2n ** 14n);
    }),
  );
});

test('a share of difficulty 1 takes 2^34 hashes, and of any other that many times as many', () => {
  assert.equal(expectedHashes(DIFFICULTY_1_TARGET), HASHES_PER_DIFFICULTY);
  assert.equal(expectedHashes(targetOfDifficulty(4)), 4n * HASHES_PER_DIFFICULTY);
  assert.equal(expectedHashes(MAX_TARGET), 16n);
});

test('a difficulty is taken exactly, as the binary fraction that it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 53 - 1 }), fc.nat(80), (numerator, log2) => {
      const exact = (DIFFICULTY_1_TARGET * 2n ** BigInt(log2)) / BigInt(numerator);
      const target = targetOfDifficulty(numerator / 2 ** log2);
      assert.equal(target, exact > MAX_TARGET ? MAX_TARGET : exact);
    }),
  );
});

test('any finite difficulty above 0 has a target, others are refused', () => {
  for (const difficulty of [Number.MIN_VALUE, Number.EPSILON, Number.MAX_VALUE]) {
    const target = targetOfDifficulty(difficulty);
    assert.ok(target >= 0n && target <= MAX_TARGET);
  }
  for (const difficulty of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => targetOfDifficulty(difficulty), RangeError);
  }
});
