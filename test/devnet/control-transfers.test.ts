// Transfers' troubles by the control port.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesToHex } from '../../protocol/bytes.js';
import { encodeUnsignedTransaction } from '../../protocol/transaction.js';
import { PAYERS, setUpPayments } from './payment-setting.js';

const WRONG_REQUESTS: readonly [path: string, body: object, what: RegExp][] = [
  ['/conflict', { txId: 'ab' }, /"txId" expected 64 hex digits/],
  ['/conflict', { txId: '0'.repeat(64), unsignedTx: '', signature: '00' }, /"signature" expected 128 hex/],
  ['/conflict', { txId: '0'.repeat(64), unsignedTx: '0004', signature: '00'.repeat(64) }, /"unsignedTx"/],
  ['/drop-transfer', { txId: '0'.repeat(64), copyStays: 1 }, /"copyStays" expected true or false/],
  ['/face', { face: 2 }, /"face" expected 1 to 1/],
  ['/face', { face: 1, lagMs: -1 }, /"lagMs" expected a whole number/],
  ['/face', { face: 1, mempool: 'none' }, /"mempool" expected "shared" or "own"/],
  ['/disturb-rest', { kind: 'burn' }, /"kind" expected "refuse", "delay", "lose" or "none"/],
  ['/disturb-rest', { kind: 'refuse', status: 200 }, /"status" expected a whole number from 400 to 599/],
  ['/mine', { chain: 0, transfers: 'none' }, /"transfers" expected true or false/],
];

test('conflicts, drops, faces and disturbances by the control port; wrong requests are told', async (t) => {
  const options = { controlPort: 0, facePorts: [0] };
  const { devnet, make, send, status } = await setUpPayments(t, options);
  const post = async (path: string, body: object) => {
    const url = `http://127.0.0.1:${devnet.controlPort}${path}`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const paid = await make(1, 2);
  await send(paid);
  const rival = devnet.rivalOf(paid.id, PAYERS[1]!);
  const { body } = await post('/conflict', {
    txId: paid.id,
    unsignedTx: bytesToHex(encodeUnsignedTransaction(rival.unsigned)),
    signature: bytesToHex(rival.inputSignatures[0]!),
  });
  const chains = ['winner', 'loser', 'settling'].map((name) => (body[name] as { chain: string }).chain);
  assert.deepEqual(chains, ['1-0', '1-2', '1-1']);
  assert.equal(await status(paid), 'Conflicted 1/1/0');

  const second = await make(3, 0);
  await send(second);
  assert.deepEqual((await post('/drop-transfer', { txId: second.id })).body, { dropped: true });
  assert.equal(await status(second), 'TxNotFound');

  await post('/face', { face: 1, frozen: true });
  await send(second);
  await post('/mine', { chain: '3-0', transfers: false });
  assert.equal(await status(second), 'MemPooled');
  await post('/mine', { chain: '3-0' });
  assert.deepEqual([await status(second), await status(second, 1)], ['Confirmed 1/0/0', 'MemPooled']);

  await post('/disturb-rest', { kind: 'refuse', path: '/transactions/submit', detail: 'later' });
  assert.deepEqual(await send(second), { status: 503, body: { detail: 'later' } });
  await post('/disturb-rest', { kind: 'refuse', face: 1, requests: 5 });
  assert.deepEqual((await post('/disturb-rest', { kind: 'none', face: 1 })).body, {});
  assert.equal(await status(second, 1), 'MemPooled');

  for (const [path, wrong, what] of WRONG_REQUESTS) {
    const answer = await post(path, wrong);
    assert.equal(answer.status, 400, path);
    assert.match(String(answer.body.error), what);
  }
});
