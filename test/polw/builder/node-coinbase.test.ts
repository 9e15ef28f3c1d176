import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readNodeCoinbase } from '../../../polw/builder/node-coinbase.js';
import { decodeBlock } from '../../../protocol/block.js';
import { bytesToHex, concatBytes, equalBytes, hexToBytes } from '../../../protocol/bytes.js';
import { sortUncles } from '../../../protocol/coinbase.js';
import { blockHash, chainOfHash } from '../../../protocol/pow.js';
import { encodeTransactions } from '../../../protocol/transaction.js';
import { damaged } from '../../support/arbitraries.js';
import { decodesOrRefuses } from '../../support/decoding.js';
import { makeTemplate, makeTransfers, makeUncle } from '../../support/polw-templates.js';
import { TEST_SCRIPT } from '../../support/test-script.js';
import { readVectors } from '../../support/vectors.js';

/** Of a template without other transactions. */
const COINBASE_START = 1;

test('uncles in the order of the data, and what the node adds', () => {
  for (const uncles of [[], [makeUncle('a')], [makeUncle('a'), makeUncle('b')]]) {
    const [bytes] = makeTemplate({ chain: 6, uncles }).txsBlob;
    const coinbase = readNodeCoinbase(bytes!, COINBASE_START, 6);
    assert.deepEqual(coinbase, { uncles: sortUncles(uncles), minerData: Uint8Array.of(1, 2, 3) });
  }
});

test('uncles of recorded blocks, by the hashes that REST names', () => {
  const { blocks } = readVectors<{
    blocks: {
      raw: string;
      entry: { ghostUncles: { blockHash: string }[]; chainFrom: number; chainTo: number };
    }[];
  }>('blocks');
  let uncles = 0;
  for (const { raw, entry } of blocks) {
    const bytes = hexToBytes(raw);
    const { transactions } = decodeBlock(bytes);
    const start = bytes.length - transactions.at(-1)!.bytes.length;
    const coinbase = readNodeCoinbase(bytes, start, entry.chainFrom * 4 + entry.chainTo);
    assert.deepEqual(
      coinbase.uncles.map(({ hash }) => bytesToHex(hash)),
      entry.ghostUncles.map(({ blockHash: hash }) => hash),
    );
    uncles += coinbase.uncles.length;
  }
  assert.ok(uncles > 0);
});

test('coinbases that burn are read, too: a node may build them', () => {
  const { accepted } = readVectors<{ accepted: { raw: string }[] }>('polw-blocks');
  for (const { raw } of accepted) {
    const bytes = hexToBytes(raw);
    const { header, transactions } = decodeBlock(bytes);
    const start = bytes.length - transactions.at(-1)!.bytes.length;
    readNodeCoinbase(bytes, start, chainOfHash(blockHash(header)));
  }
});

test('a coinbase of unknown form is refused', () => {
  const uncle = makeUncle('a');
  const [good] = makeTemplate({ chain: 6, uncles: [uncle] }).txsBlob;
  const read = (bytes: Uint8Array) => readNodeCoinbase(bytes, COINBASE_START, 6);
  read(good!);
  const at = (needle: Uint8Array): number =>
    good!.findIndex((_, i) => equalBytes(good!.subarray(i, i + needle.length), needle));
  const changed = (position: number, value: number): Uint8Array => good!.with(position, value);
  const data = at(concatBytes(Uint8Array.of(1, 2, 1), uncle.hash));
  assert.throws(() => readNodeCoinbase(good!, COINBASE_START, 7), /groups: expected those of chain 1-3/);
  assert.throws(() => read(changed(data + 2, 3)), /coinbase: /);
  assert.throws(() => read(changed(data + 2, 2)), /coinbase: /);
  assert.throws(() => read(changed(data + 3 + 32 + 5, good![data + 40]! ^ 1)), /an output for each/);
  assert.throws(() => read(concatBytes(good!, Uint8Array.of(0))), /1 bytes too many/);
  const [transfer] = makeTransfers(1);
  assert.throws(() => read(encodeTransactions([transfer!])), /coinbase: /);
  assert.throws(() => read(Uint8Array.of(1)), /version/);
  // Behind version and network id: a script that is one, in place of none.
  const scripted = concatBytes(good!.subarray(0, 3), Uint8Array.of(1), TEST_SCRIPT, good!.subarray(4));
  assert.throws(() => read(scripted), /coinbase: expected no script/);
});

test('damaged coinbases are refused or are read', () => {
  const [good] = makeTemplate({ uncles: [makeUncle('a'), makeUncle('b')] }).txsBlob;
  const read = (bytes: Uint8Array) => readNodeCoinbase(bytes, 0, 0);
  fc.assert(fc.property(damaged(good!.slice(COINBASE_START)), (bytes) => void decodesOrRefuses(read, bytes)));
});
