import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type node, verifySignature } from '@alephium/web3';
import { bytesToHex } from '../../protocol/bytes.js';
import { walletKeys } from '../support/round-lab.js';
import { PASSWORD } from '../support/wallet-lab.js';
import { setUpPayments } from './payment-setting.js';

const HASH = '5a'.repeat(32);

test('wallets answer in the forms of the published API', async (t) => {
  const { call } = await setUpPayments(t, {
    wallets: [{ name: 'pool', password: PASSWORD, keys: walletKeys }],
  });
  const { status, body } = await call('GET', '/wallets');
  assert.deepEqual([status, body], [200, [{ walletName: 'pool', locked: true }]]);
  const ask = async <T>(method: string, path: string, sent?: object): Promise<T> => {
    const answer = await call(method, `/wallets/pool${path}`, sent);
    assert.equal(answer.status, 200, JSON.stringify(answer));
    return answer.body as T;
  };
  await ask('POST', '/unlock', { password: PASSWORD });
  assert.equal((await ask<node.WalletStatus>('GET', '')).locked, false);
  const told = await ask<node.Addresses>('GET', '/addresses');
  assert.equal(told.activeAddress, walletKeys[0]!.address.text);
  assert.deepEqual(
    told.addresses,
    walletKeys.map(({ address, publicKey, path }) => ({
      ...{ address: address.text, publicKey: bytesToHex(publicKey), group: address.group, path },
    })),
  );
  await ask('POST', '/change-active-address', { address: walletKeys[2]!.address.text });
  const { signature } = await ask<node.SignResult>('POST', '/sign', { data: HASH });
  assert.ok(verifySignature(HASH, bytesToHex(walletKeys[2]!.publicKey), signature));
  await ask('POST', '/lock');
  assert.equal((await ask<node.WalletStatus>('GET', '')).locked, true);
});

test('a wallet says no in the words of a node', async (t) => {
  const { call } = await setUpPayments(t, {
    wallets: [{ name: 'pool', password: PASSWORD, keys: walletKeys }],
  });
  const no = async (method: string, path: string, sent?: object) => {
    const { status, body } = await call(method, `/wallets/${path}`, sent);
    return `${status} ${body.detail}`;
  };
  assert.equal(await no('GET', 'other'), '404 other not found');
  assert.equal(await no('POST', 'pool/sign', { data: HASH }), '401 Wallet is locked');
  assert.equal(await no('GET', 'pool/addresses'), '401 Wallet is locked');
  assert.equal(await no('POST', 'pool/unlock', { password: 'x' }), '401 Invalid password');
  const phrase = { password: PASSWORD, mnemonicPassphrase: 'x' };
  assert.equal(await no('POST', 'pool/unlock', phrase), '401 Invalid mnemonic passphrase');
  assert.match(await no('POST', 'pool/unlock', {}), /^400 .*password/);
  await call('POST', '/wallets/pool/unlock', { password: PASSWORD });
  assert.equal(
    await no('POST', 'pool/change-active-address', { address: '1abc' }),
    '400 Unknown address: 1abc',
  );
  assert.equal(await no('POST', 'pool/sign', { data: 'xyz' }), '400 Invalid hex string');
});
