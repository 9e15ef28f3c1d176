// Each deviation that a full node judged, made again here, and the recorded bytes themselves as far as they go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { moneyOf } from '../../../devnet/coins/open-coins.js';
import { findLockFault, findPolwFormFault, findWitnessFault } from '../../../devnet/coins/polw-rules.js';
import type { DevnetNode } from '../../../devnet/node.js';
import type { Template } from '../../../devnet/template.js';
import { decodeBlock } from '../../../protocol/block.js';
import {
  bigIntToBytes,
  bytesToBigInt,
  concatBytes,
  equalBytes,
  hexToBytes,
} from '../../../protocol/bytes.js';
import { COINBASE_GAS_PRICE, encodeCoinbaseData } from '../../../protocol/coinbase.js';
import { ALPH } from '../../../protocol/emission.js';
import { decodeHeader } from '../../../protocol/header.js';
import { polwTermsOf } from '../../../protocol/polw.js';
import { createPolwCoinbase, type PolwCoinbaseParts, polwDigest } from '../../../protocol/polw-coinbase.js';
import { blockHash, chainOfHash } from '../../../protocol/pow.js';
import { targetOfBits } from '../../../protocol/target.js';
import {
  createTransaction,
  MIN_OUTPUT_AMOUNT,
  type Output,
  type Transaction,
  type UnsignedTransaction,
} from '../../../protocol/transaction.js';
import { transferGas } from '../../../protocol/transaction-gas.js';
import { readVectors } from '../../support/vectors.js';
import { KEYS, mineBurning, mineWith, partsFor, setUpPolw, submitWith } from '../polw-setting.js';

interface Judged {
  readonly change: string;
  readonly accepted: boolean;
  readonly reason: string | null;
  readonly raw: string;
}
const { judged, accepted } = readVectors<{
  judged: Judged[];
  accepted: { raw: string; ghostUncles: unknown[] }[];
}>('polw-blocks');
/** Of the recorded network. */
const NETWORK_ID = 2;

/** A chain whose burn address has six coins, its template, and another address's coin. */
const CHAIN = 6;
const COINS = 6;

type Draft = { -readonly [K in keyof UnsignedTransaction]: UnsignedTransaction[K] };

interface Lab {
  readonly node: DevnetNode;
  readonly template: Template;
  /** A good coinbase of one input. */
  readonly parts: PolwCoinbaseParts;
}

/** A good coinbase, then its unsigned part changed; signatures are of addresses alone, so they stay good. */
function altered(lab: Lab, alter: (draft: Draft) => void, signatures?: readonly Uint8Array[]): Transaction {
  const good = createPolwCoinbase(lab.parts);
  const draft: Draft = { ...good.unsigned };
  alter(draft);
  return createTransaction(draft, signatures ?? good.inputSignatures);
}

/** With another output. */
function withOutput(draft: Draft, index: number, change: (output: Output) => Partial<Output>): void {
  draft.outputs = draft.outputs.map((output, i) => (i === index ? { ...output, ...change(output) } : output));
}

/** Takes an amount from output 1, the change. */
const reduceChange = (draft: Draft, by: bigint): void =>
  withOutput(draft, 1, ({ amount }) => ({ amount: amount - by }));

/** What each recorded deviation is here. */
const DEVIATIONS: Readonly<Record<string, (lab: Lab) => Transaction>> = {
  'reward one atto too high': (lab) =>
    altered(lab, (draft) => {
      withOutput(draft, 0, ({ amount }) => ({ amount: amount + 1n }));
      reduceChange(draft, 1n);
    }),
  'reward one atto too low': (lab) =>
    altered(lab, (draft) => {
      withOutput(draft, 0, ({ amount }) => ({ amount: amount - 1n }));
      reduceChange(draft, -1n);
    }),
  'burns one atto less': (lab) => altered(lab, (draft) => reduceChange(draft, -1n)),
  'burns one atto more': (lab) => altered(lab, (draft) => reduceChange(draft, 1n)),
  'reward not locked': (lab) => altered(lab, (draft) => withOutput(draft, 0, () => ({ lockTimeMs: 0n }))),
  'lock time one ms later': (lab) =>
    altered(lab, (draft) => withOutput(draft, 0, ({ lockTimeMs }) => ({ lockTimeMs: lockTimeMs + 1n }))),
  'change locked': (lab) =>
    altered(lab, (draft) => withOutput(draft, 1, () => ({ lockTimeMs: lab.template.header.timestamp + 5n }))),
  'change carries data': (lab) =>
    altered(lab, (draft) => withOutput(draft, 1, () => ({ additionalData: new Uint8Array(70) }))),
  'change in two parts': ({ parts }) => {
    const [change] = parts.change;
    return createPolwCoinbase({ ...parts, change: [change! - ALPH, ALPH] });
  },
  'dust change': (lab) =>
    altered(lab, (draft) => {
      const dust = MIN_OUTPUT_AMOUNT - 1n;
      reduceChange(draft, dust);
      draft.outputs = [...draft.outputs, { ...draft.outputs[1]!, amount: dust }];
    }),
  'gas price 1 too high': (lab) =>
    altered(lab, (draft) => {
      draft.gasPrice += 1n;
    }),
  'gas amount 19999': (lab) =>
    altered(lab, (draft) => {
      draft.gasAmount = 19_999;
    }),
  'gas amount 1 too high, change not reduced': (lab) =>
    altered(lab, (draft) => {
      draft.gasAmount += 1;
    }),
  'gas amount 1 higher, change reduced': (lab) =>
    altered(lab, (draft) => {
      draft.gasAmount += 1;
      reduceChange(draft, COINBASE_GAS_PRICE);
    }),
  'P2PKH unlock': (lab) =>
    altered(lab, (draft) => {
      draft.inputs = draft.inputs.map((input) => ({ ...input, unlockScript: input.unlockScript.with(0, 0) }));
    }),
  'no signature': (lab) => altered(lab, () => {}, []),
  'two signatures': (lab) => altered(lab, () => {}, [lab.parts.signature, lab.parts.signature]),
  'wrong signature': (lab) =>
    createPolwCoinbase({
      ...lab.parts,
      signature: lab.parts.signature.with(40, lab.parts.signature[40]! ^ 1),
    }),
  'wrong chain in the data': (lab) =>
    altered(lab, (draft) =>
      withOutput(draft, 0, () => ({ additionalData: encodeCoinbaseData(CHAIN + 1, []) })),
    ),
  'miner data of 8 bytes': ({ parts }) => createPolwCoinbase({ ...parts, minerData: new Uint8Array(8) }),
  'miner data over 256 bytes': (lab) =>
    altered(lab, (draft) =>
      withOutput(draft, 0, ({ additionalData }) => ({
        additionalData: concatBytes(additionalData, new Uint8Array(257)),
      })),
    ),
  'no inputs': (lab) =>
    altered(lab, (draft) => {
      draft.inputs = [];
    }),
  'script execution flag false': ({ parts }) => {
    const good = createPolwCoinbase(parts);
    return { ...good, bytes: good.bytes.with(good.unsignedLength, 0) };
  },
  'input already spent': ({ node, template }) => {
    const spent = node.state.mainAt(CHAIN, 1)!.transactions.at(-1)!.unsigned.inputs[0]!;
    const { coin } = node.coins!.index.get(Buffer.from(spent.key).toString('hex'))!;
    return createPolwCoinbase(partsFor(node, template, [coin]));
  },
  'change to another address': (lab) =>
    altered(lab, (draft) => withOutput(draft, 1, () => ({ lockupScript: KEYS[7]!.address.lockupScript }))),
  'second input SameAsPrevious': ({ node, template }) => {
    const good = createPolwCoinbase(partsFor(node, template));
    const [first, ...rest] = good.unsigned.inputs;
    const inputs = [first!, ...rest.map((input) => ({ ...input, unlockScript: Uint8Array.of(3) }))];
    return createTransaction({ ...good.unsigned, inputs }, good.inputSignatures);
  },
  // As recorded: a coin that is not there for the chain. One that is there is told apart below.
  'input of another address': ({ node, template }) => {
    const coins = node.coins!.index.ofScript(KEYS[2]!.address.lockupScript).map(({ coin }) => coin);
    const foreign = coins.find(({ group }) => group === 0)!;
    const parts = partsFor(node, template, [foreign]);
    const { hint } = partsFor(node, template).inputs[0]!;
    return createPolwCoinbase({ ...parts, inputs: parts.inputs.map((input) => ({ ...input, hint })) });
  },
  'gas for fewer inputs than there are (6)': ({ node, template }) => {
    const good = createPolwCoinbase(partsFor(node, template));
    assert.equal(good.unsigned.inputs.length, COINS);
    const gasAmount = transferGas(COINS - 1, 2);
    assert.ok(gasAmount < good.unsigned.gasAmount);
    const saved = COINBASE_GAS_PRICE * BigInt(good.unsigned.gasAmount - gasAmount);
    const draft: Draft = { ...good.unsigned, gasAmount };
    reduceChange(draft, -saved);
    return createTransaction(draft, good.inputSignatures);
  },
};

/** Six coins in the burn address of the chain, one block on it, and a new template. */
async function setUpLab(t: Parameters<typeof setUpPolw>[0]): Promise<Lab> {
  const { address } = KEYS[CHAIN]!;
  const own = Array.from({ length: COINS }, () => ({ address: address.text, amount: 10n * ALPH }));
  const foreign = [2, 5].map((chain) => ({ address: KEYS[chain]!.address.text, amount: 10n * ALPH }));
  const { node, clock } = await setUpPolw(t, { coins: [...own, ...foreign] });
  mineBurning(node, CHAIN, (parts) => {
    const all = partsFor(node, node.board.template(CHAIN)).inputs;
    const change = parts.change[0]!;
    assert.equal(all.length, COINS);
    const split = [ALPH, ALPH, ALPH, ALPH, ALPH];
    const outputs = 2 + split.length;
    const fee = COINBASE_GAS_PRICE * BigInt(transferGas(COINS, outputs) - transferGas(COINS, 2));
    return { ...parts, change: [change - 5n * ALPH - fee, ...split] };
  });
  clock.advance(1_000);
  const template = node.board.template(CHAIN);
  const [first] = partsFor(node, template).inputs;
  const coins = node
    .coins!.index.ofScript(address.lockupScript)
    .filter(({ coin }) => equalBytes(hexToBytes(coin.key), first!.key));
  return { node, template, parts: partsFor(node, template, [coins[0]!.coin]) };
}

test('every recorded deviation is here', () => {
  assert.deepEqual(Object.keys(DEVIATIONS).sort(), judged.map(({ change }) => change).sort());
});

for (const { change, accepted: good, reason } of judged) {
  test(`${change}: ${good ? 'accepted' : reason}`, async (t) => {
    const lab = await setUpLab(t);
    const { block, fault } = submitWith(lab.node, lab.template, [DEVIATIONS[change]!(lab)]);
    assert.equal(fault, reason ?? undefined);
    assert.equal(block !== undefined, good);
    assert.equal(lab.node.state.tip(CHAIN).height, good ? 2 : 1);
  });
}

// ---- the recorded bytes

const RECORDED = moneyOf({ polw: { shift: 38 } });
const NEEDS_COINS = new Set(['InvalidCoinbaseReward', 'ExistInvalidTx NonExistInput']);

/** What a block's bytes show without its parents, in the order of the rules; uncles' heights are not in them. */
function faultOfBytes(raw: string) {
  const block = decodeBlock(hexToBytes(raw));
  const header = decodeHeader(block.header);
  const coinbase = block.transactions.at(-1)!;
  const chain = chainOfHash(blockHash(block.header));
  const networkId = NETWORK_ID;
  const { timestamp, targetBits } = header;
  const terms = polwTermsOf(
    { target: targetOfBits(targetBits), timestampMs: timestamp, blockTimeMs: RECORDED.blockTimeMs },
    RECORDED.emission,
  )!;
  const context = { chain, networkId, timestampMs: timestamp, terms, uncles: [] };
  return (
    findPolwFormFault(coinbase, context) ?? findWitnessFault(coinbase) ?? findLockFault(coinbase, context)
  );
}

for (const { change, reason, raw } of judged) {
  test(`recorded bytes, ${change}: ${reason ?? 'nothing to find'}`, () => {
    assert.equal(faultOfBytes(raw), reason === null || NEEDS_COINS.has(reason) ? undefined : reason);
  });
}

test('the recorded bytes of blocks that were accepted show no fault', () => {
  const plain = accepted.filter(({ ghostUncles }) => ghostUncles.length === 0);
  assert.ok(plain.length >= 30);
  for (const { raw } of plain) assert.equal(faultOfBytes(raw), undefined);
});

// ---- what no recording shows

test('a visible coin of another address of the group', async (t) => {
  const lab = await setUpLab(t);
  const foreign = lab.node.coins!.index.ofScript(KEYS[5]!.address.lockupScript)[0]!.coin;
  assert.equal(foreign.group, 1);
  const coinbase = createPolwCoinbase(partsFor(lab.node, lab.template, [foreign]));
  const { fault } = submitWith(lab.node, lab.template, [coinbase]);
  assert.equal(fault, 'ExistInvalidTx InvalidPublicKeyHash');
});

test('an input twice, more than 256 inputs, an output to a third group, another network', async (t) => {
  const lab = await setUpLab(t);
  const refused: [string, (draft: Draft) => void][] = [
    [
      'TxDoubleSpending',
      (draft) => {
        draft.inputs = [...draft.inputs, ...draft.inputs];
      },
    ],
    [
      'TooManyInputs',
      (draft) => {
        draft.inputs = Array.from({ length: 257 }, (_, i) => ({
          ...draft.inputs[0]!,
          key: draft.inputs[0]!.key.with(0, i & 0xff).with(1, i >> 8),
        }));
      },
    ],
    [
      'InvalidOutputGroupIndex',
      (draft) => withOutput(draft, 0, () => ({ lockupScript: KEYS[0]!.address.lockupScript })),
    ],
    [
      'InvalidNetworkId',
      (draft) => {
        draft.networkId += 1;
      },
    ],
  ];
  for (const [name, alter] of refused) {
    const { fault } = submitWith(lab.node, lab.template, [altered(lab, alter)]);
    assert.equal(fault, `ExistInvalidTx ${name}`);
  }
});

test('a root that is not that of the transactions, and no transaction at all', async (t) => {
  const lab = await setUpLab(t);
  const good = createPolwCoinbase(lab.parts);
  const other = createPolwCoinbase({ ...lab.parts, minerData: new Uint8Array(1) });
  let fault: string | undefined;
  lab.node.submitWhole(mineWith(lab.template, [other]), [good], (judged) => {
    fault = judged.fault;
  });
  assert.equal(fault, 'InvalidTxsMerkleRoot');
});

test('the coinbase that came with the template is no good: it burns nothing', async (t) => {
  const lab = await setUpLab(t);
  const { fault } = submitWith(lab.node, lab.template, lab.template.transactions);
  assert.equal(fault, 'InvalidPoLWCoinbaseFormat');
});

test('a signature whose s is in the upper half', async (t) => {
  const lab = await setUpLab(t);
  const { signature, burnPublicKey, burnLockupScript, rewardLockupScript } = lab.parts;
  const s = bytesToBigInt(signature.subarray(32));
  const upper = concatBytes(signature.subarray(0, 32), bigIntToBytes(secp256k1.Point.Fn.ORDER - s, 32));
  const digest = polwDigest(burnLockupScript, rewardLockupScript);
  assert.ok(secp256k1.verify(upper, digest, burnPublicKey, { prehash: false, lowS: false }));
  const coinbase = createPolwCoinbase({ ...lab.parts, signature: upper });
  const { fault } = submitWith(lab.node, lab.template, [coinbase]);
  assert.equal(fault, 'ExistInvalidTx InvalidSignature');
});

test('nothing of the group that the chain leads to: the reward is paid to where it comes from', async (t) => {
  const lab = await setUpLab(t);
  const { lockupScript } = KEYS[CHAIN]!.address;
  const signature = KEYS[CHAIN]!.sign(polwDigest(lockupScript, lockupScript));
  const coinbase = createPolwCoinbase({ ...lab.parts, rewardLockupScript: lockupScript, signature });
  const { fault } = submitWith(lab.node, lab.template, [coinbase]);
  assert.equal(fault, 'ExistInvalidTx InvalidOutputGroupIndex');
});

test('a token in the reward, or in the change', async (t) => {
  const lab = await setUpLab(t);
  for (const index of [0, 1]) {
    const tokens = [{ id: new Uint8Array(32).fill(7), amount: 1n }];
    const coinbase = altered(lab, (draft) => withOutput(draft, index, () => ({ tokens })));
    const { fault } = submitWith(lab.node, lab.template, [coinbase]);
    assert.equal(fault, 'InvalidPoLWCoinbaseFormat');
  }
});
