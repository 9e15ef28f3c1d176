import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Counters, DisconnectReason } from '../../pool/domain/counters.js';
import { PoolUnderFire, VICTIM } from '../support/pool-under-fire.js';
import { RudeClient } from '../support/rude-client.js';
import { seededBytes } from '../support/seeded-bytes.js';
import { isShare, OTHER_ADDRESS } from '../support/test-pool.js';
import { waitFor } from '../support/wait.js';

const EXTRANONCE_MISSING = '0'.repeat(48);

/** Each from an address of its own, so that none is banned for the others. */
const ENDING: readonly (readonly [what: string, data: string | Uint8Array, DisconnectReason])[] = [
  ['malformed JSON', '{"id":1,"method":"mining.subscribe","params":[}\n', 'garbage'],
  ['half a line of JSON', '{"id":1,\n', 'garbage'],
  ['no object', '[1,2,3]\n', 'garbage'],
  ['no method', '{"id":1}\n', 'garbage'],
  ['a method that is none', '{"id":1,"method":{"a":[]}}\n', 'garbage'],
  ['HTTP', 'GET / HTTP/1.1\r\nHost: pool\r\n\r\n', 'otherProtocol'],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n', 'otherProtocol'],
  ['a PROXY header that nobody asked for', 'PROXY TCP4 192.0.2.7 198.51.100.1 1 2\r\n', 'garbage'],
  ['binary', Buffer.concat([seededBytes('binary', 4_000), Buffer.from('\n')]), 'garbage'],
  ['zeros', '\0\0\0\0\n', 'garbage'],
  [
    'a line of 1 MB',
    `${JSON.stringify({ id: 1, method: 'x', params: ['y'.repeat(2 ** 20)] })}\n`,
    'lineTooLong',
  ],
  ['1 MB without a line', 'y'.repeat(2 ** 20), 'lineTooLong'],
  ['half a million brackets', '['.repeat(500_000), 'lineTooLong'],
  ['eight thousand brackets', `${'['.repeat(8_000)}\n`, 'tooDeep'],
  ['eight thousand braces', `${'{"a":'.repeat(1_600)}\n`, 'tooDeep'],
  ['brackets within a request', '{"id":1,"method":"mining.subscribe","params":[[[[[]]]]]}\n', 'tooDeep'],
];

test('what is no request ends its connection, with its reason, is counted, and troubles nobody else', async (t) => {
  const lab = await PoolUnderFire.start(t);
  let home = 10;
  for (const [what, data, reason] of ENDING) {
    const before: Counters['disconnected'] = { ...lab.counters.disconnected };
    home++;
    const client = await lab.client(`127.0.0.${home}`);
    client.send(data);
    await client.isClosed();
    await waitFor(`${what} is counted`, () => lab.counters.disconnected[reason] === before[reason] + 1);
    if (reason === 'garbage')
      assert.match(client.received, /"id":(null|1),"result":false,"error":\{"code":-1/, what);
  }
  await lab.closeAndCompare();
});

const TYPES = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  '',
  'x',
  '🦀',
  [],
  [[]],
  {},
  { a: 1 },
  [null],
  ['', ''],
  [{}, {}],
];

const METHODS = [
  'mining.subscribe',
  'mining.authorize',
  'mining.submit',
  'mining.extranonce.subscribe',
  'mining.suggest_difficulty',
  'mining.configure',
  'mining.hello',
  'mining.noop',
  'connection.set_gzip',
  'client.reconnect',
  '__proto__',
  'constructor',
  '',
];

test('wrong types in every field of every request are answered, and the connection mines on', async (t) => {
  // Who asks so much before it authorizes takes its time on a busy machine.
  const limits = { messagesPerSecond: 10_000, deadlines: { authorizeMs: 600_000 } };
  const lab = await PoolUnderFire.start(t, { config: { limits } });
  const asker = new RudeClient(await lab.client());
  for (const method of METHODS)
    for (const params of [undefined, ...TYPES]) {
      // Refused logins end a connection after some.
      const client = method === 'mining.authorize' ? new RudeClient(await lab.client()) : asker;
      const { result, error } = await client.ask(method, params);
      assert.ok(error === null ? result !== undefined : typeof error?.message === 'string', `${method}`);
    }
  for (const first of TYPES)
    for (const second of TYPES)
      await new RudeClient(await lab.client()).ask('mining.authorize', [first, second]);
  assert.equal((await asker.authorize()).result, true);
  // Another, since one whose shares are mostly bad is ended.
  const client = new RudeClient(await lab.client());
  assert.equal((await client.authorize()).result, true);
  const shares = client.shares();
  for (let good = 0; good < 10; good++) assert.equal(await client.submit(shares.next().value), 0);
  for (const field of ['jobId', 'fromGroup', 'toGroup', 'nonce', 'worker'])
    for (const value of TYPES) {
      const code = await client.submit(shares.next().value, { [field]: value });
      assert.ok([0, -1, 20, 21, 22, 23, 26].includes(code), `${field} ${JSON.stringify(value)}: ${code}`);
      assert.equal(await client.submit(shares.next().value), 0);
    }
  for (const value of TYPES) {
    await client.ask('mining.submit', value);
    await client.ask('mining.submit', [value, value, value]);
    for (let good = 0; good < 2; good++) assert.equal(await client.submit(shares.next().value), 0);
  }
  await lab.closeAndCompare();
});

test('bad shares are refused by their code, and counted by their reason', async (t) => {
  const lab = await PoolUnderFire.start(t);
  const client = new RudeClient(await lab.client());
  const { rejected } = lab.counters;
  const submit = (params: unknown) => client.ask('mining.submit', params);
  const early = await submit({ jobId: '10', nonce: EXTRANONCE_MISSING, worker: `${VICTIM}.rude` });
  assert.deepEqual([early.error?.code, rejected.unauthorized], [22, 1]);
  await client.authorize();
  const shares = client.shares();
  const good = shares.next().value;
  for (const nonce of [
    good.slice(1),
    `${good}0`,
    `${good}00`,
    `0x${good}`,
    ` ${good}`,
    `${good.slice(1)}g`,
    '',
  ])
    assert.equal(await client.submit(nonce), 23, nonce);
  assert.equal(rejected.malformedNonce, 7);
  const foreign = (Number.parseInt(client.extranonce, 16) ^ 1).toString(16).padStart(4, '0');
  assert.equal(await client.submit(foreign + good.slice(4)), 23);
  assert.equal(rejected.foreignExtranonce, 1);
  assert.equal(await client.submit(good), 0);
  for (const again of [good, good.toUpperCase()]) assert.equal(await client.submit(again), 24);
  for (const jobId of [
    'fffff',
    '0',
    '-1',
    'x'.repeat(100),
    '__proto__',
    '1e999',
    client.job.jobId.concat('0'),
  ])
    assert.ok([20, 24].includes(await client.submit(good, { jobId })), jobId);
  const { fromGroup } = client.job;
  const elsewhere = { fromGroup: (fromGroup + 1) % 4, toGroup: 0 };
  assert.equal(await client.submit(shares.next().value, elsewhere), 21);
  // Every sixteenth nonce is a share, whatever it looks like.
  const hashless = [...'0123456789abcdef']
    .map((digit) => `${good.slice(0, 4)}${'f'.repeat(43)}${digit}`)
    .find((nonce) => !isShare(client.job, nonce));
  assert.ok([25, 26].includes(await client.submit(hashless)));
  await lab.closeAndCompare();
});

test('names that are no worker names are made to fit; those that objects stumble over are names like others', async (t) => {
  const lab = await PoolUnderFire.start(t);
  for (const [name, fits] of [
    ['{}', ''],
    ['a b', 'a_b'],
    ['a\r\nb', 'a_b'],
    ['\0', ''],
    ['\u001b[2J', '2J'],
    ['ü', ''],
    ["'; drop table", 'drop_table'],
    ['../..', ''],
    ['x'.repeat(33), 'x'.repeat(32)],
  ] as const) {
    const stranger = new RudeClient(await lab.client());
    const { result } = await stranger.ask('mining.authorize', [`${OTHER_ADDRESS}.${name}`, 'x']);
    assert.equal(result, true, name);
    const names = [...lab.app.pool.workers.values()].map((worker) => worker.name);
    assert.ok(names.includes(fits), `${name}: ${names.join()}`);
  }
  for (const address of [
    '',
    '.',
    '__proto__',
    'constructor',
    VICTIM.slice(1),
    `${VICTIM}x`,
    '1'.repeat(2_000),
  ]) {
    const stranger = new RudeClient(await lab.client());
    assert.equal((await stranger.ask('mining.authorize', [address, 'x'])).error?.code, 22, address);
  }
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  const { accepted } = lab.honest!;
  for (const name of names) {
    const one = new RudeClient(await lab.client());
    assert.equal((await one.authorize(`${OTHER_ADDRESS}.${name}`)).result, true);
    assert.equal(await one.submit(one.shares().next().value, { worker: `${OTHER_ADDRESS}.${name}` }), 0);
  }
  assert.ok(lab.honest!.accepted >= accepted);
  const stored = await lab.closeAndCompare();
  const accounts = new Map<string, number>();
  for (const { account, shares } of stored) accounts.set(account, (accounts.get(account) ?? 0) + shares);
  assert.ok([...accounts.values()].includes(names.length), 'shares of these names are in the store');
});
