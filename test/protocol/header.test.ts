import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hexToBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS, chainIndex, chainName, fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import { decodeHeader, encodeHeader, HEADER_BYTES, joinHeader, parentOf } from '../../protocol/header.js';
import { anyU32, bytesOf } from '../support/arbitraries.js';
import { assertRefused, decodesOrRefuses } from '../support/decoding.js';
import { readVectors } from '../support/vectors.js';

const anyHeader = fc.record(
  {
    nonce: bytesOf(24),
    deps: fc.array(bytesOf(32), { minLength: 7, maxLength: 7 }),
    depStateHash: bytesOf(32),
    txsHash: bytesOf(32),
    timestamp: fc.bigInt(0n, 2n ** 64n - 1n),
    targetBits: anyU32,
  },
  { noNullPrototype: true },
);

test('headers come back from their bytes', () => {
  fc.assert(
    fc.property(anyHeader, (header) => {
      const bytes = encodeHeader(header);
      assert.equal(bytes.length, HEADER_BYTES);
      assert.deepEqual(decodeHeader(bytes), header);
      assert.deepEqual(joinHeader(header.nonce, bytes.subarray(24)), bytes);
    }),
  );
});

test('the header of a recorded block has the fields that the node showed', () => {
  const { blocks } = readVectors<{
    blocks: {
      raw: string;
      entry: {
        timestamp: number;
        chainTo: number;
        nonce: string;
        deps: string[];
        depStateHash: string;
        txsHash: string;
        target: string;
      };
    }[];
  }>('blocks');
  for (const { raw, entry } of blocks) {
    const bytes = hexToBytes(raw).subarray(0, HEADER_BYTES);
    assert.deepEqual(decodeHeader(bytes), {
      nonce: hexToBytes(entry.nonce),
      deps: entry.deps.map(hexToBytes),
      depStateHash: hexToBytes(entry.depStateHash),
      txsHash: hexToBytes(entry.txsHash),
      timestamp: BigInt(entry.timestamp),
      targetBits: Number.parseInt(entry.target, 16),
    });
    assert.deepEqual(parentOf(bytes.subarray(24), entry.chainTo), hexToBytes(entry.deps[3 + entry.chainTo]!));
  }
});

test('another length, version or number of deps is refused with its position', () => {
  const good = encodeHeader({
    nonce: new Uint8Array(24),
    deps: Array.from({ length: 7 }, () => new Uint8Array(32)),
    depStateHash: new Uint8Array(32),
    txsHash: new Uint8Array(32),
    timestamp: 0n,
    targetBits: 0,
  });
  assertRefused(() => decodeHeader(good.subarray(1)), 0, /expected 326 bytes, got 325/);
  assertRefused(() => decodeHeader(good.with(24, 1)), 24, /version: expected 0, got 1/);
  assertRefused(() => decodeHeader(good.with(25, 8)), 25, /deps: expected 7, got 8/);
});

test('any bytes: a header or a DecodeError', () => {
  fc.assert(
    fc.property(fc.oneof(bytesOf(HEADER_BYTES), fc.uint8Array({ maxLength: 400 })), (bytes) => {
      decodesOrRefuses(decodeHeader, bytes);
    }),
  );
});

test('a field of another length is refused', () => {
  fc.assert(
    fc.property(anyHeader, bytesOf(31), (header, short) => {
      for (const field of ['nonce', 'depStateHash', 'txsHash']) {
        assert.throws(() => encodeHeader({ ...header, [field]: short }), RangeError);
      }
      assert.throws(() => encodeHeader({ ...header, deps: [short, ...header.deps.slice(1)] }), RangeError);
      assert.throws(() => encodeHeader({ ...header, deps: header.deps.slice(1) }), RangeError);
    }),
    { numRuns: 10 },
  );
});

test('16 chains, each with its groups and its name', () => {
  assert.equal(ALL_CHAINS.length, 16);
  for (const [i, chain] of ALL_CHAINS.entries()) {
    assert.equal(chain, i);
    assert.equal(chainIndex(fromGroupOf(chain), toGroupOf(chain)), chain);
  }
  assert.equal(chainIndex(2, 3), 11);
  assert.equal(chainName(11), '2-3');
});
