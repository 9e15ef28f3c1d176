import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSite } from '../../../pool/http/site.js';
import { ACCOUNT, LIVE_POOL, POOL } from '../../support/api-lab.js';
import { batchOf } from '../../support/batches.js';
import { embeddedStoreLab } from '../../support/embedded-store-lab.js';
import { ADDRESS } from '../../support/test-pool.js';
import { sleep } from '../../support/wait.js';

test('it reads, serves, and ends', async () => {
  const lab = await embeddedStoreLab();
  const store = await lab.open();
  const now = await store.now();
  const share = { account: ACCOUNT, name: 'rig', address: ADDRESS, timeMs: now - 1, work: 2n ** 40n };
  await store.apply(batchOf('a'.repeat(16), 1, [share], { throughMs: now }));
  const errors: Error[] = [];
  const site = await startSite(
    { host: '127.0.0.1', port: 0, pool: POOL },
    { store, onError: (error) => errors.push(error) },
  );
  const url = `http://127.0.0.1:${site.port}`;
  try {
    assert.equal((await fetch(`${url}/ready`)).status, 503);
    site.update('one', { pool: LIVE_POOL, workers: [] });
    assert.equal((await fetch(`${url}/ready`)).status, 200);
    let status = 503;
    for (let tries = 0; status === 503; tries++) {
      assert.ok(tries < 500);
      status = (await fetch(`${url}/api/pools/test/miners/${ADDRESS}`)).status;
      await sleep(20);
    }
    assert.equal(status, 200);
    site.remove('one');
    assert.equal((await fetch(`${url}/ready`)).status, 503);
    await assert.rejects(
      startSite({ host: '127.0.0.1', port: site.port, pool: POOL }, { store, onError: () => {} }),
      { code: 'EADDRINUSE' },
    );
  } finally {
    await site.close();
    await lab.close();
  }
  assert.deepEqual(errors, []);
  await assert.rejects(fetch(`${url}/health`));
});
