import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { readinessSchema } from '../../../../pool/http/api/api-schemas.js';
import { type Store, StoreUnavailableError } from '../../../../pool/ports/store.js';
import { addressOfPublicKey } from '../../../../protocol/address.js';
import { type ApiLab, apiLab } from '../../../support/api-lab.js';
import { blockOf } from '../../../support/batches.js';
import { filledApiLab, jsonOf } from '../../../support/filled-api-lab.js';

let lab: ApiLab;
afterEach(() => lab.close());

async function filled(): Promise<void> {
  lab = await filledApiLab();
}

const json = (path: string, status?: number) => jsonOf(lab, path, status);

test('what can not be answered is told in words', async () => {
  await filled();
  assert.equal((await json('/api/pools/other', 404)).code, 'unknownPool');
  assert.equal((await json('/api/pools/test/miners/nobody', 400)).code, 'invalidAddress');
  assert.equal((await json('/api/pools/test/blocks?page=-1', 400)).code, 'invalidQuery');
  assert.equal((await json('/api/pools/test/blocks?page=1001', 400)).code, 'invalidQuery');
  assert.equal((await json('/api/pools/test/performance?r=Century', 400)).code, 'invalidQuery');
  assert.equal((await json('/api/pool', 404)).code, 'notFound');
  const missing = await lab.get('/api/pools/other');
  assert.equal(missing.headers.get('access-control-allow-origin'), '*', 'a page may read why not');
  const preflight = await lab.get('/api/pools', { method: 'OPTIONS' });
  assert.equal(preflight.status, 204);
  const long = await lab.get(`/api/pools?${'x'.repeat(9_000)}`);
  assert.equal(long.status, 431);
  const post = await lab.get('/api/pools', { method: 'POST', body: '{}' });
  assert.equal(post.status, 405);
  const unknown = addressOfPublicKey(new Uint8Array(33).fill(2)).text;
  assert.equal((await json(`/api/pools/test/miners/${unknown}`, 404)).code, 'unknownMiner');
});

test('until the statistics are read, and while the store is away, it says so', async () => {
  let away = false;
  const shaky = (store: Store): Store =>
    new Proxy(store, {
      get: (target, name) =>
        away && name === 'blocks'
          ? () => Promise.reject(new StoreUnavailableError('away'))
          : Reflect.get(target, name).bind(target),
    });
  lab = await apiLab({}, shaky);
  assert.equal((await json('/api/pools', 503)).code, 'starting');
  await lab.settle();
  await json('/api/pools');
  away = true;
  await json('/api/pools');
  lab.age(6_000);
  assert.equal((await json('/api/pools', 503)).code, 'storeAway');
  away = false;
  await json('/api/pools');
});

test('answers are kept for a moment, may be asked for by their tag, and by any page', async () => {
  await filled();
  const first = await lab.get('/api/pools/test/blocks');
  const tag = first.headers.get('etag')!;
  assert.equal(first.headers.get('access-control-allow-origin'), '*');
  assert.equal(first.headers.get('cache-control'), 'public, max-age=5');
  const again = await lab.get('/api/pools/test/blocks?page=0&junk=1', { headers: { 'If-None-Match': tag } });
  assert.equal(again.status, 304);
  const now = await lab.now();
  await lab.mine([], { throughMs: now, blocksFound: [blockOf(9, now)] });
  assert.equal((await json('/api/pools/test/blocks')).length, 2);
  lab.age(5_001);
  assert.equal((await json('/api/pools/test/blocks')).length, 3);
});

test('an address that asks too often waits, others do not', async () => {
  lab = await apiLab({
    requests: { perSecond: 0.001, burst: 3 },
    trustedProxies: ['127.0.0.1'],
  });
  await lab.settle();
  const ask = async (forwarded?: string) =>
    (await lab.get('/health', forwarded ? { headers: { 'X-Forwarded-For': forwarded } } : {})).status;
  for (let i = 0; i < 3; i++) assert.equal(await ask('192.0.2.1'), 200);
  assert.equal(await ask('192.0.2.1'), 429);
  assert.equal(await ask('192.0.2.99, 192.0.2.1'), 429, 'what a client claims in front is not heard');
  assert.equal(await ask('192.0.2.2'), 200);
  assert.equal(await ask('2001:db8::1'), 200);
  for (let i = 2; i < 4; i++) assert.equal(await ask(`2001:db8::${i}`), 200);
  assert.equal(await ask('2001:db8::ffff'), 429, 'a /64 is one address');
  assert.equal(await ask(), 200);
});

test('without a trusted proxy nobody is believed', async () => {
  lab = await apiLab({ requests: { perSecond: 0.001, burst: 1 } });
  assert.equal((await lab.get('/health', { headers: { 'X-Forwarded-For': '192.0.2.1' } })).status, 200);
  assert.equal((await lab.get('/health', { headers: { 'X-Forwarded-For': '192.0.2.2' } })).status, 429);
});

test('it is ready while a node leads and shares can be recorded, with a store or without', async () => {
  lab = await apiLab();
  const ready = async (status: number) => {
    const response = await lab.get('/ready');
    assert.equal(response.status, status);
    return readinessSchema.parse(await response.json());
  };
  assert.equal((await ready(200)).store, true);
  lab.tell({ storeUp: false });
  assert.deepEqual(await ready(200), {
    ready: true,
    node: true,
    work: true,
    journal: true,
    listeners: true,
    store: false,
  });
  for (const [facts, name] of [
    [{ node: undefined }, 'node'],
    [{ standing: 16 }, 'work'],
    [{ journalWritable: false }, 'journal'],
    [{ listening: false }, 'listeners'],
    [{ storeUp: false, storeFileGone: true }, 'store'],
  ] as const) {
    lab.tell(facts);
    assert.equal((await ready(503))[name], false);
  }
  lab.tell({});
  await ready(200);
  lab.age(6_000);
  await ready(503);
  assert.equal((await lab.get('/health')).status, 200);
});
