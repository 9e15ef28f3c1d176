import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { node } from '@alephium/web3';
import fc from 'fast-check';
import { parseAddress } from '../../protocol/address.js';
import { decodeBlock, encodeBlock } from '../../protocol/block.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { chainIndex } from '../../protocol/chain.js';
import { coinbaseLockMs, createCoinbase } from '../../protocol/coinbase.js';
import {
  blockReward,
  blockTimeMsOf,
  eraAt,
  mainReward,
  miningReward,
  uncleReward,
} from '../../protocol/emission.js';
import { decodeHeader, encodeHeader, HEADER_BYTES } from '../../protocol/header.js';
import { txsHashOf } from '../../protocol/merkle.js';
import { blockHash, chainOfHash } from '../../protocol/pow.js';
import { targetOfBits } from '../../protocol/target.js';
import { createTransaction } from '../../protocol/transaction.js';
import {
  decodeTransaction,
  decodeUnsignedTransaction,
  restTransactionOf,
} from '../../protocol/transaction-decoder.js';
import { damaged } from '../support/arbitraries.js';
import { assertRefused, decodesOrRefuses } from '../support/decoding.js';
import { readVectors } from '../support/vectors.js';

interface RecordedBlock {
  readonly note: string;
  readonly hash: string;
  readonly raw: string;
  readonly entry: {
    readonly timestamp: number;
    readonly chainFrom: number;
    readonly chainTo: number;
    readonly height: number;
    readonly transactions: readonly node.Transaction[];
    readonly txsHash: string;
    readonly target: string;
    readonly ghostUncles: readonly { readonly blockHash: string; readonly miner: string }[];
  };
}

const { blocks } = readVectors<{ blocks: RecordedBlock[] }>('blocks');
const NETWORK_ID = 2;

/** The height difference that explains an uncle's recorded reward. */
function heightDifferenceOf(main: bigint, recorded: bigint): number {
  return [1, 2, 3, 4, 5, 6, 7].find((difference) => uncleReward(main, difference) === recorded) ?? Number.NaN;
}

for (const { note, hash, raw, entry } of blocks) {
  const name = `${note} ${hash.slice(0, 16)}`;
  const bytes = hexToBytes(raw);
  const chain = chainIndex(entry.chainFrom, entry.chainTo);

  test(`block ${name}: hash, chain and Merkle root`, () => {
    const { header, transactions } = decodeBlock(bytes);
    assert.equal(bytesToHex(blockHash(header)), hash);
    assert.equal(chainOfHash(blockHash(header)), chain);
    assert.equal(bytesToHex(txsHashOf(transactions)), entry.txsHash);
    assert.deepEqual(txsHashOf(transactions), decodeHeader(header).txsHash);
  });

  test(`block ${name}: every part back to its bytes`, () => {
    const block = decodeBlock(bytes);
    assert.deepEqual(encodeBlock(block), bytes);
    assert.deepEqual(encodeHeader(decodeHeader(block.header)), block.header);
    for (const [i, transaction] of block.transactions.entries()) {
      const recorded = entry.transactions[i]!;
      assert.equal(bytesToHex(transaction.id), recorded.unsigned.txId);
      assert.deepEqual(createTransaction(transaction.unsigned, transaction.inputSignatures), transaction);
      assert.deepEqual(decodeTransaction(transaction.bytes), transaction);
      const unsignedBytes = transaction.bytes.slice(0, transaction.unsignedLength);
      assert.deepEqual(decodeUnsignedTransaction(unsignedBytes), transaction.unsigned);
      assert.deepEqual(JSON.parse(JSON.stringify(restTransactionOf(transaction))), recorded);
    }
  });

  test(`block ${name}: coinbase from its parts`, () => {
    const recorded = entry.transactions.at(-1)!.unsigned.fixedOutputs;
    const timestampMs = BigInt(entry.timestamp);
    const era = eraAt(timestampMs);
    const reward = miningReward({
      target: targetOfBits(Number.parseInt(entry.target, 16)),
      timestampMs,
      blockTimeMs: blockTimeMsOf(era),
    });
    const main = mainReward(reward, era);
    const uncles = entry.ghostUncles.map((uncle, i) => ({
      hash: hexToBytes(uncle.blockHash),
      lockupScript: parseAddress(uncle.miner)!.lockupScript,
      reward: uncleReward(main, heightDifferenceOf(main, BigInt(recorded[i + 1]!.attoAlphAmount))),
    }));
    const coinbase = createCoinbase({
      chain,
      networkId: NETWORK_ID,
      rewardLockupScript: parseAddress(recorded[0]!.address)!.lockupScript,
      reward: blockReward(
        main,
        uncles.map((uncle) => uncle.reward),
      ),
      uncles,
      lockTimeMs: timestampMs + coinbaseLockMs(NETWORK_ID),
    });
    assert.deepEqual(coinbase, decodeBlock(bytes).transactions.at(-1));
  });
}

test('a block that is decoded is a copy, of a Buffer as well', () => {
  const buffer = Buffer.from(blocks[0]!.raw, 'hex');
  const block = decodeBlock(buffer);
  buffer.fill(0);
  assert.deepEqual(encodeBlock(block), hexToBytes(blocks[0]!.raw));
});

test('random and damaged bytes: a block or a DecodeError', () => {
  const good = fc.constantFrom(...blocks.map((block) => hexToBytes(block.raw)));
  fc.assert(
    fc.property(fc.oneof(good.chain(damaged), fc.uint8Array({ maxLength: 400 })), (bytes) => {
      decodesOrRefuses(decodeBlock, bytes);
    }),
    { numRuns: 500 },
  );
});

test('a block without a transaction, or with bytes behind the last one, is refused', () => {
  const bytes = hexToBytes(blocks[0]!.raw);
  const none = Uint8Array.of(...bytes.subarray(0, HEADER_BYTES), 0);
  assertRefused(() => decodeBlock(none), HEADER_BYTES, /at least 1, got 0/);
  assertRefused(() => decodeBlock(Uint8Array.of(...bytes, 0)), bytes.length, /1 bytes too many/);
  assertRefused(() => decodeBlock(bytes.subarray(0, HEADER_BYTES)), HEADER_BYTES, /number of transactions/);
});
