import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RestError } from '../../node/rest.js';
import { fetchWalletAddresses, signWithWallet, unlockWallet } from '../../node/rest-wallets.js';
import { FakeRest } from '../support/fake-rest.js';

const HASH = '00'.repeat(32);

test('a node that never answers is given up, and what has another form is no answer', async (t) => {
  const rest = await FakeRest.listen();
  t.after(() => rest.close());
  const place = { endpoint: { host: '127.0.0.1', port: 1, restPort: rest.port }, name: 'pool' };
  rest.answer = () => {};
  await assert.rejects(signWithWallet(place, HASH, { timeoutMs: 50 }), RestError);
  const options = { timeoutMs: 60_000 };
  for (const text of [
    '',
    '{}',
    '{"activeAddress":"a","addresses":[null]}',
    '{"activeAddress":"a","addresses":[{}]}',
  ]) {
    rest.answer = (_, response) => response.end(text);
    await assert.rejects(fetchWalletAddresses(place, options), /expected its addresses, got something else/);
  }
  rest.answer = (_, response) => response.end(`{"signature":"${'00'.repeat(63)}"}`);
  await assert.rejects(signWithWallet(place, HASH, options), /expected a signature, got something else/);
});

test('what a node repeats of what it was sent is not passed on', async (t) => {
  const rest = await FakeRest.listen();
  t.after(() => rest.close());
  const place = { endpoint: { host: '127.0.0.1', port: 1, restPort: rest.port }, name: 'pool' };
  const said = async (status: number, text: string) => {
    rest.answer = (_, response) => response.writeHead(status).end(text);
    return unlockWallet(place, 'hidden', { timeoutMs: 60_000 });
  };
  assert.deepEqual(await said(400, 'hidden is no JSON'), { kind: 'refused', why: '400', isLasting: true });
  assert.deepEqual(await said(500, '{"detail":"hidden"}'), { kind: 'refused', why: '500', isLasting: false });
  assert.deepEqual(await said(404, '{"detail":"pool not found"}'), {
    ...{ kind: 'refused', why: '404 "pool not found"', isLasting: true },
  });
  assert.deepEqual(await said(401, '{"detail":"Wallet is locked"}'), { kind: 'locked' });
});
