import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesToHex } from '../../protocol/bytes.js';
import { isSignedBySender } from '../../wallet/transfer-signature.js';
import { walletSigner } from '../../wallet/transfer-signer.js';
import { ALPH, addressOf, walletKeys } from '../support/round-lab.js';

const { publicKey } = walletKeys[1]!;
const asked = {
  ...{ networkId: 4, publicKey, change: 0n, timestampMs: 1_700_000_000_000n },
  inputs: [{ key: new Uint8Array(32).fill(7), amount: 2n * ALPH, lockTimeMs: 0n }],
  destinations: [{ address: addressOf(3), amount: 2n * ALPH - 2n * 10n ** 15n }],
};

test('a wallet signs with the key that is asked for, and shows no other part of its keys', async () => {
  const signer = walletSigner({ networkId: 4, keys: walletKeys });
  for (const [group, key] of signer.keys.entries()) {
    assert.deepEqual(Object.keys(key), ['publicKey', 'address']);
    assert.equal(key.address.text, walletKeys[group]!.address.text);
  }
  const asks: string[] = [];
  const signed = await signer.sign(asked, (id) => asks.push(bytesToHex(id)) === 0);
  assert.ok('signature' in signed);
  const { transfer, signature } = signed;
  assert.deepEqual(asks, [bytesToHex(transfer.id)]);
  assert.ok(isSignedBySender({ id: transfer.id, publicKey }, signature));
});

test('nothing is signed twice, nor for another network', async () => {
  const signer = walletSigner({ networkId: 4, keys: walletKeys });
  await assert.rejects(
    signer.sign(asked, () => true),
    { code: 'ERR_WALLET_TRANSFER' },
  );
  await assert.rejects(
    signer.sign({ ...asked, networkId: 0 }, () => false),
    { code: 'ERR_WALLET_NETWORK' },
  );
});
