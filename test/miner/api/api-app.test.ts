import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { afterEach, test } from 'node:test';
import { API_ROUTES } from '../../../miner/api/routes.js';
import { ApiStartError, startMinerApi } from '../../../miner/api/start-miner-api.js';
import { type Answer, MinerApiLab, TOKEN } from '../../support/miner-api-lab.js';
import { RawClient } from '../../support/raw-client.js';
import { waitFor } from '../../support/wait.js';

const labs: MinerApiLab[] = [];
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.api.close();
});

async function start(...args: Parameters<typeof MinerApiLab.start>): Promise<MinerApiLab> {
  const lab = await MinerApiLab.start(...args);
  labs.push(lab);
  return lab;
}

const withToken = { headers: { Authorization: `Bearer ${TOKEN}` } };
const PAUSE = { method: 'pause', id: 1 };

test('every route that only tells is answered without a token; HEAD, too', async () => {
  const lab = await start();
  const told = API_ROUTES.filter(({ needs }) => needs !== 'change');
  assert.ok(told.length > 8);
  for (const { method, path } of told) {
    const { status, text, headers } = await lab.ask(path, { method });
    assert.equal(status, 200, path);
    assert.ok(text.length > 20, path);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['access-control-allow-origin'], undefined, 'no page of another host may read');
    const head = await lab.ask(path, { method: 'HEAD' });
    assert.deepEqual([head.status, head.text], [200, ''], path);
  }
  assert.deepEqual(lab.faults, []);
});

test('the status is the line of --json', async () => {
  const lab = await start();
  const { json, headers } = await lab.ask('/status');
  assert.equal(json.type, 'status');
  assert.equal(json.source, 'stratum+ssl://pool.example:20033');
  assert.equal(json.shares.acceptedWork, '18446744073709551617');
  assert.equal(json.chains['0-0'], 2);
  assert.equal(headers['cache-control'], 'no-store');
});

test('metrics: values of the moment, names of devices as labels', async () => {
  const lab = await start();
  const first = (await lab.ask('/metrics')).text;
  assert.match(first, /^lesswork_miner_shares_accepted_total 100$/m);
  assert.match(first, /^lesswork_miner_shares_rejected_total\{reason="lowDifficulty"\} 2$/m);
  assert.match(first, /^lesswork_miner_device_temperature_celsius\{device="RTX 4090"\} 61\.4$/m);
  assert.doesNotMatch(first, /^lesswork_miner_device_temperature_celsius\{device="cpu/m);
  lab.status = { ...lab.status, shares: undefined, session: undefined };
  const second = (await lab.ask('/metrics')).text;
  assert.doesNotMatch(second, /^lesswork_miner_(shares|share|accepted)_?\w* \d/m);
  assert.match(second, /^lesswork_miner_connected 0$/m);
});

test('without a token nothing can be changed, whatever is sent along', async () => {
  const lab = await start();
  for (const answer of [await lab.rpc(PAUSE), await lab.rpc(PAUSE, TOKEN)]) {
    assert.equal(answer.status, 403);
    assert.deepEqual([answer.json.status, answer.json.code], [403, 'restricted']);
  }
  assert.deepEqual(lab.told, []);
  assert.equal((await lab.ask('/2/summary')).json.restricted, true);
});

test('with a token each request carries it, but for the files of the page; a wrong one is told apart from none', async () => {
  const lab = await start({ token: MinerApiLab.secret() });
  for (const { method, path, needs } of API_ROUTES.filter((route) => route.method === 'GET')) {
    const none = await lab.ask(path, { method });
    assert.equal(none.status, needs === 'files' ? 200 : 401, path);
    if (needs === 'files') continue;
    assert.equal(none.headers['www-authenticate'], 'Bearer');
    assert.equal((await lab.ask(path, withToken)).status, 200, path);
  }
  for (const wrong of [TOKEN.slice(1), `${TOKEN}x`, TOKEN.toUpperCase(), '', 'ä'.repeat(30)]) {
    const headers = { Authorization: Buffer.from(`Bearer ${wrong}`).toString('latin1') };
    const { status, text } = await lab.ask('/2/summary', { headers });
    assert.equal(status, 403);
    assert.ok(!text.includes(TOKEN));
    assert.equal((await lab.rpc(PAUSE, undefined, headers)).status, 403);
  }
  assert.equal((await lab.rpc(PAUSE)).status, 401);
  assert.deepEqual(lab.told, []);
  assert.equal((await lab.ask('/2/summary', withToken)).json.restricted, false);
});

test('pause, resume and stop; what is no such request is told as JSON-RPC has it', async () => {
  const lab = await start({ token: MinerApiLab.secret() });
  for (const method of ['pause', 'resume', 'stop']) {
    const { status, json } = await lab.rpc({ method, id: `my ${method}` }, TOKEN);
    assert.equal(status, 200);
    assert.deepEqual(json, { result: { status: 'OK' }, jsonrpc: '2.0', id: `my ${method}` });
  }
  assert.deepEqual(lab.told, ['pause', 'resume', 'stop']);
  for (const [body, code, id] of [
    ['{"method":', -32700, null],
    ['', -32700, null],
    ['null', -32600, null],
    ['[]', -32600, null],
    ['{"id": 7}', -32600, 7],
    ['{"method": 5, "id": {"a": 1}}', -32600, null],
    ['{"method": "toString", "id": 1}', -32601, 1],
    ['{"method": "start"}', -32601, null],
  ] as const) {
    const { status, json } = await lab.rpc(body, TOKEN);
    assert.equal(status, 200, body);
    assert.deepEqual([json.error.code, json.id], [code, id], body);
  }
  assert.equal(lab.told.length, 3);
});

test('settings: told, taken up, and what becomes of them', async () => {
  const lab = await start({ token: MinerApiLab.secret() });
  for (const path of ['/1/config', '/2/config']) {
    assert.equal((await lab.ask(path)).status, 401);
    assert.deepEqual((await lab.ask(path, withToken)).json, {
      nodes: [{ host: 'a' }],
      apiKey: { env: 'KEY' },
    });
    const put = (body: string): Promise<Answer> =>
      lab.ask(path, {
        method: 'PUT',
        headers: { ...withToken.headers, 'Content-Type': 'application/json' },
        body,
      });
    lab.outcome = { applied: true, changed: ['threads'], atRestart: [], written: true };
    const done = await put('{"threads": 2}');
    assert.deepEqual([done.status, done.text], [204, '']);
    lab.outcome = { applied: true, changed: [], atRestart: ['api'], written: false, notWritten: 'no file' };
    const later = await put('{"api": {}}');
    assert.deepEqual(
      [later.status, later.json],
      [200, { changed: [], atRestart: ['api'], written: false, notWritten: 'no file' }],
    );
    lab.outcome = { applied: false, problems: ['thread: unknown setting; did you mean "threads"?'] };
    const refused = await put('{"thread": 2}');
    assert.equal(refused.status, 400);
    assert.deepEqual(refused.json.problems, ['thread: unknown setting; did you mean "threads"?']);
    assert.match((await put('{"threads": ')).json.problems[0], /^configuration: expected/);
    assert.deepEqual(lab.told.splice(0), ['{"threads":2}', '{"api":{}}', '{"thread":2}']);
    assert.equal(
      (await lab.ask(path, { method: 'PUT', headers: withToken.headers, body: '{}' })).status,
      415,
    );
    assert.deepEqual(lab.told, []);
  }
});

test('settings are told to nobody where there is no token', async () => {
  const lab = await start();
  assert.deepEqual((await lab.ask('/1/config')).json.code, 'restricted');
});

test('this host goes by its addresses and names, and by no other', async () => {
  const lab = await start();
  const { port } = lab.api;
  for (const host of [
    '127.0.0.1',
    `127.0.0.1:${port}`,
    '[::1]:1',
    'localhost',
    hostname(),
    `${hostname()}.local:${port}`,
  ])
    assert.equal((await lab.ask('/status', { headers: { Host: host } })).status, 200, host);
  for (const host of [
    'attacker.example',
    `attacker.example:${port}`,
    'localhost.attacker.example',
    '127.0.0.1.attacker.example',
    'x',
  ])
    for (const path of ['/', '/status', '/metrics', '/json_rpc']) {
      const method = path === '/json_rpc' ? 'POST' : 'GET';
      const { status, json } = await lab.ask(path, { method, headers: { Host: host } });
      assert.deepEqual([status, json.code], [403, 'foreignHost'], `${host} ${path}`);
    }
});

test('pages of other hosts may not ask; links from them lead to the page', async () => {
  const lab = await start({ token: MinerApiLab.secret() });
  const own = `127.0.0.1:${lab.api.port}`;
  for (const headers of [
    { Origin: 'https://attacker.example' },
    { Origin: 'null' },
    { Origin: `https://${own}` },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ]) {
    const asked = { headers: { Host: own, ...withToken.headers, ...headers } as Record<string, string> };
    const { status, json } = await lab.ask('/status', asked);
    assert.deepEqual([status, json.code], [403, 'foreignPage'], JSON.stringify(headers));
    assert.equal((await lab.rpc(PAUSE, TOKEN, headers as Record<string, string>)).status, 403);
    const preflight = await lab.ask('/json_rpc', { method: 'OPTIONS', headers: asked.headers });
    assert.equal(preflight.status, 403);
    assert.equal(preflight.headers['access-control-allow-origin'], undefined);
  }
  assert.equal((await lab.ask('/', { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status, 200);
  const same = { Host: own, Origin: `http://${own}`, 'Sec-Fetch-Site': 'same-origin' };
  assert.equal((await lab.rpc(PAUSE, TOKEN, same)).status, 200);
  assert.deepEqual(lab.told, ['pause']);
});

test('a page that is named may ask: its preflight, its requests, and no other', async () => {
  const origin = 'https://dashboard.example';
  const lab = await start({ token: MinerApiLab.secret(), origins: [origin] });
  const preflight = await lab.ask('/json_rpc', {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Sec-Fetch-Site': 'cross-site',
      'Access-Control-Request-Private-Network': 'true',
    },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers['access-control-allow-origin'], origin);
  assert.match(String(preflight.headers['access-control-allow-headers']), /Authorization/);
  assert.equal(preflight.headers['access-control-allow-private-network'], 'true');
  const asked = await lab.ask('/2/summary', { headers: { ...withToken.headers, Origin: origin } });
  assert.deepEqual([asked.status, asked.headers['access-control-allow-origin']], [200, origin]);
  assert.equal((await lab.ask('/2/summary', { headers: { Origin: origin } })).status, 401);
  const other = await lab.ask('/2/summary', {
    headers: { ...withToken.headers, Origin: `${origin}.attacker.example` },
  });
  assert.deepEqual([other.status, other.headers['access-control-allow-origin']], [403, undefined]);
});

test('a body of a megabyte, of unknown length, or that is no JSON is refused, and the next request answered', async () => {
  const lab = await start({ token: MinerApiLab.secret() });
  const large = await lab.rpc(`{"method":"pause","pad":"${'x'.repeat(1_000_000)}"}`, TOKEN);
  assert.deepEqual([large.status, large.json.code], [413, 'tooLarge']);
  const chunked = await lab
    .rpc('{}', TOKEN, { 'Transfer-Encoding': 'chunked', 'Content-Length': '' })
    .catch(() => undefined);
  assert.ok(chunked === undefined || chunked.status === 411 || chunked.status === 400);
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonish',
  ])
    assert.equal((await lab.rpc(PAUSE, TOKEN, { 'Content-Type': type })).status, 415, type);
  assert.deepEqual(lab.told, []);
  assert.equal(
    (await lab.rpc(PAUSE, TOKEN, { 'Content-Type': 'application/json; charset=utf-8' })).status,
    200,
  );
});

test('what is not there, and methods that a path has not', async () => {
  const lab = await start();
  for (const path of ['/nothing', '/1/config/x', '/page.css/../../package.json', '/%2e%2e/package.json'])
    assert.deepEqual((await lab.ask(path)).json.code, 'notFound', path);
  const { status, headers } = await lab.ask('/2/summary', { method: 'DELETE' });
  assert.deepEqual([status, headers.allow], [405, 'GET, HEAD']);
  assert.equal((await lab.ask('/json_rpc')).status, 405);
});

test('one address may ask so often, and is answered again a little later', async () => {
  const lab = await start();
  const statuses = new Set<number>();
  for (let i = 0; i < 300 && !statuses.has(429); i++) statuses.add((await lab.ask('/hiveos')).status);
  assert.ok(statuses.has(429));
  await waitFor('an answer', async () => (await lab.ask('/hiveos')).status === 200);
});

test('clients that say nothing, or half a request, keep nobody from an answer', async () => {
  const lab = await start();
  const clients = await Promise.all(Array.from({ length: 20 }, () => RawClient.open(lab.api.port)));
  for (const [i, client] of clients.entries()) client.send(i % 2 === 0 ? 'POST /json_rpc HT' : '');
  assert.equal((await lab.ask('/status')).status, 200);
  for (const { socket } of clients) socket.destroy();
});

test('what is asked before there is a miner is told to come again', async () => {
  const lab = await start({}, false);
  assert.deepEqual((await lab.ask('/2/summary')).json.code, 'starting');
  lab.api.serve(lab.control);
  assert.equal((await lab.ask('/2/summary')).status, 200);
});

test('a fault on our side is told as that, without its words', async () => {
  const lab = await start();
  lab.status = undefined as never;
  const { status, json, text } = await lab.ask('/2/summary');
  assert.deepEqual([status, json.code], [500, 'internal']);
  assert.doesNotMatch(text, /undefined/);
  assert.equal(lab.faults.length, 1);
});

test('the page: a strict policy, no other host, and what has not changed is not sent again', async () => {
  const lab = await start();
  for (const path of ['/', '/page.css', '/page.js']) {
    const { headers, text } = await lab.ask(path);
    assert.match(
      String(headers['content-security-policy']),
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    assert.doesNotMatch(text.replaceAll('http://www.w3.org', ''), /https?:\/\//, path);
    const again = await lab.ask(path, { headers: { 'If-None-Match': String(headers.etag) } });
    assert.deepEqual([again.status, again.text], [304, '']);
  }
  const page = (await lab.ask('/')).text;
  // The policy would keep these from running.
  assert.doesNotMatch(page, /<script>|<style>| style=| on\w+=/);
  assert.doesNotMatch(
    (await lab.ask('/page.js')).text,
    /innerHTML|insertAdjacentHTML|document\.write|eval\(/,
  );
});

test('a port that is taken, and an address of another machine, are told in words', async () => {
  const lab = await start();
  const place = { host: '127.0.0.1', port: lab.api.port, origins: [] };
  await assert.rejects(startMinerApi(place, { version: '1' }), (error) => {
    assert.ok(error instanceof ApiStartError);
    assert.equal(error.message, `127.0.0.1:${lab.api.port}: another program listens there`);
    return true;
  });
  await assert.rejects(
    startMinerApi({ host: '192.0.2.1', port: 0, origins: [], token: MinerApiLab.secret() }, { version: '1' }),
    /^ApiStartError: 192\.0\.2\.1:0: that is no address of this machine$/,
  );
  await assert.rejects(
    startMinerApi({ host: '0.0.0.0', port: 0, origins: [] }, { version: '1' }),
    /expected a token/,
  );
});
