import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGuest } from '../../../pool/api-guest/api-guest.js';
import type { ApiGuestData, FromApiGuest, ToApiGuest } from '../../../pool/api-guest/api-guest-messages.js';
import { ACCOUNT, LIVE_POOL, POOL } from '../../support/api-lab.js';
import { batchOf } from '../../support/batches.js';
import { embeddedStoreLab } from '../../support/embedded-store-lab.js';
import { ADDRESS } from '../../support/test-pool.js';
import { sleep } from '../../support/wait.js';

test('the guest reads, serves what it reads and is told, and ends', async () => {
  const lab = await embeddedStoreLab();
  const store = await lab.open();
  const now = await store.now();
  const share = { account: ACCOUNT, name: 'rig', address: ADDRESS, timeMs: now - 1, work: 2n ** 40n };
  await store.apply(batchOf('a'.repeat(16), 1, [share], { throughMs: now }));
  const told: FromApiGuest[] = [];
  const data: ApiGuestData = { host: '127.0.0.1', port: 0, pool: POOL, trustedProxies: [] };
  const start = () => startGuest(store, data, (message) => told.push(message as FromApiGuest));
  const guest = await start();
  assert.equal(told[0]!.type, 'listening');
  const { port } = told[0]!;
  const url = `http://127.0.0.1:${port}`;
  const tell = (message: ToApiGuest): void => guest.onMessage(message);
  try {
    assert.equal((await fetch(`${url}/ready`)).status, 503);
    tell({ type: 'facts', frontEnd: 'one', facts: { pool: LIVE_POOL, workers: [] } });
    assert.equal((await fetch(`${url}/ready`)).status, 200);
    let status = 503;
    for (let tries = 0; status === 503; tries++) {
      assert.ok(tries < 500);
      status = (await fetch(`${url}/api/pools/test/miners/${ADDRESS}`)).status;
      await sleep(20);
    }
    assert.equal(status, 200);
    tell({ type: 'gone', frontEnd: 'one' });
    assert.equal((await fetch(`${url}/ready`)).status, 503);
    await assert.rejects(
      startGuest(store, { ...data, port }, () => {}),
      { code: 'EADDRINUSE' },
    );
  } finally {
    await guest.close();
    await lab.close();
  }
  await assert.rejects(fetch(`${url}/health`));
});
