import assert from 'node:assert/strict';
import dns from 'node:dns';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, mock, test } from 'node:test';
import { parseAccount } from '../../../../pool/domain/account.js';
import type { ConnectionQuery } from '../../../../pool/domain/connection-facts.js';
import { LOGIN_REFUSALS } from '../../../../pool/domain/login-refusals.js';
import type { PolwWithdrawalOrder, PolwWithdrawalOutcome } from '../../../../pool/domain/polw-withdrawal.js';
import {
  type Admin,
  type AdminModules,
  type AdminOptions,
  startAdmin,
} from '../../../../pool/http/admin/admin.js';
import { createPoolMetrics } from '../../../../pool/metrics/prometheus.js';
import type { MinimumOrder, MinimumOutcome } from '../../../../pool/money/minimums.js';
import type { Ban } from '../../../../pool/ports/store.js';
import { metricFacts } from '../../../support/metric-facts.js';
import { ADDRESS } from '../../../support/test-pool.js';

let admin: Admin;
let bans: Ban[];
let queries: ConnectionQuery[];
const CONNECTION = {
  address: '192.0.2.7',
  listener: 'main',
  agent: 'asic/1',
  workers: ['1abc.rig'],
  difficulty: 0.25,
  accepted: 7,
  rejected: 1,
  sinceMs: 1_750_000_000_000,
};
afterEach(() => admin.close());

async function start(
  options: Partial<AdminOptions> = {},
  modules: Partial<AdminModules> = {},
): Promise<void> {
  const metrics = createPoolMetrics(() => metricFacts(), false);
  queries = [];
  bans = [
    { address: '192.0.2.1', untilMs: 1_750_000_000_000, reason: 'garbage' },
    { address: '2001:db8::/64', untilMs: 1_750_000_000_000, reason: 'flood' },
  ];
  admin = await startAdmin(
    { host: '127.0.0.1', port: 0, hostNames: ['pool'], connectionsPerAddress: 100, ...options },
    {
      metrics: metrics.text,
      metricsContentType: metrics.contentType,
      setMinimum: undefined,
      readiness: () => ({
        ready: false,
        node: false,
        work: false,
        journal: true,
        listeners: true,
        store: true,
      }),
      status: () => ({
        version: '1.2.3',
        node: 'a:10973',
        uptimeMs: 5,
        connections: 1,
        workers: 1,
        accepted: 2,
        rejected: 3,
        miners: 1,
        rejectedBy: { stale: 3 },
        hashesPerSecond: 1_000,
        hashrateOverMs: 60_000,
        blocksFound: 0,
        blocksAccepted: 0,
        nodes: [{ name: 'a:10973', state: 'leading' }],
        refusedLogins: [
          {
            address: '192.0.2.7',
            agent: 'asic/1',
            sent: 'rig1',
            reason: 'noAddress',
            count: 3,
            lastMs: 1_750_000_000_000,
          },
        ],
      }),
      bans: async () => bans,
      removeBan: async (address) => {
        bans = bans.filter((ban) => ban.address !== address);
      },
      connections: async (query) => {
        queries.push(query);
        return { total: 321, connections: [CONNECTION] };
      },
      acceptAddresses: async () => ({ type: 'refused', why: 'they differ' }),
      backup: undefined,
      polw: undefined,
      ...modules,
    },
  );
}

/** With headers of its own: `fetch` sets some itself. */
function ask(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: admin.port, path, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode!, text }));
    })
      .on('error', reject)
      .end();
  });
}

test('it gives metrics, status, health and readiness', async () => {
  await start();
  const metrics = await ask('/metrics', { Host: 'pool:8081' });
  assert.equal(metrics.status, 200);
  assert.match(metrics.text, /^lesswork_pool_connections 3$/m);
  assert.equal((await ask('/health')).status, 200);
  const ready = await ask('/ready');
  assert.equal(ready.status, 503);
  assert.equal(JSON.parse(ready.text).node, false);
  const status = JSON.parse((await ask('/admin/status')).text);
  assert.equal(status.version, '1.2.3');
  assert.deepEqual(status.refusedLogins, [
    {
      address: '192.0.2.7',
      agent: 'asic/1',
      sent: 'rig1',
      reason: 'noAddress',
      count: 3,
      ...LOGIN_REFUSALS.noAddress,
      last: '2025-06-15T15:06:40.000Z',
    },
  ]);
  assert.equal((await ask('/nowhere')).status, 404);
});

test('connections are told page by page, and by address', async () => {
  await start();
  const answer = JSON.parse((await ask('/admin/connections')).text);
  const { sinceMs: _, ...told } = CONNECTION;
  assert.deepEqual(answer, {
    page: 0,
    pageSize: 100,
    total: 321,
    connections: [{ ...told, since: '2025-06-15T15:06:40.000Z' }],
  });
  await ask('/admin/connections?page=3&pageSize=50&address=::ffff:192.0.2.7');
  assert.deepEqual(queries, [
    { offset: 0, limit: 100, address: undefined },
    { offset: 150, limit: 50, address: '192.0.2.7' },
  ]);
  for (const query of [
    'page=-1',
    'page=x',
    'pageSize=0',
    'pageSize=501',
    'page=1e3',
    'address=rig',
    'address=',
  ])
    assert.equal((await ask(`/admin/connections?${query}`)).status, 400, query);
  assert.equal(queries.length, 2);
});

test('bans are listed and ended, in any form of their address', async () => {
  await start();
  const listed = JSON.parse((await ask('/admin/bans')).text);
  assert.deepEqual(listed[0], {
    address: '192.0.2.1',
    until: '2025-06-15T15:06:40.000Z',
    reason: 'garbage',
  });
  assert.equal((await ask('/admin/bans/192.0.2.9', {}, 'DELETE')).status, 404);
  assert.equal((await ask('/admin/bans/everybody', {}, 'DELETE')).status, 400);
  assert.equal((await ask('/admin/bans/192.0.2.1', {}, 'DELETE')).status, 204);
  assert.equal((await ask('/admin/bans/2001:db8:0:0:1:2:3:4', {}, 'DELETE')).status, 204);
  assert.deepEqual(bans, []);
  await admin.close();
  await start();
  assert.equal((await ask('/admin/bans/2001:db8::%2F64', {}, 'DELETE')).status, 204);
  assert.equal(bans.length, 1);
});

test('pages of other hosts can do nothing', async () => {
  await start();
  for (const headers of [
    { Host: 'evil.example' },
    { Host: 'evil.example:8081' },
    { Host: '127.0.0.1.evil.example' },
    { Host: 'localhost', Origin: 'https://evil.example' },
    { Host: 'localhost', 'Sec-Fetch-Site': 'cross-site' },
  ]) {
    assert.equal((await ask('/admin/bans', headers)).status, 403, JSON.stringify(headers));
    assert.equal((await ask('/admin/bans/192.0.2.1', headers, 'DELETE')).status, 403);
  }
  assert.equal(bans.length, 2);
  for (const Host of ['evil.example', 'pool.evil.example', 'evil.pool'])
    assert.equal((await ask('/metrics', { Host })).status, 403, Host);
  assert.equal((await ask('/metrics', { Host: 'pool', Origin: 'http://evil.example' })).status, 403);
  for (const Host of ['localhost:8081', '127.0.0.1', '[::1]:8081', '10.0.0.7:1', 'pool:8081', 'POOL'])
    for (const path of ['/admin/status', '/metrics'])
      assert.equal((await ask(path, { Host })).status, 200, Host);
});

test('a host that is configured by name may be called by it', async () => {
  await start({ host: 'LocalHost' });
  assert.equal((await ask('/admin/status', { Host: `LOCALHOST:${admin.port}` })).status, 200);
  assert.equal((await ask('/admin/status', { Host: 'evil.example' })).status, 403);
});

test('the name that it listens on is no other host, and all others are', async (t) => {
  // No name but localhost points to this machine for certain.
  const lookup = mock.method(dns, 'lookup', (...args: readonly unknown[]) => {
    const [options, done] = args.slice(-2) as [{ readonly all?: boolean }, (...found: unknown[]) => void];
    if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }]);
    else done(null, '127.0.0.1', 4);
  });
  t.after(() => lookup.mock.restore());
  await start({ host: 'Pool_1.bücher.internal' });
  assert.ok(lookup.mock.calls.some(({ arguments: [name] }) => name === 'Pool_1.bücher.internal'));
  const own = 'pool_1.xn--bcher-kva.internal';
  for (const Host of [own, `${own}:8081`, own.toUpperCase(), 'localhost', '127.0.0.1:1'])
    assert.equal((await ask('/admin/status', { Host })).status, 200, Host);
  for (const Host of ['evil.example', `${own}.evil.example`, `evil.${own}`, 'internal'])
    assert.equal((await ask('/admin/status', { Host })).status, 403, Host);
  const foreign = { Host: own, Origin: 'http://evil.example' };
  assert.equal((await ask('/admin/status', foreign)).status, 403);
  // As `lesswork pool accept-addresses` goes there.
  const response = await fetch(`http://Pool_1.bücher.internal:${admin.port}/admin/status`);
  assert.equal(response.status, 200);
  await response.body?.cancel();
});

test('with a token, administration needs it, and metrics do not', async () => {
  await start({ token: 'secret' });
  assert.equal((await ask('/admin/status')).status, 401);
  assert.equal((await ask('/admin/status', { Authorization: 'Bearer secreT' })).status, 401);
  assert.equal((await ask('/admin/status', { Authorization: 'Bearer secret' })).status, 200);
  assert.equal((await ask('/metrics')).status, 200);
});

test('miner addresses are accepted by a request of the operator, or it is said why not', async () => {
  const path = '/admin/miner-addresses/accept';
  await start();
  const refused = await ask(path, {}, 'POST');
  assert.equal(refused.status, 409);
  assert.deepEqual(JSON.parse(refused.text), { code: 'addressesRefused', error: 'they differ' });
  assert.equal((await ask(path)).status, 405, 'looking changes nothing');
  await admin.close();
  const identity = { networkId: 4, minerAddresses: ['a', 'b', 'c', 'd'] };
  let times = 0;
  await start(
    { token: 'secret' },
    {
      acceptAddresses: async () => {
        times++;
        return { type: 'accepted', identity, before: { networkId: 4 } };
      },
    },
  );
  assert.equal((await ask(path, {}, 'POST')).status, 401);
  const Authorization = 'Bearer secret';
  assert.equal((await ask(path, { Authorization, Origin: 'https://evil.example' }, 'POST')).status, 403);
  assert.equal(times, 0);
  const accepted = await ask(path, { Authorization }, 'POST');
  assert.equal(accepted.status, 200);
  assert.deepEqual(JSON.parse(accepted.text), { ...identity, before: { networkId: 4 } });
});

test('a backup is sent as it is made; without one, and while one is under way, that is said', async () => {
  await start();
  assert.match((await ask('/admin/backup', {}, 'POST')).text, /noBackup/);
  await admin.close();
  const content = () => Readable.from([Buffer.from('all of '), Buffer.from('it')]);
  const parts: string[] = [];
  await start(
    {},
    {
      backup: async (of) => {
        parts.push(of);
        return of === 'books' ? { type: 'none' } : { type: 'made', bytes: 9, content: content() };
      },
    },
  );
  assert.deepEqual(await ask('/admin/backup', {}, 'POST'), { status: 200, text: 'all of it' });
  assert.deepEqual(await ask('/admin/backup?of=books', {}, 'POST'), { status: 204, text: '' });
  assert.equal((await ask('/admin/backup?of=all', {}, 'POST')).status, 400);
  assert.deepEqual(parts, ['store', 'books']);
  assert.equal(
    (await ask('/admin/backup')).status,
    405,
    'by POST alone: no page can ask for it by an address',
  );
  await admin.close();
  await start({}, { backup: async () => ({ type: 'running' }) });
  const { status, text } = await ask('/admin/backup', {}, 'POST');
  assert.equal(status, 409);
  assert.match(text, /backupRunning/);
});

test('another method than a path has is refused with those that it has', async () => {
  await start({ token: 'secret' });
  const ask = async (method: string, path: string, token = 'secret') => {
    const url = `http://127.0.0.1:${admin.port}${path}`;
    const answer = await fetch(url, { method, headers: { authorization: `Bearer ${token}` } });
    return [answer.status, answer.headers.get('allow')];
  };
  assert.deepEqual(await ask('POST', '/admin/status'), [405, 'GET, HEAD']);
  assert.deepEqual(await ask('DELETE', '/metrics'), [405, 'GET, HEAD']);
  assert.deepEqual(await ask('GET', '/admin/backup'), [405, 'POST']);
  assert.deepEqual(await ask('GET', '/admin/bans/192.0.2.1'), [405, 'DELETE']);
  assert.deepEqual(await ask('POST', '/admin/nothing'), [404, null]);
  assert.deepEqual(
    await ask('POST', '/admin/status', 'wrong'),
    [401, null],
    'who may not ask learns nothing',
  );
  assert.deepEqual(await ask('HEAD', '/admin/status'), [200, null]);
});

test('withdrawals from the fund: planned, refused, cancelled; none where there is no fund', async () => {
  await start();
  const path = '/admin/polw/withdrawals';
  assert.match((await ask(path, {}, 'POST')).text, /noPolw/);
  assert.equal((await ask(`${path}/w-1/cancel`, {}, 'POST')).status, 404);
  await admin.close();
  const orders: PolwWithdrawalOrder[] = [];
  const withdraw = async (order: PolwWithdrawalOrder): Promise<PolwWithdrawalOutcome> => {
    orders.push(order);
    return order.amount === '5'
      ? { type: 'planned', id: 'w-1', file: '{"type":"polw-withdrawal"}' }
      : { type: 'refused', why: 'too much' };
  };
  await start({}, { polw: { withdraw, cancel: async (id) => id === 'w-1' } });
  assert.deepEqual(await ask(`${path}?to=abc&amount=5&keep=2&fromFund=1`, {}, 'POST'), {
    status: 200,
    text: '{"type":"polw-withdrawal"}',
  });
  const refused = await ask(`${path}?to=abc&amount=6`, {}, 'POST');
  assert.equal(refused.status, 409);
  assert.match(refused.text, /too much/);
  assert.deepEqual(orders, [
    { to: 'abc', amount: '5', keep: '2', fromFund: true },
    { to: 'abc', amount: '6', keep: '0', fromFund: false },
  ]);
  assert.equal((await ask(`${path}/w-1/cancel`, {}, 'POST')).status, 200);
  assert.equal((await ask(`${path}/w-2/cancel`, {}, 'POST')).status, 404);
  assert.equal((await ask(path)).status, 405);
});

test("a miner's minimum is set, and taken back; what makes no sense is told", async () => {
  const orders: MinimumOrder[] = [];
  let outcome: MinimumOutcome = 'done';
  const setMinimum = async (order: MinimumOrder): Promise<MinimumOutcome> => {
    orders.push(order);
    return outcome;
  };
  await start({}, { setMinimum });
  const post = async (path: string): Promise<[number, Record<string, unknown>]> => {
    const response = await fetch(`http://127.0.0.1:${admin.port}/admin/miners/${path}`, { method: 'POST' });
    return [response.status, (await response.json()) as Record<string, unknown>];
  };
  const key = parseAccount(ADDRESS)!.key;
  assert.deepEqual(await post(`${ADDRESS}/minimum?alph=1.5`), [
    200,
    { address: ADDRESS, minimum: '1500000000000000000' },
  ]);
  assert.deepEqual(await post(`${ADDRESS}/minimum?alph=0`), [200, { address: ADDRESS, minimum: null }]);
  assert.deepEqual(orders, [
    { key, amount: 1_500_000_000_000_000_000n },
    { key, amount: undefined },
  ]);
  for (const [path, status, code] of [
    ['nobody/minimum?alph=1', 400, 'invalidAddress'],
    [`${ADDRESS}/minimum`, 400, 'invalidAmount'],
    [`${ADDRESS}/minimum?alph=0.009`, 400, 'invalidAmount'],
    [`${ADDRESS}/minimum?alph=1000001`, 400, 'invalidAmount'],
    [`${ADDRESS}/minimum?alph=-1`, 400, 'invalidAmount'],
  ] as const) {
    const [got, answer] = await post(path);
    assert.deepEqual([got, answer.code], [status, code], path);
  }
  assert.equal(orders.length, 2);
  outcome = 'busy';
  assert.equal((await post(`${ADDRESS}/minimum?alph=1`))[0], 503);
  await admin.close();
  await start();
  assert.deepEqual((await post(`${ADDRESS}/minimum?alph=1`))[1].code, 'noPayouts');
});
