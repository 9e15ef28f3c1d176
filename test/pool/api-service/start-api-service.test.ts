import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  ApiServiceData,
  FromApiService,
  ToApiService,
} from '../../../pool/api-service/api-service-messages.js';
import { startService } from '../../../pool/api-service/start-api-service.js';
import type { Store } from '../../../pool/ports/store.js';
import { ACCOUNT, LIVE_POOL, POOL } from '../../support/api-lab.js';
import { batchOf } from '../../support/batches.js';
import { embeddedStoreLab } from '../../support/embedded-store-lab.js';
import { memoryStore } from '../../support/memory-store.js';
import { SERVICE_HOST } from '../../support/service-host.js';
import { ADDRESS } from '../../support/test-pool.js';
import { sleep, waitFor } from '../../support/wait.js';

function portIn(told: readonly FromApiService[]): number {
  const [first] = told;
  assert.ok(first?.type === 'listening');
  return first.port;
}

test('faults of the API and of its statistics are told, each once for a while', async () => {
  const broken = async (): Promise<never> => {
    throw new Error('out of order');
  };
  const store: Store = { ...memoryStore(), journals: broken, blocks: broken };
  const told: FromApiService[] = [];
  const data: ApiServiceData = {
    host: '127.0.0.1',
    port: 0,
    pool: POOL,
    trustedProxies: [],
    connectionsPerAddress: 100,
    page: false,
  };
  const service = await startService(store, data, (message) => told.push(message), SERVICE_HOST);
  try {
    const url = `http://127.0.0.1:${portIn(told)}/api/pools/test/blocks`;
    for (const query of ['', '?pageSize=5', '?page=1'])
      assert.equal((await fetch(url + query)).status, 500, query);
    await waitFor('both troubles', () => told.length === 3);
    assert.deepEqual(
      told
        .slice(1)
        .map((message) => message.type === 'trouble' && message.message)
        .toSorted(),
      [
        'a request of the API failed: out of order',
        'statistics can not be read from the store: out of order',
      ],
    );
  } finally {
    await service.close();
  }
});

test('the service reads, serves what it reads and is told, and ends', async () => {
  const lab = await embeddedStoreLab();
  const store = await lab.open();
  const now = await store.now();
  const share = { account: ACCOUNT, name: 'rig', address: ADDRESS, timeMs: now - 1, work: 2n ** 40n };
  await store.apply(batchOf('a'.repeat(16), 1, [share], { throughMs: now }));
  const told: FromApiService[] = [];
  const data: ApiServiceData = {
    host: '127.0.0.1',
    port: 0,
    pool: POOL,
    trustedProxies: [],
    connectionsPerAddress: 100,
    page: false,
  };
  const start = () => startService(store, data, (message) => told.push(message), SERVICE_HOST);
  const service = await start();
  const port = portIn(told);
  const url = `http://127.0.0.1:${port}`;
  const tell = (message: ToApiService): void => service.onMessage(message);
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
      startService(store, { ...data, port }, () => {}, SERVICE_HOST),
      { code: 'ERR_LISTEN', message: /^http\.port: 127\.0\.0\.1:\d+: another program listens there: / },
    );
  } finally {
    await service.close();
    await lab.close();
  }
  await assert.rejects(fetch(`${url}/health`));
});
