import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytesToBigInt, bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { chainIndex } from '../../protocol/chain.js';
import { joinHeader } from '../../protocol/header.js';
import { blockHash, chainOfHash, meetsTarget } from '../../protocol/pow.js';
import { bytesOf } from '../support/arbitraries.js';
import { readVectors } from '../support/vectors.js';

const { cases } = readVectors<{
  cases: { nonce: string; headerBlob: string; hash: string; fromGroup: number; toGroup: number }[];
}>('pow');

test('every recorded hash and chain', () => {
  assert.ok(cases.length > 0);
  for (const { nonce, headerBlob, hash, fromGroup, toGroup } of cases) {
    const computed = blockHash(joinHeader(hexToBytes(nonce), hexToBytes(headerBlob)));
    assert.equal(bytesToHex(computed), hash);
    assert.equal(chainOfHash(computed), chainIndex(fromGroup, toGroup));
  }
});

test('the chain is the last two bytes as a number, modulo 16', () => {
  fc.assert(
    fc.property(bytesOf(32), (hash) => {
      assert.equal(chainOfHash(hash), ((hash[30]! << 8) | hash[31]!) % 16);
    }),
  );
});

test('a hash meets a target that is not below it', () => {
  fc.assert(
    fc.property(bytesOf(32), bytesOf(32), fc.nat(32), (hash, other, shared) => {
      const target = Uint8Array.of(...hash.subarray(0, shared), ...other.subarray(shared));
      assert.equal(meetsTarget(hash, target), bytesToBigInt(hash) <= bytesToBigInt(target));
    }),
  );
});
