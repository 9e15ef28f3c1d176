import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMnemonic, MnemonicError, parseMnemonic } from '../../wallet/mnemonic.js';
import { readVectors } from '../support/vectors.js';

const { wallets } = readVectors<{ wallets: readonly { readonly mnemonic: string }[] }>('polw-keys');
const [{ mnemonic: twentyFour }, { mnemonic: twelve }] = wallets as [
  (typeof wallets)[0],
  (typeof wallets)[0],
];

test('a mnemonic is made of 32 bytes, and parsed whatever its blanks and case', () => {
  assert.equal(createMnemonic(Uint8Array.from({ length: 32 }, (_, i) => i)), twentyFour);
  assert.equal(parseMnemonic(`\n ${twentyFour.toUpperCase().replaceAll(' ', ' \t\r\n')}  `), twentyFour);
  assert.throws(() => createMnemonic(new Uint8Array(16)), /"entropy" expected 32 bytes, got 16/);
});

for (const [what, text, expected] of [
  ['nothing', ' \n', 'mnemonic: expected 12, 15, 18, 21 or 24 words, got 0'],
  ['13 words', `${twelve} about`, 'mnemonic: expected 12, 15, 18, 21 or 24 words, got 13'],
  [
    'a word of another list',
    twelve.replace(' abandon', ' secretword'),
    'mnemonic: word 2 is none of the English BIP-39 words',
  ],
  ['a cut word', twelve.replace(/about$/, 'abou'), 'mnemonic: word 12 is none of the English BIP-39 words'],
  [
    'a property of all objects',
    twelve.replace(/about$/, 'constructor'),
    'mnemonic: word 12 is none of the English BIP-39 words',
  ],
  ['a wrong checksum', twelve.replace(/about$/, 'abandon'), /^mnemonic: its checksum does not fit/],
  [
    'two words swapped',
    twentyFour.replace('amount liar', 'liar amount'),
    /^mnemonic: its checksum does not fit/,
  ],
] as const) {
  test(`no mnemonic: ${what}`, () => {
    assert.throws(
      () => parseMnemonic(text),
      (error: Error) => {
        assert.ok(error instanceof MnemonicError);
        if (typeof expected === 'string') assert.equal(error.message, expected);
        else assert.match(error.message, expected);
        assert.doesNotMatch(error.message, /abandon|secretword|amount|abou\b/);
        return true;
      },
    );
  });
}
