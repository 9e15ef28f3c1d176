import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressFromPublicKey, hashMessage, publicKeyFromPrivateKey, sign } from '@alephium/web3';
import { parseAccount } from '../../../pool/domain/account.js';
import { canSign, hasSigned, messageHash } from '../../../pool/money/signed-message.js';
import { bytesToHex, hexToBytes } from '../../../protocol/bytes.js';

const MESSAGE = 'lesswork pool test: pay Ä from 1.5 ALPH on, at 1';
const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const keyOf = (number: number): string => number.toString(16).padStart(64, '0');

function signedBySdk(privateKey: string, message = MESSAGE): Uint8Array {
  return hexToBytes(sign(hashMessage(message, 'alephium'), privateKey));
}

function accountOf(privateKey: string, type: 'default' | 'gl-secp256k1'): string {
  const publicKey = publicKeyFromPrivateKey(privateKey, type);
  return parseAccount(addressFromPublicKey(publicKey, type))!.key;
}

test('the hash is that of the SDK', () => {
  assert.equal(bytesToHex(messageHash(MESSAGE)), hashMessage(MESSAGE, 'alephium'));
});

for (const type of ['default', 'gl-secp256k1'] as const)
  test(`what the SDK has signed with a key is of that key's address (${type})`, () => {
    for (let number = 1; number <= 8; number++) {
      const account = accountOf(keyOf(number), type);
      const signature = signedBySdk(keyOf(number));
      assert.ok(canSign(account));
      assert.ok(hasSigned(account, MESSAGE, signature), `${number}`);
      assert.ok(!hasSigned(account, `${MESSAGE} `, signature), 'another message');
      assert.ok(!hasSigned(accountOf(keyOf(number + 1), type), MESSAGE, signature), 'another key');
    }
  });

test('no other bytes are a signature, and no other form of the same one', () => {
  const account = accountOf(keyOf(7), 'default');
  const signature = signedBySdk(keyOf(7));
  const s = BigInt(`0x${bytesToHex(signature.subarray(32))}`);
  const high = hexToBytes((N - s).toString(16).padStart(64, '0'));
  assert.ok(!hasSigned(account, MESSAGE, Uint8Array.from([...signature.subarray(0, 32), ...high])));
  for (const bytes of [
    new Uint8Array(64),
    new Uint8Array(64).fill(255),
    signature.subarray(1),
    new Uint8Array(0),
  ])
    assert.ok(!hasSigned(account, MESSAGE, bytes));
});

test('addresses of several keys, scripts and other kinds of keys can not sign so', () => {
  for (const account of ['0102', '0200', '0401', '0402', '0403', '0500', ''])
    assert.ok(!canSign(account), account);
  assert.ok(!hasSigned(`02${accountOf(keyOf(7), 'default').slice(2)}`, MESSAGE, signedBySdk(keyOf(7))));
});
