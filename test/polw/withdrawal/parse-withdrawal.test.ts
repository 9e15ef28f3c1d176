import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { loadWithdrawal } from '../../../polw/withdrawal/load-withdrawal.js';
import { parseWithdrawal } from '../../../polw/withdrawal/parse-withdrawal.js';
import { signWithdrawal } from '../../../polw/withdrawal/sign-withdrawal.js';
import { WithdrawalError } from '../../../polw/withdrawal/withdrawal.js';
import { withdrawalText } from '../../../polw/withdrawal/withdrawal-text.js';
import { blake2b256 } from '../../../protocol/blake2b.js';
import { bytesToHex, hexToBytes } from '../../../protocol/bytes.js';
import { encodeUnsignedTransaction, type UnsignedTransaction } from '../../../protocol/transaction.js';
import { decodeUnsignedTransaction } from '../../../protocol/transaction-decoder.js';
import { ALPH, KEYS, sourceOf, withdrawalOf } from '../../support/withdrawal-lab.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-withdrawal-'));
after(() => rmSync(folder, { recursive: true }));

interface Entry {
  from: string;
  amount: string;
  fee: string;
  change: string;
  inputs: { key: string; amount: string }[];
  unsignedTx: string;
  txId: string;
  signature?: string;
}
interface File {
  type: unknown;
  networkId: unknown;
  to: unknown;
  amount: unknown;
  transactions: Entry[];
}

const withdrawal = withdrawalOf(7n * ALPH, [sourceOf(1, [2n * ALPH, 3n * ALPH]), sourceOf(6, [4n * ALPH])]);
const signed = signWithdrawal(withdrawal, KEYS);

/** A copy of the file, which a test may change. */
const fileOf = (from = signed): File => JSON.parse(withdrawalText(from)) as File;

test('what was written is read again, unsigned and signed', () => {
  assert.equal(withdrawal.transactions.length, 2);
  for (const each of [withdrawal, signed]) {
    const read = parseWithdrawal(withdrawalText(each));
    assert.equal(withdrawalText(read), withdrawalText(each));
    assert.deepEqual(read.to, each.to);
    for (const [i, { transfer, signature }] of read.transactions.entries()) {
      assert.deepEqual(transfer, each.transactions[i]!.transfer);
      assert.deepEqual(signature, each.transactions[i]!.signature);
    }
  }
});

/** The file with another transaction in it, its id right, as somebody who wants it to be signed would make it. */
function forged(change: (unsigned: UnsignedTransaction) => Partial<UnsignedTransaction>): File {
  const file = fileOf(withdrawal);
  const entry = file.transactions[0]!;
  const unsigned = decodeUnsignedTransaction(hexToBytes(entry.unsignedTx));
  const bytes = encodeUnsignedTransaction({ ...unsigned, ...change(unsigned) });
  entry.unsignedTx = bytesToHex(bytes);
  entry.txId = bytesToHex(blake2b256(bytes));
  return file;
}

const stranger = KEYS[9]!.address;

for (const [what, file, words] of [
  ['no object', [], /^expected an object, got a list$/],
  [
    'another kind of file',
    { ...fileOf(), type: 'authorizations' },
    /^type: expected "polw-withdrawal", got "auth/,
  ],
  [
    'no network',
    { ...fileOf(), networkId: '4' },
    /^networkId: expected a whole number from 0 to 255, got "4"$/,
  ],
  [
    'another network than in the bytes',
    { ...fileOf(), networkId: 0 },
    /^transactions\[0\]\.unsignedTx: expected 0 \(network id\), got 4$/,
  ],
  ['nobody to pay', { ...fileOf(), to: 'nobody' }, /^to: expected an Alephium address, got "nobody"$/],
  [
    'another payee than in the bytes',
    { ...fileOf(), to: stranger.text },
    /^transactions\[0\]\.unsignedTx: expected \d+ to 1\w+ \(output 0 that pays\), got \d+ to 1\w+$/,
  ],
  [
    'a sum that is not true',
    { ...fileOf(), amount: `${8n * ALPH}` },
    /^amount: expected 7000000000000000000, the sum/,
  ],
  [
    'an amount as a number',
    { ...fileOf(), amount: 7 },
    /^amount: expected a whole number of attoALPH in quotes, got 7$/,
  ],
  [
    'no transactions',
    { ...fileOf(), transactions: [] },
    /^transactions: expected a list of 1 to 64, got one of 0$/,
  ],
  [
    'a transaction that is none',
    { ...fileOf(), transactions: ['x'] },
    /^transactions\[0\]: expected an object/,
  ],
  [
    'a transaction twice',
    {
      ...fileOf(),
      transactions: [fileOf().transactions[0], fileOf().transactions[0]],
      amount: `${10n * ALPH}`,
    },
    /^amount: expected \d+, the sum/,
  ],
  [
    'a payee of another group, with two lines that are not there',
    forged(({ outputs }) => ({ outputs: [...outputs, outputs[0]!] })),
    /^transactions\[0\]\.unsignedTx: expected 1 \(number of outputs\), got 2$/,
  ],
  [
    'an output that pays somebody else',
    forged(({ outputs }) => ({
      outputs: outputs.map((output) => ({ ...output, lockupScript: stranger.lockupScript })),
    })),
    /^transactions\[0\]\.unsignedTx: expected \d+ to 1\w+ \(output 0 that pays\), got \d+ to 1\w+$/,
  ],
  [
    'an output to a contract',
    forged(({ outputs }) => ({
      outputs: outputs.map((output) => ({
        ...output,
        lockupScript: Uint8Array.of(3, ...new Uint8Array(32)),
      })),
    })),
    /output 0 that pays\), got \d+ to a lockup script of type 3$/,
  ],
  [
    'another amount in the bytes',
    forged(({ outputs }) => ({
      outputs: outputs.map((output) => ({ ...output, amount: output.amount + 1n })),
    })),
    /\(output 0 that pays\), got \d+ to/,
  ],
  [
    'a higher gas price',
    forged(({ gasPrice }) => ({ gasPrice: gasPrice + 1n })),
    /^transactions\[0\]\.unsignedTx: expected a plain transfer, gas \d+ at 100000000000 and nothing locked, got gas \d+ at 100000000001$/,
  ],
  [
    'an output with a lock',
    forged(({ outputs }) => ({ outputs: outputs.map((output) => ({ ...output, lockTimeMs: 1n })) })),
    /expected a plain transfer/,
  ],
  [
    'an output with data',
    forged(({ outputs }) => ({
      outputs: outputs.map((output) => ({ ...output, additionalData: Uint8Array.of(1) })),
    })),
    /expected a plain transfer/,
  ],
  [
    'an input more than the file says',
    forged(({ inputs }) => ({ inputs: [...inputs, { ...inputs[1]!, key: new Uint8Array(32) }] })),
    /^transactions\[0\]\.inputs: expected 3 \(coins in unsignedTx\), got 2$/,
  ],
  [
    'another input',
    forged(({ inputs }) => ({ inputs: inputs.with(1, { ...inputs[1]!, key: new Uint8Array(32) }) })),
    /^transactions\[0\]\.inputs\[1\]\.key: expected 0{64} \(in unsignedTx\), got/,
  ],
  [
    'another hint',
    forged(({ inputs }) => ({ inputs: inputs.map((input) => ({ ...input, hint: 1 })) })),
    /expected a plain transfer/,
  ],
  [
    'the right to burn as unlock script',
    forged(({ inputs }) => ({
      inputs: inputs.map((input) => ({ ...input, unlockScript: Uint8Array.of(4, ...KEYS[1]!.publicKey) })),
    })),
    /expected inputs that a single key unlocks/,
  ],
  [
    'a key that is no point of the curve',
    forged(({ inputs }) => ({
      inputs: inputs.map((input) => ({ ...input, unlockScript: new Uint8Array(34) })),
    })),
    /expected inputs that a single key unlocks/,
  ],
] as const satisfies readonly (readonly [string, unknown, RegExp])[]) {
  test(`a file is refused: ${what}`, () => refuses(file, words));
}

function refuses(file: unknown, words: RegExp): void {
  assert.throws(
    () => parseWithdrawal(JSON.stringify(file)),
    (error) => {
      assert.ok(error instanceof WithdrawalError, `${error}`);
      assert.match(error.message, words);
      return true;
    },
  );
}

const other = (hex: string): string => (hex.startsWith('0') ? '1' : '0') + hex.slice(1);

for (const [what, change, words] of [
  ['from', { from: stranger.text }, /^transactions\[1\]\.from: expected 1\w+ \(in unsignedTx\), got 1\w+$/],
  [
    'from with a control character',
    { from: '\u001b[2J' },
    /^transactions\[1\]\.from: expected .*, got "\\u001b\[2J"$/,
  ],
  ['amount', { amount: '1' }, /^transactions\[1\]\.unsignedTx: expected 1 to 1\w+ \(output 0 that pays\)/],
  [
    'change',
    { change: `${ALPH}` },
    /^transactions\[1\]\.unsignedTx: expected 1000000000000000000 to 1\w+ \(output 1 that/,
  ],
  ['no change', { change: '0' }, /^transactions\[1\]\.unsignedTx: expected 1 \(number of outputs\), got 2$/],
  [
    'fee',
    { fee: '2000000000000001' },
    /^transactions\[1\]\.fee: expected 2000000000000000 \(that of its gas\), got/,
  ],
  [
    'negative fee',
    { fee: '-1' },
    /^transactions\[1\]\.fee: expected a whole number of attoALPH in quotes, got "-1"$/,
  ],
  ['inputs', { inputs: [] }, /^transactions\[1\]\.inputs: expected a list of 1 to 1, got one of 0$/],
  ['bytes cut off', { unsignedTx: '0004' }, /^transactions\[1\]\.unsignedTx: script: /],
  [
    'bytes not hex',
    { unsignedTx: 'xy' },
    /^transactions\[1\]\.unsignedTx: expected an even number of hex digits/,
  ],
  [
    'no id',
    { txId: undefined },
    /^transactions\[1\]\.txId: expected \w{64} \(that of unsignedTx\), got nothing$/,
  ],
  [
    'another id',
    { txId: '00'.repeat(32) },
    /^transactions\[1\]\.txId: expected \w{64} \(that of unsignedTx\), got 0{64}$/,
  ],
  ['a short signature', { signature: '00' }, /^transactions\[1\]\.signature: expected 128 hex digits/],
  [
    'another signature',
    { signature: other(fileOf().transactions[1]!.signature!) },
    /^transactions\[1\]\.signature: expected one over txId by the key of the burn address/,
  ],
] as const satisfies readonly (readonly [string, Partial<Record<keyof Entry, unknown>>, RegExp])[]) {
  test(`a transaction is refused for what it says: ${what}`, () => {
    const file = fileOf();
    Object.assign(file.transactions[1]!, change);
    refuses(file, words);
  });
}

test('coins are not worth more or less than what is paid, given back and paid for gas', () => {
  const file = fileOf();
  const input = file.transactions[1]!.inputs[0]!;
  input.amount = `${BigInt(input.amount) + 1n}`;
  refuses(file, /^transactions\[1\]: "inputs" expected 4000000000000000000 in sum, got 4000000000000000001$/);
});

test('a coin that two transactions spend is refused', () => {
  const file = fileOf();
  const twice = [file.transactions[1]!, file.transactions[1]!];
  const amount = `${2n * BigInt(file.transactions[1]!.amount)}`;
  refuses(
    { ...file, amount, transactions: twice },
    /^transactions\[1\]\.inputs: expected coins that no other transaction/,
  );
});

test('a signature with s in the upper half is refused', () => {
  const file = fileOf();
  const entry = file.transactions[0]!;
  const order = secp256k1.Point.Fn.ORDER;
  const s = order - BigInt(`0x${entry.signature!.slice(64)}`);
  entry.signature = entry.signature!.slice(0, 64) + s.toString(16).padStart(64, '0');
  refuses(file, /^transactions\[0\]\.signature: expected .* with s in the lower half/);
});

test('no byte of a transaction, and no digit of what is said of it, can be changed', () => {
  const text = withdrawalText(signed);
  // Not the names, nor the blanks: what stands in quotes behind a colon, and numbers.
  const places = [...text.matchAll(/: (?:"([^"]+)"|(\d+))/g)].flatMap((match) =>
    Array.from(
      { length: (match[1] ?? match[2])!.length },
      (_, i) => match.index + match[0].indexOf(match[1] ?? match[2]!) + i,
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.constantFrom(...'0123456789abcdef'), (place, digit) => {
      fc.pre(text[place] !== digit);
      assert.throws(
        () => parseWithdrawal(text.slice(0, place) + digit + text.slice(place + 1)),
        WithdrawalError,
      );
    }),
    { numRuns: 600 },
  );
});

test('a file that is not there, not JSON, or too long, is told with its path', async () => {
  const path = join(folder, 'w.json');
  const told = (words: RegExp) => (error: unknown) => {
    assert.ok(error instanceof WithdrawalError, `${error}`);
    assert.ok(error.message.startsWith(path), error.message);
    assert.match(error.message, words);
    return true;
  };
  await assert.rejects(loadWithdrawal(path), told(/no such file/));
  writeFileSync(path, '{"type":');
  await assert.rejects(loadWithdrawal(path), told(/expected a JSON value at line 1, column 9/));
  writeFileSync(path, '{"type": 1}');
  await assert.rejects(loadWithdrawal(path), told(/: type: expected "polw-withdrawal", got 1$/));
  writeFileSync(path, ' '.repeat(8_388_609));
  await assert.rejects(loadWithdrawal(path), told(/expected at most 8388608 bytes, got a longer file/));
  writeFileSync(path, withdrawalText(signed));
  assert.equal(withdrawalText(await loadWithdrawal(path)), withdrawalText(signed));
});

test('the largest withdrawal fits the longest file', () => {
  const coins = Array.from({ length: 64 * 256 }, () => ALPH);
  const largest = withdrawalOf(64n * 255n * ALPH, [sourceOf(0, coins)]);
  assert.ok(withdrawalText(largest).length < 8_388_608 / 1.5);
});
