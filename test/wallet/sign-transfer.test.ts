// The SDK signs and decodes as nodes do: it is the oracle, and so are recorded answers of a node.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sign } from '@alephium/web3';
import { type Address, parseAddress } from '../../protocol/address.js';
import { blake2b256 } from '../../protocol/blake2b.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { encodeUnsignedTransaction, type UnsignedTransaction } from '../../protocol/transaction.js';
import { decodeUnsignedTransaction } from '../../protocol/transaction-decoder.js';
import { createTransfer, type TransferParts, transferFee } from '../../protocol/transfer.js';
import { acceptSigned, signBuilt, signTransfer } from '../../wallet/sign-transfer.js';
import { compareTransfer } from '../../wallet/transfer-difference.js';
import { signTransferId } from '../../wallet/transfer-signature.js';
import { WalletError } from '../../wallet/wallet-error.js';
import { deriveWalletKeys } from '../../wallet/wallet-keys.js';
import { readVectors } from '../support/vectors.js';
import { MNEMONICS } from '../support/wallet-lab.js';

const ALPH = 10n ** 18n;
const keys = deriveWalletKeys(MNEMONICS[0]);
const wallet = { networkId: 4, keys };
const others = deriveWalletKeys(MNEMONICS[1]);
const [from, to, other] = [keys[1]!, others[2]!, others[1]!];
const NEW = (): boolean => false;
const modules = { wallet, isKnown: NEW };

const input = (i: number, amount = ALPH) => ({
  key: blake2b256(Uint8Array.of(i, i >> 8)),
  amount,
  lockTimeMs: 0n,
});
const inputs = [input(1), input(2), input(3)];
const paid = ALPH + ALPH / 2n;
const asked: TransferParts = {
  networkId: 4,
  publicKey: from.publicKey,
  inputs,
  destinations: [
    { address: to.address, amount: ALPH },
    { address: other.address, amount: ALPH / 2n },
  ],
  change: 3n * ALPH - paid - transferFee(3, 3),
  timestampMs: 1_800_000_000_000n,
};
const transfer = createTransfer(asked);

const CODE =
  (words: RegExp, code = 'ERR_WALLET_TRANSFER') =>
  (error: unknown) => {
    assert.ok(error instanceof WalletError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, words);
    return true;
  };

test('a transfer is signed as the SDK signs it, and is what was asked for', () => {
  const { transfer: signed, signature } = signTransfer(asked, modules);
  assert.deepEqual(signed, transfer);
  assert.equal(bytesToHex(signature), sign(bytesToHex(transfer.id), bytesToHex(from.privateKey)));
  assert.deepEqual(signBuilt(asked, transfer, modules), { transfer, signature });
  assert.deepEqual(acceptSigned(asked, transfer, signature, NEW), { transfer, signature });
});

const { unsigned } = transfer;
const changed = (change: Partial<UnsignedTransaction>): Uint8Array =>
  encodeUnsignedTransaction({ ...unsigned, ...change });
const withInput = (i: number, change: Partial<UnsignedTransaction['inputs'][number]>): Uint8Array =>
  changed({ inputs: unsigned.inputs.with(i, { ...unsigned.inputs[i]!, ...change }) });
const withOutput = (i: number, change: Partial<UnsignedTransaction['outputs'][number]>): Uint8Array =>
  changed({ outputs: unsigned.outputs.with(i, { ...unsigned.outputs[i]!, ...change }) });
const script = ({ address }: { readonly address: Address }): Uint8Array => address.lockupScript;
const unlock = (publicKey: Uint8Array): Uint8Array => Uint8Array.of(0, ...publicKey);
const [one, two, three] = unsigned.outputs as [
  UnsignedTransaction['outputs'][number],
  UnsignedTransaction['outputs'][number],
  UnsignedTransaction['outputs'][number],
];
const [first, second, third] = unsigned.inputs as [
  UnsignedTransaction['inputs'][number],
  UnsignedTransaction['inputs'][number],
  UnsignedTransaction['inputs'][number],
];

/** What a node could have built instead, and what is told of it. */
const WRONG: readonly (readonly [string, Uint8Array, RegExp])[] = [
  [
    'another version',
    Uint8Array.of(1, ...transfer.bytes.subarray(1)),
    /transaction version: expected 0, got 1/,
  ],
  ['another network', changed({ networkId: 0 }), /network id: expected 4, got 0/],
  ['a script', changed({ script: hexToBytes('010100000000') }), /script: /],
  ['more gas', changed({ gasAmount: unsigned.gasAmount + 1 }), /gas: expected 22560, got 22561/],
  ['less gas', changed({ gasAmount: 20_000 }), /gas: expected 22560, got 20000/],
  [
    'a higher gas price',
    changed({ gasPrice: 10n ** 12n }),
    /gas price: expected 100000000000, got 1000000000000/,
  ],
  ['a lower gas price', changed({ gasPrice: 10n ** 9n }), /gas price: /],
  [
    'an input more',
    changed({ inputs: [...unsigned.inputs, { ...third, key: input(4).key }] }),
    /number of inputs: expected 3, got 4/,
  ],
  ['an input less', changed({ inputs: [first, second] }), /number of inputs: expected 3, got 2/],
  ['an input twice', changed({ inputs: [first, second, second] }), /input 2, key: /],
  ['no input', changed({ inputs: [] }), /number of inputs: expected 3, got 0/],
  ['inputs in another order', changed({ inputs: [first, third, second] }), /input 1, key: /],
  ['another input', withInput(1, { key: input(9).key }), /input 1, key: /],
  ['another hint', withInput(2, { hint: second.hint ^ 2 }), /input 2, hint: /],
  ["somebody else's key", withInput(0, { unlockScript: unlock(to.publicKey) }), /input 0, unlock script: /],
  [
    'a key for each input',
    withInput(1, { unlockScript: unlock(from.publicKey) }),
    /input 1, unlock script: /,
  ],
  [
    'an output more',
    changed({ outputs: [...unsigned.outputs, two] }),
    /number of outputs: expected 3, got 4/,
  ],
  ['an output less', changed({ outputs: [one, three] }), /number of outputs: expected 3, got 2/],
  ['outputs in another order', changed({ outputs: [two, one, three] }), /output 0, amount: /],
  [
    'an atto more for somebody',
    withOutput(0, { amount: ALPH + 1n }),
    /output 0, amount: expected 1000000000000000000, got 1000000000000000001/,
  ],
  ['an atto less', withOutput(1, { amount: ALPH / 2n - 1n }), /output 1, amount: /],
  [
    'another payee',
    withOutput(1, { lockupScript: script(others[3]!) }),
    new RegExp(`output 1, payee: expected ${other.address.text}, got ${others[3]!.address.text}`),
  ],
  [
    'a contract as payee',
    withOutput(1, { lockupScript: Uint8Array.of(3, ...new Uint8Array(32)) }),
    /output 1, payee: .* got lockup script 03/,
  ],
  ['a lock', withOutput(0, { lockTimeMs: 1n }), /output 0, lock time: expected 0, got 1/],
  [
    'a token',
    withOutput(0, { tokens: [{ id: new Uint8Array(32), amount: 1n }] }),
    /output 0, tokens: expected 0, got 1/,
  ],
  [
    'data',
    withOutput(2, { additionalData: Uint8Array.of(7) }),
    /output 2, additional data: expected none, got 07/,
  ],
  ['change for somebody else', withOutput(2, { lockupScript: script(other) }), /output 2, payee: /],
  [
    'change at another address of ours',
    withOutput(2, { lockupScript: script(keys[0]!) }),
    /output 2, payee: /,
  ],
  ['less change', withOutput(2, { amount: asked.change - 1n }), /output 2, amount: /],
  ['locked change', withOutput(2, { lockTimeMs: 1_900_000_000_000n }), /output 2, lock time: /],
  ['a byte more', Uint8Array.of(...transfer.bytes, 0), /bytes too many/],
  ['a byte less', transfer.bytes.subarray(0, -1), /additional data/],
  ['nothing', new Uint8Array(0), /transaction version/],
];

for (const [what, bytes, words] of WRONG) {
  test(`not signed: ${what}`, () => {
    const built = { bytes, id: blake2b256(bytes) };
    assert.throws(() => signBuilt(asked, built, modules), CODE(words));
    // Not even with a signature that is right for these bytes.
    const signature = signTransferId({ id: built.id }, from.privateKey);
    assert.throws(() => acceptSigned(asked, built, signature, NEW), CODE(words));
  });
}

test('what differs in a single byte is not signed, whatever the byte is', () => {
  for (let i = 0; i < transfer.bytes.length; i++) {
    const bytes = Uint8Array.from(transfer.bytes);
    bytes[i]! ^= 1;
    const comparison = compareTransfer(asked, bytes);
    assert.ok(!comparison.same && comparison.difference !== '', `byte ${i}`);
  }
});

test('an id that is not that of the bytes is not believed', () => {
  const id = Uint8Array.from(transfer.id).reverse();
  assert.throws(
    () => signBuilt(asked, { bytes: transfer.bytes, id }, modules),
    CODE(/transaction id: expected /),
  );
  const short = transfer.id.subarray(1);
  assert.throws(
    () => signBuilt(asked, { bytes: transfer.bytes, id: short }, modules),
    CODE(/transaction id: /),
  );
});

test('an id that there was before is not signed again', () => {
  const known = { wallet, isKnown: (id: Uint8Array) => bytesToHex(id) === bytesToHex(transfer.id) };
  assert.throws(
    () => signTransfer(asked, known),
    CODE(/transaction id: expected a new one, got [0-9a-f]{64}/),
  );
  assert.throws(() => signBuilt(asked, transfer, known), CODE(/there was before/));
  const { signature } = signTransfer(asked, modules);
  assert.throws(() => acceptSigned(asked, transfer, signature, known.isKnown), CODE(/there was before/));
});

test('a wallet signs on its own network, and for its own addresses', () => {
  assert.throws(
    () => signTransfer({ ...asked, networkId: 0 }, modules),
    CODE(/network id 4/, 'ERR_WALLET_NETWORK'),
  );
  assert.throws(
    () => signTransfer({ ...asked, publicKey: to.publicKey }, modules),
    CODE(/one of the wallet's four/),
  );
});

test('a signature by another key, over another id, or of another length is refused', () => {
  const { signature } = signTransfer(asked, modules);
  // The same signature with s in the upper half, which nodes refuse.
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = BigInt(`0x${bytesToHex(signature.subarray(32))}`);
  const high = hexToBytes(bytesToHex(signature.subarray(0, 32)) + (order - s).toString(16).padStart(64, '0'));
  for (const [what, wrong] of [
    ['another key', signTransferId(transfer, keys[0]!.privateKey)],
    ['another id', signTransferId({ id: blake2b256(transfer.id) }, from.privateKey)],
    ['the upper half', high],
    ['a byte less', signature.subarray(1)],
    ['nothing', new Uint8Array(0)],
    ['zeros', new Uint8Array(64)],
  ] as const)
    assert.throws(
      () => acceptSigned(asked, transfer, wrong, NEW),
      CODE(/signature: expected one by the key of 1/),
      what,
    );
});

test('256 inputs and 256 outputs are signed, one more is not', () => {
  const many = Array.from({ length: 256 }, (_, i) => input(i, ALPH));
  const destinations = Array.from({ length: 255 }, () => ({ address: to.address, amount: ALPH / 2n }));
  const change = 256n * ALPH - 255n * (ALPH / 2n) - transferFee(256, 256);
  const largest = { ...asked, inputs: many, destinations, change };
  const { transfer: signed } = signTransfer(largest, modules);
  assert.deepEqual([signed.unsigned.inputs.length, signed.unsigned.outputs.length], [256, 256]);
  const more = { address: to.address, amount: ALPH };
  const refuse = (parts: TransferParts, words: RegExp): void =>
    assert.throws(() => signTransfer(parts, modules), { name: 'RangeError', message: words });
  refuse(
    { ...largest, inputs: [...many, input(256)], change: change + ALPH },
    /"inputs" expected 1 to 256, got 257/,
  );
  refuse(
    { ...largest, destinations: [...destinations, more], change: change - ALPH },
    /"destinations" expected 1 to 255, got 256/,
  );
  refuse({ ...largest, change: change + 1n }, /"inputs" expected \d+ in sum/);
  refuse({ ...asked, change: 10n ** 15n - 1n }, /"change" expected 0 or at least/);
});

interface Recorded {
  readonly calls: readonly {
    readonly name: string;
    readonly path: string;
    readonly status: number;
    readonly body?: {
      readonly fromPublicKey?: string;
      readonly destinations?: readonly { address: string; attoAlphAmount: string }[];
    };
    readonly response: { readonly unsignedTx?: string; readonly txId?: string };
  }[];
}

/** What a recorded request asks for; how much an input holds, its answer does not say, and only the sum matters. */
function askedBy(call: Recorded['calls'][number], bytes: Uint8Array): TransferParts {
  const met = decodeUnsignedTransaction(bytes);
  const destinations = call.body!.destinations!.map(({ address, attoAlphAmount }) => ({
    address: parseAddress(address)!,
    amount: BigInt(attoAlphAmount),
  }));
  const change = met.outputs[destinations.length]?.amount ?? 0n;
  const fee = transferFee(met.inputs.length, destinations.length + (change > 0n ? 1 : 0));
  const sum = destinations.reduce((total, { amount }) => total + amount, change + fee);
  return {
    networkId: met.networkId,
    publicKey: hexToBytes(call.body!.fromPublicKey!),
    inputs: met.inputs.map(({ key }, i) => ({ key, amount: i === 0 ? sum : 0n, lockTimeMs: 0n })),
    destinations,
    change,
    timestampMs: 0n,
  };
}

for (const [name, least] of [
  ['transfers', 6],
  ['rest-payments', 15],
] as const) {
  test(`what a node has built is recognized, and what is no plain transfer is not: ${name}`, () => {
    const met = { same: 0, differences: [] as string[] };
    for (const call of readVectors<Recorded>(name).calls) {
      const { unsignedTx, txId } = call.response;
      if (call.path !== '/transactions/build' || call.status !== 200 || unsignedTx === undefined) continue;
      if (!/^[0-9a-f]+$/.test(unsignedTx)) continue;
      if (call.body?.destinations?.every(({ attoAlphAmount }) => /^\d+$/.test(attoAlphAmount)) !== true)
        continue;
      const bytes = hexToBytes(unsignedTx);
      const comparison = compareTransfer(askedBy(call, bytes), bytes);
      if (comparison.same) {
        met.same++;
        assert.equal(bytesToHex(comparison.transfer.id), txId, call.name);
      } else met.differences.push(`${call.name}: ${comparison.difference}`);
    }
    assert.ok(met.same >= least, `${met.same}: ${met.differences.join('\n')}`);
    const EXPECTED = /: (?:gas|gas price|input \d+, hint|output \d+, lock time): expected/;
    for (const told of met.differences) assert.match(told, EXPECTED);
  });
}
