// Coinbases that the full node's own code made at real hashrates, and whole blocks that a full node judged.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { addressOfPublicKey, hintOfLockupScript, parseAddress } from '../../protocol/address.js';
import { decodeBlock, encodeBlock } from '../../protocol/block.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { chainIndex } from '../../protocol/chain.js';
import { coinbaseLockMs, sortUncles } from '../../protocol/coinbase.js';
import {
  blockReward,
  blockTimeMsOf,
  MAINNET_EMISSION,
  mainReward,
  uncleReward,
} from '../../protocol/emission.js';
import { decodeHeader } from '../../protocol/header.js';
import { branchOfLastLeaf, merkleRoot, rootOfLastLeaf, txsHashOf } from '../../protocol/merkle.js';
import { outputReferenceOf } from '../../protocol/output-reference.js';
import { type PolwTerms, polwTermsOf, polwThreshold } from '../../protocol/polw.js';
import {
  createPolwCoinbase,
  type PaidUncle,
  type PolwCoinbaseParts,
  type PolwRewards,
  polwDigest,
  polwGasFee,
  polwRewards,
  polwUnlockScript,
} from '../../protocol/polw-coinbase.js';
import { blockHash, chainOfHash } from '../../protocol/pow.js';
import { bitsOfHashrate, bitsOfTarget, targetOfBits } from '../../protocol/target.js';
import { MIN_OUTPUT_AMOUNT, merkleLeafOf, type Transaction } from '../../protocol/transaction.js';
import { decodeTransaction, restTransactionOf } from '../../protocol/transaction-decoder.js';
import { readVectors } from '../support/vectors.js';

interface RecordedCoinbase {
  readonly fromGroup: number;
  readonly toGroup: number;
  readonly timestamp: string;
  readonly targetBits: string;
  readonly polwTarget: string;
  readonly miningReward: string;
  readonly burnt: string;
  readonly burnPrivateKey: string;
  readonly burnPublicKey: string;
  readonly burnAddress: string;
  readonly rewardAddress: string;
  readonly uncles: readonly { hash: string; address: string; heightDiff: number }[];
  readonly minerData: string;
  readonly inputs: readonly { hint: number; key: string; attoAlphAmount: string }[];
  readonly gasAmount: number;
  readonly outputs: readonly { attoAlphAmount: string; address: string }[];
  readonly txId: string;
  readonly signedDigest: string;
  readonly signature: string;
  readonly transaction: string;
  readonly txsHashAlone: string;
  readonly txsHashAfterItself: string;
  readonly txsHashThird: string;
}

const recorded = readVectors<{
  networkId: number;
  coinbaseLockupMs: string;
  thresholdBits: string;
  coinbases: RecordedCoinbase[];
  emission: {
    targetBits: string;
    timestamp: string;
    kind: 'PoW' | 'PoLW';
    miningReward: string;
    burnt: string;
  }[];
}>('polw');

const BLOCK_TIME_MS = blockTimeMsOf('danube');
const bits = (hex: string): bigint => targetOfBits(Number.parseInt(hex, 16));

/** As the recorded coinbases pay: also uncles whose reward is dust, which no node takes. */
function rewardsOf(terms: PolwTerms, uncles: readonly PaidUncle[]): PolwRewards {
  const main = mainReward(terms.netReward, 'danube');
  const paid = sortUncles(uncles).map((uncle) => ({
    ...uncle,
    reward: uncleReward(main, uncle.heightDifference),
  }));
  const rewards = polwRewards(terms, 'danube', uncles);
  const payable = paid.filter(({ reward }) => reward >= MIN_OUTPUT_AMOUNT);
  assert.deepEqual(rewards.uncles, payable);
  if (payable.length === paid.length) return rewards;
  const first =
    terms.burnt +
    blockReward(
      main,
      paid.map(({ reward }) => reward),
    );
  return { first, uncles: paid };
}

/** What the recorded coinbase is made of; the change is what is left. */
function partsOf(row: RecordedCoinbase): PolwCoinbaseParts {
  const timestampMs = BigInt(row.timestamp);
  const terms = polwTermsOf({ target: bits(row.targetBits), timestampMs, blockTimeMs: BLOCK_TIME_MS })!;
  const rewards = rewardsOf(
    terms,
    row.uncles.map(({ hash, address, heightDiff }) => ({
      hash: hexToBytes(hash),
      lockupScript: parseAddress(address)!.lockupScript,
      heightDifference: heightDiff,
    })),
  );
  const change = row.outputs
    .slice(1 + rewards.uncles.length)
    .map(({ attoAlphAmount }) => BigInt(attoAlphAmount));
  return {
    chain: chainIndex(row.fromGroup, row.toGroup),
    networkId: recorded.networkId,
    burnPublicKey: hexToBytes(row.burnPublicKey),
    burnLockupScript: parseAddress(row.burnAddress)!.lockupScript,
    rewardLockupScript: parseAddress(row.rewardAddress)!.lockupScript,
    signature: hexToBytes(row.signature),
    inputs: row.inputs.map(({ hint, key, attoAlphAmount }) => ({
      hint,
      key: hexToBytes(key),
      amount: BigInt(attoAlphAmount),
    })),
    change,
    burnt: terms.burnt,
    rewards,
    timestampMs,
    minerData: hexToBytes(row.minerData),
  };
}

test('the threshold is the recorded one', () => {
  assert.equal(bitsOfTarget(polwThreshold(BLOCK_TIME_MS)), Number.parseInt(recorded.thresholdBits, 16));
  assert.equal(coinbaseLockMs(recorded.networkId), BigInt(recorded.coinbaseLockupMs));
});

for (const { targetBits, timestamp, kind, miningReward, burnt } of recorded.emission) {
  test(`${kind} at target ${targetBits}, time ${timestamp}`, () => {
    const terms = polwTermsOf({
      target: bits(targetBits),
      timestampMs: BigInt(timestamp),
      blockTimeMs: BLOCK_TIME_MS,
    });
    assert.equal(terms === undefined, kind === 'PoW');
    if (terms !== undefined)
      assert.deepEqual([terms.reward, terms.burnt], [BigInt(miningReward), BigInt(burnt)]);
  });
}

recorded.coinbases.forEach((row, i) => {
  test(`coinbase ${i}, chain ${row.fromGroup}-${row.toGroup}, target ${row.targetBits}`, () => {
    const parts = partsOf(row);
    const terms = polwTermsOf({
      target: bits(row.targetBits),
      timestampMs: parts.timestampMs,
      blockTimeMs: BLOCK_TIME_MS,
    })!;
    assert.equal(terms.polwTarget, BigInt(`0x${row.polwTarget}`));
    assert.deepEqual([terms.reward, terms.burnt], [BigInt(row.miningReward), BigInt(row.burnt)]);
    const coinbase = createPolwCoinbase(parts);
    assert.equal(bytesToHex(coinbase.bytes), row.transaction);
    assert.equal(bytesToHex(coinbase.id), row.txId);
    assert.equal(coinbase.unsigned.gasAmount, row.gasAmount);
    const digest = polwDigest(parts.burnLockupScript, parts.rewardLockupScript);
    assert.equal(bytesToHex(digest), row.signedDigest);
    assert.ok(
      secp256k1.verify(parts.signature, digest, parts.burnPublicKey, { prehash: false, lowS: false }),
    );
    assert.deepEqual(decodeTransaction(coinbase.bytes), coinbase);
    // Merkle branches: of this coinbase alone, second and third.
    const leaf = merkleLeafOf(coinbase);
    for (const [before, root] of [
      [0, row.txsHashAlone],
      [1, row.txsHashAfterItself],
      [2, row.txsHashThird],
    ] as const) {
      const branch = branchOfLastLeaf(new Array(before).fill(leaf));
      assert.equal(bytesToHex(rootOfLastLeaf(branch, leaf)), root);
    }
    assert.equal(addressOfPublicKey(parts.burnPublicKey).text, row.burnAddress);
    assert.equal(hintOfLockupScript(parts.burnLockupScript), row.inputs[0]!.hint);
  });
});

test('the branch of the last leaf gives the root, for trees of any size', () => {
  for (let count = 1; count <= 70; count++) {
    const leaves = Array.from({ length: count }, (_, i) => new Uint8Array(32).fill(i + 1));
    const branch = branchOfLastLeaf(leaves.slice(0, -1));
    assert.deepEqual(rootOfLastLeaf(branch, leaves.at(-1)!), merkleRoot(leaves), `${count} leaves`);
    assert.ok(branch.length <= 7);
    assert.notDeepEqual(rootOfLastLeaf(branch, new Uint8Array(32)), merkleRoot(leaves));
  }
});

// ---- whole blocks

interface Judged {
  readonly change?: string;
  readonly accepted?: boolean;
  readonly raw: string;
}
const blocks = readVectors<{
  accepted: (Judged & { hash: string | null; fromGroup: number; toGroup: number })[];
  judged: Judged[];
}>('polw-blocks');
/** The recorded network: its three hashrates were lowered by 38 bits. */
const LOWERED = { ...MAINNET_EMISSION, peakHashrateLog2: 12, stableHashrateLog2: 22, endHashrateLog2: 29 };

blocks.accepted.forEach(({ hash, fromGroup, toGroup, raw }, i) => {
  test(`accepted block ${i} of chain ${fromGroup}-${toGroup} is made again from its parts`, () => {
    const bytes = hexToBytes(raw);
    const block = decodeBlock(bytes);
    assert.deepEqual(encodeBlock(block), bytes);
    // A few were recorded without their hash.
    const ownHash = blockHash(block.header);
    if (hash !== null) assert.equal(bytesToHex(ownHash), hash);
    assert.equal(chainOfHash(ownHash), chainIndex(fromGroup, toGroup));
    const header = decodeHeader(block.header);
    const coinbase = block.transactions.at(-1)!;
    assert.deepEqual(txsHashOf(block.transactions), header.txsHash);
    const branch = branchOfLastLeaf(block.transactions.slice(0, -1).map(merkleLeafOf));
    assert.deepEqual(rootOfLastLeaf(branch, merkleLeafOf(coinbase)), header.txsHash);
    assert.deepEqual(madeAgain(coinbase, header, chainOfHash(ownHash)).bytes, coinbase.bytes);
    const rest = restTransactionOf(coinbase);
    coinbase.unsigned.outputs.forEach((output, i) => {
      const shown = rest.unsigned.fixedOutputs[i]!;
      const { hint, key } = outputReferenceOf(coinbase.id, i, output.lockupScript);
      assert.deepEqual([hint, bytesToHex(key)], [shown.hint, shown.key]);
    });
  });
});

/** The same coinbase from its target, time and outputs: inputs' amounts are what balances. */
function madeAgain(
  coinbase: Transaction,
  header: ReturnType<typeof decodeHeader>,
  chain: number,
): Transaction {
  const { inputs, outputs } = coinbase.unsigned;
  const terms = polwTermsOf(
    { target: targetOfBits(header.targetBits), timestampMs: header.timestamp, blockTimeMs: BLOCK_TIME_MS },
    LOWERED,
  )!;
  const data = outputs[0]!.additionalData;
  const locked = outputs.filter(({ lockTimeMs }) => lockTimeMs > 0n);
  const uncleHashes = locked.slice(1).map((_, i) => data.slice(3 + i * 65, 3 + i * 65 + 32));
  // Height differences are not in the coinbase: those that explain the amounts.
  const candidates = [1, 2, 3, 4, 5, 6, 7];
  const uncles = locked.slice(1).map(({ lockupScript, amount }, i) => ({
    hash: uncleHashes[i]!,
    lockupScript,
    heightDifference: candidates.find(
      (heightDifference) =>
        polwRewards(terms, 'danube', [{ hash: uncleHashes[i]!, lockupScript, heightDifference }]).uncles[0]
          ?.reward === amount,
    )!,
  }));
  const rewards = polwRewards(terms, 'danube', uncles);
  const change = outputs.slice(locked.length).map(({ amount }) => amount);
  const spent = change.reduce(
    (sum, amount) => sum + amount,
    terms.burnt + polwGasFee(inputs.length, outputs.length),
  );
  const publicKey = inputs[0]!.unlockScript.slice(1);
  return createPolwCoinbase({
    chain,
    networkId: coinbase.unsigned.networkId,
    burnPublicKey: publicKey,
    burnLockupScript: addressOfPublicKey(publicKey).lockupScript,
    rewardLockupScript: outputs[0]!.lockupScript,
    signature: coinbase.inputSignatures[0]!,
    inputs: inputs.map((input, i) => ({ ...input, amount: i === 0 ? spent : 0n })),
    change,
    burnt: terms.burnt,
    rewards,
    timestampMs: header.timestamp,
    minerData: data.slice(3 + uncles.length * 65),
  });
}

for (const { change, accepted, raw } of blocks.judged) {
  test(`judged block decodes whole: ${change}`, () => {
    const bytes = hexToBytes(raw);
    assert.deepEqual(encodeBlock(decodeBlock(bytes)), bytes);
    assert.equal(typeof accepted, 'boolean');
  });
}

test('what cannot be a good coinbase is not made', () => {
  const good = partsOf(recorded.coinbases[0]!);
  const [input] = good.inputs;
  const refused: [string, Partial<PolwCoinbaseParts>, RegExp][] = [
    ['no inputs', { inputs: [] }, /"inputs" expected 1 to 256, got 0/],
    [
      'too many inputs',
      { inputs: Array.from({ length: 257 }, () => input!) },
      /"inputs" expected 1 to 256, got 257/,
    ],
    ['an input twice', { inputs: [input!, input!] }, /one twice/],
    ['one atto too much change', { change: good.change.map((amount) => amount + 1n) }, /in sum/],
    ['dust change', { change: [MIN_OUTPUT_AMOUNT - 1n] }, /"change" expected at least/],
    ['a short key', { burnPublicKey: new Uint8Array(32) }, /"publicKey" expected 33 bytes, got 32/],
    ['a short signature', { signature: new Uint8Array(63) }, /"signature" expected 64 bytes, got 63/],
    ['too much data', { minerData: new Uint8Array(256) }, /"minerData" expected at most/],
    ['another burn', { burnt: good.burnt - 1n }, /in sum/],
  ];
  for (const [name, parts, message] of refused) {
    assert.throws(() => createPolwCoinbase({ ...good, ...parts }), { name: 'RangeError', message }, name);
  }
  assert.equal(polwUnlockScript(good.burnPublicKey)[0], 4);
});

test('uncles whose reward would be dust are left out, on both sides of the limit', () => {
  const hash = new Uint8Array(32);
  const lockupScript = parseAddress(recorded.coinbases[0]!.rewardAddress)!.lockupScript;
  const paid = (hashrateEh: bigint): number[] => {
    const target = targetOfBits(bitsOfHashrate(hashrateEh * 2n ** 60n, BLOCK_TIME_MS));
    const terms = polwTermsOf({ target, timestampMs: 1_795_000_000_000n, blockTimeMs: BLOCK_TIME_MS })!;
    return [1, 2, 3, 4, 5, 6, 7].filter(
      (heightDifference) =>
        polwRewards(terms, 'danube', [{ hash, lockupScript, heightDifference }]).uncles.length === 1,
    );
  };
  assert.deepEqual(paid(2n), [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(paid(5n), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(paid(8n), [1, 2, 3, 4, 5]);
  assert.deepEqual(paid(12n), [1, 2, 3]);
});
