import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codec } from '@alephium/web3';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { type Address, addressOfPublicKey, parseAddress } from '../../protocol/address.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { MAX_INPUTS } from '../../protocol/transaction.js';
import { decodeTransaction, decodeUnsignedTransaction } from '../../protocol/transaction-decoder.js';
import {
  createTransfer,
  MAX_OUTPUTS,
  parseDestination,
  senderOf,
  signedTransfer,
  type TransferInput,
  type TransferParts,
  transferFee,
} from '../../protocol/transfer.js';
import { readVectors } from '../support/vectors.js';

interface Call {
  readonly name: string;
  readonly path: string;
  readonly status: number;
  readonly body?: {
    readonly fromPublicKey?: string;
    readonly destinations?: readonly {
      readonly address: string;
      readonly attoAlphAmount: string;
      readonly lockTime?: number;
    }[];
    readonly unsignedTx?: string;
    readonly signature?: string;
    readonly gasAmount?: number;
    readonly gasPrice?: string;
  };
  readonly response: { readonly unsignedTx?: unknown; readonly txId?: string; readonly gasAmount?: number };
}

const calls = [...readVectors<{ calls: Call[] }>('transfers').calls, ...payments()];

function payments(): readonly Call[] {
  return readVectors<{ calls: Call[] }>('rest-payments').calls;
}

/** A node builds them, and takes none of them: their inputs are not the sender's. */
const FOREIGN_INPUTS = ['build: an input of somebody else', 'build: an input of another group'];

/** Transfers as nodes built them: one key, no lock times, the gas that is needed. */
const built = calls.filter(
  ({ name, path, status, body, response }) =>
    path === '/transactions/build' &&
    !FOREIGN_INPUTS.includes(name) &&
    status === 200 &&
    typeof response.unsignedTx === 'string' &&
    response.unsignedTx.length > 2 &&
    body?.destinations?.every(
      ({ lockTime, attoAlphAmount }) => lockTime === undefined && /^\d+$/.test(attoAlphAmount),
    ) === true &&
    body.gasAmount === undefined &&
    (body.gasPrice ?? '100000000000') === '100000000000',
);

/** The parts of a node's transaction. What its inputs hold is not in it: the first one gets all of it. */
function partsOf({ body, response }: Call): TransferParts {
  const unsigned = codec.unsignedTxCodec.decode(hexToBytes(response.unsignedTx as string));
  const publicKey = hexToBytes(body!.fromPublicKey!);
  const destinations = body!.destinations!.map(({ address, attoAlphAmount }) => ({
    address: parseAddress(address)!,
    amount: BigInt(attoAlphAmount),
  }));
  const change =
    unsigned.fixedOutputs.length > destinations.length ? unsigned.fixedOutputs.at(-1)!.amount : 0n;
  const paid = unsigned.fixedOutputs.reduce((sum, { amount }) => sum + amount, 0n);
  const fee = BigInt(unsigned.gasAmount) * unsigned.gasPrice;
  return {
    networkId: unsigned.networkId,
    publicKey,
    inputs: unsigned.inputs.map(({ key }, i) => ({
      key,
      amount: i === 0 ? paid + fee : 0n,
      lockTimeMs: 0n,
    })),
    destinations,
    change,
    timestampMs: 0n,
  };
}

test('there are recorded transfers', () => {
  assert.ok(built.length >= 15, `${built.length}`);
  assert.ok(built.some((call) => partsOf(call).change === 0n));
  assert.ok(built.some((call) => partsOf(call).destinations.length > 1));
  assert.ok(built.some((call) => partsOf(call).inputs.length > 10));
  assert.ok(built.some((call) => partsOf(call).destinations[0]!.address.lockupScript[0] === 4));
});

for (const [i, call] of built.entries()) {
  test(`a transfer is byte for byte what a node builds, ${i}: ${call.name}`, () => {
    const parts = partsOf(call);
    const transfer = createTransfer(parts);
    assert.equal(bytesToHex(transfer.bytes), call.response.unsignedTx);
    assert.equal(bytesToHex(transfer.id), call.response.txId);
    assert.equal(transfer.unsigned.gasAmount, call.response.gasAmount);
    assert.equal(transfer.fee, transferFee(parts.inputs.length, transfer.unsigned.outputs.length));
    const { fromGroup, toGroup } = call.response as { fromGroup: number; toGroup: number };
    assert.deepEqual([transfer.from.group, transfer.toGroup], [fromGroup, toGroup]);
    assert.deepEqual(decodeUnsignedTransaction(transfer.bytes), transfer.unsigned);
    assert.deepEqual(senderOf(transfer.unsigned), parts.publicKey);
  });
}

test('what nodes took was signed over the id; the whole transaction is what the SDK makes of it', () => {
  const submitted = calls.filter(({ path, status }) => path === '/transactions/submit' && status === 200);
  const known = new Map(built.map((call) => [call.response.unsignedTx, call]));
  let seen = 0;
  for (const { body } of submitted) {
    const call = known.get(body!.unsignedTx!);
    if (call === undefined) continue;
    seen++;
    const transfer = createTransfer(partsOf(call));
    const signature = hexToBytes(body!.signature!);
    assert.ok(secp256k1.verify(signature, transfer.id, transfer.publicKey, { prehash: false, lowS: false }));
    const { bytes, id } = signedTransfer(transfer, signature);
    const decoded = codec.transactionCodec.decode(bytes);
    assert.deepEqual(decoded.inputSignatures.map(bytesToHex), [body!.signature]);
    assert.deepEqual(codec.transactionCodec.encode(decoded), bytes);
    assert.deepEqual(decodeTransaction(bytes).id, id);
    assert.deepEqual(id, transfer.id);
  }
  assert.ok(seen >= 5, `${seen}`);
});

const ALPH = 10n ** 18n;
const publicKey = secp256k1.getPublicKey(new Uint8Array(32).fill(7));
const own = addressOfPublicKey(publicKey);
/** An address of each group. */
const addresses: Address[] = [];
for (let i = 1; addresses.filter(Boolean).length < 4; i++) {
  const address = addressOfPublicKey(secp256k1.getPublicKey(new Uint8Array(32).fill(i)));
  if (address.text !== own.text) addresses[address.group] ??= address;
}
const foreign = [0, 1, 2, 3].filter((group) => group !== own.group);
const input = (i: number, amount: bigint, lockTimeMs = 0n): TransferInput => ({
  key: Uint8Array.from({ length: 32 }, (_, at) => (at < 2 ? i >> (8 * at) : 9)),
  amount,
  lockTimeMs,
});
const pay = (group: number, amount: bigint) => ({ address: addresses[group]!, amount });
const plain: TransferParts = {
  networkId: 4,
  publicKey,
  inputs: [input(0, ALPH)],
  destinations: [pay(foreign[0]!, ALPH / 2n)],
  change: ALPH / 2n - transferFee(1, 2),
  timestampMs: 1000n,
};

test('gas is exact: the least of a transaction, and beyond it by inputs and outputs', () => {
  assert.equal(transferFee(1, 2), 2n * 10n ** 15n);
  assert.equal(transferFee(8, 2), 28_060n * 10n ** 11n);
  assert.equal(transferFee(MAX_INPUTS, MAX_OUTPUTS), (1000n + 512_000n + 1_152_000n + 2060n) * 10n ** 11n);
});

test('own group and one other, the bounds of numbers and amounts, and a lock that is just over', () => {
  const both = createTransfer({
    ...plain,
    inputs: [input(0, 3n * ALPH, 1000n)],
    destinations: [pay(own.group, ALPH), pay(foreign[1]!, ALPH)],
    change: ALPH - transferFee(1, 3),
  });
  assert.equal(both.toGroup, foreign[1]);
  const within = createTransfer({
    ...plain,
    destinations: [pay(own.group, ALPH / 2n), pay(own.group, ALPH / 2n - transferFee(1, 2))],
    change: 0n,
  });
  assert.equal(within.toGroup, own.group);
  assert.equal(within.unsigned.outputs.length, 2);
  const inputs = Array.from({ length: MAX_INPUTS }, (_, i) => input(i, ALPH));
  const destinations = Array.from({ length: MAX_OUTPUTS - 1 }, () => pay(foreign[2]!, 10n ** 15n));
  const change = 256n * ALPH - 255n * 10n ** 15n - transferFee(256, 256);
  const most = createTransfer({ ...plain, inputs, destinations, change });
  assert.deepEqual(codec.unsignedTxCodec.encode(codec.unsignedTxCodec.decode(most.bytes)), most.bytes);
  const all = [...destinations, pay(foreign[2]!, change)];
  assert.equal(
    createTransfer({ ...plain, inputs, destinations: all, change: 0n }).unsigned.outputs.length,
    256,
  );
});

for (const [what, change, words] of [
  ['no inputs', { inputs: [] }, /"inputs" expected 1 to 256, got 0/],
  [
    '257 inputs',
    { inputs: Array.from({ length: 257 }, (_, i) => input(i, ALPH)) },
    /"inputs" expected 1 to 256, got 257/,
  ],
  [
    'an input twice',
    { inputs: [input(0, ALPH / 2n), input(1, 0n), input(0, ALPH / 2n)] },
    /"inputs\[2\]" expected distinct/,
  ],
  [
    'a locked input',
    { inputs: [input(0, ALPH, 1001n)] },
    /"inputs\[0\]" expected an output that can be spent at 1000, got one that is locked until 1001/,
  ],
  [
    'a key that is too short',
    { inputs: [{ ...input(0, ALPH), key: new Uint8Array(31) }] },
    /"inputs\[0\]\.key" expected 32/,
  ],
  ['no destination', { destinations: [] }, /"destinations" expected 1 to 255, got 0/],
  [
    '256 destinations and change',
    { destinations: Array.from({ length: 256 }, () => pay(foreign[0]!, 10n ** 15n)) },
    /"destinations" expected 1 to 255, got 256/,
  ],
  [
    '257 destinations',
    { destinations: Array.from({ length: 257 }, () => pay(foreign[0]!, 10n ** 15n)), change: 0n },
    /"destinations" expected 1 to 256, got 257/,
  ],
  [
    'two foreign groups',
    { destinations: [pay(foreign[0]!, ALPH / 4n), pay(foreign[1]!, ALPH / 4n)] },
    /expected addresses of group \d and one other, got ones of groups \d and \d$/,
  ],
  [
    'dust',
    { destinations: [pay(foreign[0]!, ALPH / 2n), pay(foreign[0]!, 10n ** 15n - 1n)] },
    /"destinations\[1\]\.amount" expected at least 1000000000000000, got 999999999999999/,
  ],
  ['change that is dust', { change: 1n }, /"change" expected 0 or at least 1000000000000000, got 1/],
  ['negative change', { change: -ALPH }, /"change" expected 0 or at least/],
  ['an atto too much', { inputs: [input(0, ALPH + 1n)] }, /"inputs" expected 10{18} in sum, got 10{17}1/],
  ['an atto too little', { inputs: [input(0, ALPH - 1n)] }, /"inputs" expected 10{18} in sum, got 9{18}/],
  ['a short public key', { publicKey: new Uint8Array(32) }, /"publicKey" expected 33 bytes, got 32/],
  ['a network id of two bytes', { networkId: 256 }, /"networkId" expected 0 to 255, got 256/],
] as const satisfies readonly (readonly [string, Partial<TransferParts>, RegExp])[]) {
  test(`a transfer is refused: ${what}`, () => {
    createTransfer(plain);
    assert.throws(() => createTransfer({ ...plain, ...change }), matching(words));
  });
}

function matching(words: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof RangeError, `${error}`);
    assert.match(error.message, words);
    return true;
  };
}

test('a signature of another length is refused', () => {
  const transfer = createTransfer(plain);
  assert.throws(
    () => signedTransfer(transfer, new Uint8Array(63)),
    matching(/"signature" expected 64 bytes, got 63/),
  );
});

test('a destination is an address that says its group: others are refused, and why', () => {
  const groupless = built
    .flatMap(({ body }) => body!.destinations!)
    .map(({ address }) => address)
    .find((address) => address.includes(':'))!;
  assert.match(groupless, /:[0-3]$/);
  assert.equal(parseDestination(groupless).group, Number(groupless.at(-1)));
  assert.equal(parseDestination(own.text).text, own.text);
  const bare = groupless.slice(0, -2);
  assert.notEqual(parseAddress(bare), undefined);
  assert.throws(
    () => parseDestination(bare),
    matching(/expected a groupless address with its group behind it/),
  );
  for (const group of [4, 9])
    assert.throws(() => parseDestination(`${bare}:${group}`), matching(/expected an Alephium address/));
  assert.throws(
    () => parseDestination('tpxjsWJSaUh5i7XzNAsTWMRtD9QvDTV9zmMNeHHS6jQB'),
    matching(/which is a contract's/),
  );
  for (const text of ['', 'x', `${own.text} `, own.text.slice(0, -2), 'é'.repeat(2000)])
    assert.throws(() => parseDestination(text), matching(/expected an Alephium address/));
});

test('the sender of a transaction that no single key unlocks is unknown', () => {
  const { unsigned } = createTransfer(plain);
  const first = unsigned.inputs[0]!;
  const polw = Uint8Array.of(4, ...publicKey);
  for (const unlockScript of [Uint8Array.of(3), polw, first.unlockScript.subarray(0, 20), new Uint8Array(0)])
    assert.equal(senderOf({ ...unsigned, inputs: [{ ...first, unlockScript }] }), undefined);
  assert.equal(senderOf({ ...unsigned, inputs: [] }), undefined);
});
