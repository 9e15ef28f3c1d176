// Keys of the project's own wallet library are the oracle: recorded ones.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicKeyFromPrivateKey } from '@alephium/web3';
import { bytesToHex } from '../../protocol/bytes.js';
import { accountKeys, MAX_KEY_INDICES } from '../../wallet/account-keys.js';
import { deriveWalletKeys } from '../../wallet/wallet-keys.js';
import { readVectors } from '../support/vectors.js';

interface RecordedWallet {
  readonly mnemonic: string;
  readonly keys: readonly { index: number; publicKey: string; address: string; group: number }[];
}

const { wallets } = readVectors<{ wallets: readonly RecordedWallet[] }>('polw-keys');

for (const { mnemonic, keys: recorded } of wallets) {
  test(`a wallet has the first recorded key of each group: ${mnemonic.split(' ').length} words`, () => {
    const keys = deriveWalletKeys(mnemonic);
    assert.equal(keys.length, 4);
    for (const [group, key] of keys.entries()) {
      const first = recorded.find((each) => each.group === group)!;
      assert.deepEqual(
        [key.index, key.path, bytesToHex(key.publicKey), key.address.text, key.address.group],
        [first.index, `m/44'/1234'/0'/0/${first.index}`, first.publicKey, first.address, group],
      );
      assert.equal(publicKeyFromPrivateKey(bytesToHex(key.privateKey)), first.publicKey);
    }
  });

  test(`keys come in the recorded order, none left out: ${mnemonic.split(' ').length} words`, () => {
    const keys = accountKeys(mnemonic);
    for (const { index, publicKey, address } of recorded) {
      const key = keys.next().value!;
      assert.deepEqual([key.index, bytesToHex(key.publicKey), key.address.text], [index, publicKey, address]);
    }
  });
}

test('an end comes after so many keys', () => {
  let keys = 0;
  for (const { index } of accountKeys(wallets[0]!.mnemonic)) assert.equal(index, keys++);
  assert.equal(keys, MAX_KEY_INDICES);
});
