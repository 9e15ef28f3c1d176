import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { type Store, StoreUnavailableError } from '../../../pool/core/store.js';
import { API_ROUTES } from '../../../pool/http/api-routes.js';
import { errorSchema, readinessSchema } from '../../../pool/http/api-schemas.js';
import { addressOfPublicKey } from '../../../protocol/address.js';
import { ACCOUNT, type ApiLab, apiLab, OTHER_ACCOUNT } from '../../support/api-lab.js';
import { blockOf } from '../../support/batches.js';
import { ADDRESS, OTHER_ADDRESS } from '../../support/test-pool.js';

const D = 2n ** 34n;
let lab: ApiLab;
afterEach(() => lab.close());

/** Ten minutes of shares of two accounts, a block, and refused shares. */
async function filled(...options: Parameters<typeof apiLab>): Promise<ApiLab> {
  lab = await apiLab(...options);
  await lab.pass(3_600_000 - ((await lab.now()) % 3_600_000) + 660_000);
  const now = await lab.now();
  for (let ms = now - 660_000; ms < now; ms += 10_000)
    await lab.mine(
      [
        { account: ACCOUNT, name: 'one', address: ADDRESS, timeMs: ms, work: D, chain: 3, hash: 0 },
        { account: ACCOUNT, name: '__proto__', address: ADDRESS, timeMs: ms + 1, work: 2n * D, chain: 4 },
        { account: OTHER_ACCOUNT, name: '', address: OTHER_ADDRESS, timeMs: ms + 2, work: 7n * D },
      ],
      {
        throughMs: ms + 10_000,
        rejects: ms === now - 10_000 ? [{ account: ACCOUNT, name: 'one', reason: 'stale', count: 2 }] : [],
        blocksFound:
          ms === now - 10_000
            ? [
                blockOf(1, ms, { address: ADDRESS, worker: { account: ACCOUNT, name: 'one' } }),
                blockOf(2, ms + 1, { address: ADDRESS, worker: { account: ACCOUNT, name: 'one' } }),
              ]
            : [],
        blockStates:
          ms === now - 10_000 ? [{ hash: blockOf(2, ms).hash, state: 'refused', atMs: ms + 5 }] : [],
      },
    );
  await lab.settle();
  return lab;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by their schemas.
async function json(path: string, status = 200): Promise<any> {
  const response = await lab.get(path);
  const body = await response.json();
  assert.equal(response.status, status, JSON.stringify(body));
  if (status >= 400) errorSchema.parse(body);
  return body;
}

test('every answer is what its schema says, with data and without', async () => {
  const ask = async () => {
    for (const { path, answer } of API_ROUTES) {
      const real = path.replace(':poolId', 'test').replace(':address', ADDRESS);
      answer.parse(await json(real));
    }
  };
  await filled();
  await ask();
  await lab.close();
  lab = await apiLab();
  await lab.settle();
  lab.tell({ heights: [], targets: [], networkId: undefined, newHeightMs: undefined, node: undefined }, [
    { account: ACCOUNT, name: 'new', address: ADDRESS, connections: 1, agent: 'x', reportedHashrate: 5 },
  ]);
  await ask();
});

test('the pool says what its shares make of it', async () => {
  await filled();
  const { pools } = await json('/api/pools');
  const { pool } = await json('/api/pools/test');
  assert.deepEqual(pools, [pool]);
  const rate = (10 * Number(D)) / 10;
  assert.equal(pool.poolStats.poolHashrate, rate);
  assert.equal(pool.poolStats.hashrates.minute.hashrate, rate);
  assert.ok(pool.poolStats.hashrates.minute.error99 > 0);
  assert.equal(pool.poolStats.sharesPerSecond, 0.3);
  assert.equal(pool.poolStats.connectedMiners, 3);
  assert.equal(pool.poolStats.connectedWorkers, 2);
  assert.equal(pool.chains[3].hashrates.tenMinutes.hashrate, rate / 10);
  assert.equal(pool.chains[3].chain, '0-3');
  assert.equal(pool.chains[3].blockHeight, 102);
  assert.equal(pool.networkStats.blockHeight, 114);
  assert.equal(pool.networkStats.networkType, 'devnet');
  // Targets of 2^224: a hash in 2^32 meets one, and is of the right chain once in 16.
  assert.equal(pool.networkStats.networkDifficulty, 2 ** 36 / 2 ** 34);
  assert.deepEqual(
    pool.topMiners.map(({ miner }: { miner: string }) => miner),
    [OTHER_ADDRESS, ADDRESS],
  );
  assert.equal(pool.totalBlocks, 1, 'the refused one is none');
  assert.equal(pool.ports['20032'].varDiff.targetTime, 4);
  assert.equal(pool.ports['20033'].varDiff, undefined);
  assert.equal(pool.ports['20033'].tls, true);
});

test('a miner is found by its address, with its workers, whatever they are called', async () => {
  await filled();
  lab.tell({}, [
    {
      account: ACCOUNT,
      name: 'one',
      address: ADDRESS,
      connections: 2,
      agent: 'asic/1',
      reportedHashrate: 9e9,
    },
  ]);
  const miner = await json(`/api/pools/test/miners/${ADDRESS}`);
  assert.equal(miner.miner, ADDRESS);
  assert.equal(miner.hashrates.tenMinutes.hashrate, (3 * Number(D)) / 10);
  assert.equal(miner.workerCount, 2);
  assert.equal(miner.connectedWorkers, 1);
  assert.equal(miner.shares, 132);
  assert.equal(miner.work, String(66n * 3n * D));
  assert.deepEqual(miner.rejects, { stale: 2 });
  const [odd, one] = miner.workers;
  assert.equal(odd.name, '__proto__');
  assert.equal(odd.connections, 0);
  assert.equal(odd.agent, undefined);
  assert.equal(one.name, 'one');
  assert.equal(one.connections, 2);
  assert.equal(one.agent, 'asic/1');
  assert.equal(one.reportedHashrate, 9e9);
  assert.equal(one.hashrates.tenMinutes.hashrate, Number(D) / 10);
  assert.equal(one.difficulty, 1);
  assert.deepEqual(one.rejects, { stale: 2 });
  // A hash that begins with 00 01: some 2^16, and a factor of 16 for the chain.
  assert.ok(Math.abs(one.bestShare / 2 ** (16 + 4 - 34) - 1) < 0.01);
  assert.deepEqual(Object.getOwnPropertyNames(miner.performance.workers).toSorted(), ['__proto__', 'one']);
  const samples = await json(`/api/pools/test/miners/${ADDRESS}/performance`);
  assert.deepEqual(miner.performanceSamples, samples);
  assert.equal(samples.length, 1);
  assert.deepEqual(Object.getOwnPropertyNames(samples[0].workers).toSorted(), ['__proto__', 'one']);
  assert.equal(samples[0].workers.one.hashrate * 3, samples[0].total.hashrate);
});

test('charts are sums of what the store keeps', async () => {
  await filled();
  const hours = await json('/api/pools/test/performance');
  assert.equal(hours.stats.length, 1);
  const [{ poolHashrate, sharesPerSecond, activeWorkers }] = hours.stats;
  assert.equal(poolHashrate, (66 * 10 * Number(D)) / 670);
  assert.equal(sharesPerSecond, 198 / 670);
  assert.equal(activeWorkers, 3);
  const days = await json('/api/pools/test/performance?r=Month&i=Day');
  assert.equal(days.stats.length, 1);
});

test('blocks come in pages, newest first, by status', async () => {
  await filled();
  const all = await json('/api/pools/test/blocks');
  assert.deepEqual(
    all.map(({ status, state }: { status: string; state: string }) => [status, state]),
    [
      ['orphaned', 'refused'],
      ['pending', 'sent'],
    ],
  );
  assert.equal(all[0].miner, ADDRESS);
  assert.equal(all[0].worker, 'one');
  assert.equal(all[0].infoLink, undefined, 'a devnet has no explorer');
  assert.deepEqual(await json('/api/pools/test/blocks?page=1&pageSize=1'), [all[1]]);
  assert.deepEqual(await json('/api/pools/test/blocks?state=orphaned'), [all[0]]);
  assert.deepEqual(await json('/api/pools/test/blocks?state=confirmed'), []);
  lab.tell({ networkId: 0 });
  lab.age(60_000);
  assert.match((await json('/api/pools/test/blocks'))[0].infoLink, /^https:\/\/explorer\.alephium\.org\//);
});

test('miners come in pages', async () => {
  await filled();
  const [first, second] = await json('/api/pools/test/miners');
  assert.equal(first.miner, OTHER_ADDRESS);
  assert.deepEqual(await json('/api/pools/test/miners?page=1&pageSize=1'), [second]);
  assert.deepEqual(await json('/api/pools/test/miners?page=9'), []);
});

test('what can not be answered is told in words', async () => {
  await filled();
  assert.equal((await json('/api/pools/other', 404)).code, 'unknownPool');
  assert.equal((await json('/api/pools/test/miners/nobody', 400)).code, 'invalidAddress');
  assert.equal((await json('/api/pools/test/blocks?pageSize=101', 400)).code, 'invalidQuery');
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
    journal: true,
    listeners: true,
    store: false,
  });
  for (const [facts, name] of [
    [{ node: undefined }, 'node'],
    [{ journalWritable: false }, 'journal'],
    [{ listening: false }, 'listeners'],
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

test('no answer holds a remote address', async () => {
  await filled();
  const until = (await lab.now()) + 60_000;
  await lab.store.addBan({ address: '203.0.113.77', untilMs: until, reason: 'garbage' });
  for (const { path } of API_ROUTES) {
    const text = await (
      await lab.get(path.replace(':poolId', 'test').replace(':address', ADDRESS), {
        headers: { 'X-Forwarded-For': '203.0.113.77' },
      })
    ).text();
    assert.doesNotMatch(text, /203\.0\.113|127\.0\.0\.1/);
  }
});
