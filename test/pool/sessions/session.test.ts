import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConnectionQuery, connectionsTogether } from '../../../pool/domain/connection-facts.js';
import { targetBytes } from '../../../protocol/target.js';
import { makeJobs } from '../../support/jobs.js';
import { ADDRESS, OTHER_ADDRESS, TestPool } from '../../support/test-pool.js';

function ready(): TestPool {
  const pool = new TestPool();
  pool.upstream.lead(makeJobs());
  pool.endTick();
  return pool;
}

test('a miner hears the difficulty, then its extranonce and a job once it has authorized', () => {
  const pool = ready();
  const miner = pool.connect();
  pool.endTick();
  assert.deepEqual(
    miner.lines.map(({ method }) => method),
    ['mining.set_difficulty'],
  );
  assert.equal(miner.authorize()?.result, true);
  assert.deepEqual(
    miner.lines.map(({ method }) => method ?? 'reply'),
    ['mining.set_difficulty', 'reply', 'mining.set_extranonce', 'mining.notify'],
  );
  assert.equal(miner.job.targetBlob.length, 64);
  assert.equal(miner.job.headerBlob.length, 604);
  assert.equal(miner.lines.find(({ method }) => method === 'mining.set_extranonce')?.params?.[0], '0001');
});

test('nothing that the first miner of a new pool is told can be taken for unset', () => {
  const miner = ready().connect();
  const session = miner.ask('mining.subscribe', ['agent/1.0'])?.result as string;
  miner.authorize();
  const { jobId, height, targetBlob } = miner.job;
  // Empty, or a number that is 0, however it is read.
  for (const text of [session, jobId, targetBlob, miner.extranonce])
    assert.match(text, /^(?=.*[1-9a-f])[0-9a-f]+$/);
  assert.ok(Number.isInteger(height) && height > 0);
  const difficulty = miner.raw.find((line) => line.includes('mining.set_difficulty'))!;
  // In so many digits that a parser which knows no exponents reads more than 0.
  assert.match(difficulty, /"params":\[0\.0*[1-9]\d*\]/);
});

test('a miner that authorized before there is a job gets it with the first', () => {
  const pool = new TestPool();
  const miner = pool.connect();
  miner.authorize();
  assert.ok(!miner.lines.some(({ method }) => method === 'mining.notify'));
  pool.upstream.lead(makeJobs());
  pool.endTick();
  assert.ok(miner.lines.some(({ method }) => method === 'mining.notify'));
});

test('of a login of any length no more is kept than a user name may have', () => {
  const miner = ready().connect();
  assert.equal(miner.authorize(`${ADDRESS}.rig`)?.result, true);
  const filler = ' '.repeat(1_100) + 'x'.repeat(4_000);
  for (let i = 0; i < 100; i++)
    assert.equal(miner.authorize(`${ADDRESS}.rig${filler}${i}`)?.result, true, 'the same worker');
  assert.equal(miner.session.workerCount, 1);
  assert.equal(miner.authorize(`${ADDRESS}.other${filler}`)?.result, true);
  assert.equal(miner.session.worker(`${ADDRESS}.other`)?.name, 'other');
});

for (const id of [
  '7',
  '-0',
  '1.0',
  '1e3',
  '12345678901234567890',
  '"a\\u0041"',
  '"x"',
  'null',
  `"${'y'.repeat(64)}"`,
]) {
  test(`the id ${id} is echoed byte for byte`, () => {
    const miner = ready().connect();
    miner.send(`{"method":"mining.noop","params":[], "id" : ${id} }`);
    assert.equal(miner.raw.at(-1), `{"id":${id},"result":true,"error":null}`);
  });
}

for (const id of ['[1]', '{}', 'true', `"${'y'.repeat(65)}"`, '1'.repeat(65)]) {
  test(`the id ${id.slice(0, 20)} is answered with null`, () => {
    const miner = ready().connect();
    miner.send(`{"id":${id},"method":"mining.noop","params":[]}`);
    assert.equal(miner.raw.at(-1), '{"id":null,"result":true,"error":null}');
  });
}

for (const members of [
  '"id":{},"\\u0069d":7',
  '"id":[1],"\\u0069d":"x"',
  '"id":7,"\\u0069d":"x"',
  '"id":"x","\\u0069d":7',
  '"id":7,"\\u0069d":{}',
  '"\\u0069d":7',
]) {
  test(`an id that is written twice, or with escapes, is answered with null: ${members}`, () => {
    const miner = ready().connect();
    miner.send(`{${members},"method":"mining.noop","params":[]}`);
    assert.equal(miner.raw.at(-1), '{"id":null,"result":true,"error":null}');
  });
}

for (const [method, params, result] of [
  ['mining.subscribe', ['agent/1.0'], '00000001'],
  ['mining.subscribe', null, '00000001'],
  ['mining.extranonce.subscribe', [], true],
  ['mining.hello', {}, ['AlephiumStratum/1.0.0', false, '0x258', '0x5', 'lesswork/test']],
  [
    'mining.hello',
    ['agent/1.0', 'AlephiumStratum/1.0.0'],
    ['AlephiumStratum/1.0.0', false, '0x258', '0x5', 'lesswork/test'],
  ],
  ['mining.noop', undefined, true],
  ['mining.configure', [['version-rolling'], {}], {}],
  ['connection.set_gzip', [true], false],
  ...[[64], ['64'], 64, '64', { difficulty: 64 }, [{ difficulty: '64' }], [' 6.4e1 ']].map(
    (params) => ['mining.suggest_difficulty', params, true] as const,
  ),
  ...[[ADDRESS, 'x'], [ADDRESS], ADDRESS, { worker: ADDRESS, password: 'x' }, [{ username: ADDRESS }]].map(
    (params) => ['mining.authorize', params, true] as const,
  ),
] as const) {
  test(`${method} is answered with ${JSON.stringify(result)}`, () => {
    const answer = ready().connect().ask(method, params);
    assert.deepEqual(answer?.result, result);
    assert.equal(answer?.error, null);
  });
}

test('what nobody knows is answered, too, and alph_submitHashrate alone is not', () => {
  const miner = ready().connect();
  assert.deepEqual(miner.ask('mining.dance', [])?.error, { code: -1, message: 'unsupported method' });
  const before = miner.lines.length;
  assert.equal(miner.ask('alph_submitHashrate', ['0x1000']), undefined);
  assert.equal(miner.lines.length, before);
});

for (const difficulty of [null, 'NaN', -1, 0, '0', [], {}, '1e999', '64d', '-1', '']) {
  test(`a suggested difficulty of ${JSON.stringify(difficulty)} is refused`, () => {
    assert.equal(ready().connect().ask('mining.suggest_difficulty', [difficulty])?.result, false);
  });
}

test('a difficulty beyond all numbers is refused', () => {
  const miner = ready().connect();
  miner.send('{"id":1,"method":"mining.suggest_difficulty","params":[1e999]}');
  assert.equal(miner.lines.at(-1)?.result, false);
});

test('a suggested difficulty counts from the next job on, within the bounds of the listener', () => {
  const pool = new TestPool();
  const target = targetBytes(1n);
  pool.upstream.lead(makeJobs({ target }));
  const miner = pool.connect({ fixed: false, maxWork: 2n ** 40n });
  miner.authorize();
  const { targetBlob } = miner.job;
  miner.ask('mining.suggest_difficulty', [1e9]);
  assert.equal(miner.job.targetBlob, targetBlob);
  pool.upstream.events!.onJobs({ id: 1, name: 'x' }, []);
  pool.upstream.lead(makeJobs({ parent: 2, target }));
  pool.endTick();
  assert.equal(miner.job.targetBlob, ((2n ** 226n - 1n) >> 6n).toString(16).padStart(64, '0'));
  const told = miner.lines.findLast(({ method }) => method === 'mining.set_difficulty');
  assert.equal(told?.params?.[0], 64);
});

test('an address that can not be paid is refused at authorize, with the reason', () => {
  const miner = ready().connect();
  const answer = miner.authorize('nonsense.rig');
  assert.equal(answer?.error?.code, 22);
  assert.ok(!miner.session.authorized);
  assert.equal(miner.authorize()?.result, true);
});

test('a connection may have 64 workers, of any accounts', () => {
  const miner = ready().connect();
  for (let i = 0; i < 64; i++) assert.equal(miner.authorize(`${ADDRESS}.w${i}`)?.result, true);
  assert.equal(miner.authorize(`${OTHER_ADDRESS}.w64`)?.error?.code, 22);
  assert.equal(miner.authorize(`${ADDRESS}.w3`)?.result, true);
  assert.equal(miner.lines.filter(({ method }) => method === 'mining.set_extranonce').length, 1);
});

test('without an extranonce left a miner is refused with a reason, and counted', () => {
  const pool = ready();
  pool.extranoncesLeft = 0;
  const miner = pool.connect();
  assert.match(miner.authorize()?.error?.message ?? '', /full/);
  assert.ok(miner.ended);
  assert.equal(pool.pool.counters.extranoncesRefused, 1);
});

test('extranonces come back when miners go, with whether they were used', () => {
  const pool = ready();
  const [idle, busy] = [pool.connect(), pool.connect()];
  idle.authorize();
  busy.authorize();
  busy.submit(busy.shares().next().value);
  pool.pool.drop(idle.session, 'client');
  pool.pool.drop(busy.session, 'client');
  assert.deepEqual(pool.released, [
    { extranonce: '0001', used: false },
    { extranonce: '0002', used: true },
  ]);
  assert.equal(pool.pool.workers.size, 0);
});

for (const line of [
  'nonsense',
  '[]',
  '7',
  '"text"',
  '{"id":1}',
  '{"id":1,"method":5}',
  '\u0000\u0001',
  '{"id":',
]) {
  test(`${JSON.stringify(line)} is answered as malformed, and ends the connection`, () => {
    const pool = ready();
    const miner = pool.connect();
    miner.send(line);
    assert.equal(miner.lines.at(-1)?.error?.code, -1);
    assert.ok(miner.ended);
    assert.equal(pool.pool.counters.malformed, 1);
  });
}

test('half a million brackets end the connection before anything parses them', () => {
  const pool = ready();
  const miner = pool.connect();
  miner.send('['.repeat(500_000));
  assert.ok(miner.ended);
  assert.equal(pool.pool.counters.disconnected.tooDeep, 1);
});

test('no share is asked for that is more than a block', () => {
  const pool = new TestPool();
  const target = targetBytes(2n ** 240n);
  pool.upstream.lead(makeJobs({ target }));
  const miner = pool.connect({ startWork: 2n ** 40n });
  miner.authorize();
  assert.ok(BigInt(`0x${miner.job.targetBlob}`) >= 2n ** 240n);
  assert.ok(BigInt(`0x${miner.job.targetBlob}`) < 2n ** 241n);
  const told = miner.lines.findLast(({ method }) => method === 'mining.set_difficulty');
  assert.ok((told!.params![0] as number) < 1);
});

test('a worker that authorizes again in another spelling is credited by either', () => {
  const pool = ready();
  const miner = pool.connect();
  miner.authorize(`${OTHER_ADDRESS}.first`);
  miner.authorize(`${ADDRESS}.second`);
  assert.equal(miner.authorize(`second.${ADDRESS}`)?.result, true);
  assert.equal(miner.session.worker(`second.${ADDRESS}`)?.name, 'second');
  assert.equal([...miner.session.workers()].length, 2);
  pool.pool.drop(miner.session, 'client');
  assert.equal(pool.pool.workers.size, 0);
});

test('a connection whose logins are refused over and over is closed', () => {
  const pool = ready();
  const miner = pool.connect();
  for (let i = 0; i < 9; i++) miner.authorize(`nonsense${i}`);
  assert.ok(!miner.ended);
  miner.authorize('nonsense');
  assert.ok(miner.ended);
  assert.equal(pool.pool.counters.disconnected.messageRate, 1);
  assert.deepEqual(miner.offences, ['flood']);
});

test('miners with all chains are told the lowest difficulty of their jobs', () => {
  const pool = new TestPool();
  const target = targetBytes(1n);
  const session = pool.upstream.lead(makeJobs({ target }));
  const miner = pool.connect({ fixed: false, jobs: 'all', startWork: 2n ** 34n });
  miner.authorize();
  miner.ask('mining.suggest_difficulty', [64]);
  const [first, ...others] = makeJobs({ target });
  pool.upstream.events!.onJobs(session, [...others, { ...first!, ...makeJobs({ target, parent: 2 })[0] }]);
  pool.endTick();
  const told = miner.lines.findLast(({ method }) => method === 'mining.set_difficulty');
  assert.ok((told!.params![0] as number) <= 1.01);
});

for (const [params, agent] of [
  [['bzminer/1.0'], 'bzminer/1.0'],
  ['bzminer/1.0', 'bzminer/1.0'],
  [{ agent: 'bzminer/1.0' }, 'bzminer/1.0'],
  [['bzminer/1.0', 'AlephiumStratum/1.0.0'], 'bzminer/1.0'],
] as const) {
  test(`an agent is heard in hello and subscribe: ${JSON.stringify(params)}`, () => {
    for (const method of ['mining.hello', 'mining.subscribe']) {
      const miner = ready().connect();
      miner.ask(method, params);
      assert.equal(miner.session.agent, agent);
    }
  });
}

test('what was said in hello is kept where subscribe brings a session, or nothing', () => {
  const miner = ready().connect();
  miner.ask('mining.hello', ['ASIC AL/1', 'AlephiumStratum/1.0.0']);
  for (const params of ['0000001f', [''], [], undefined]) miner.ask('mining.subscribe', params);
  miner.authorize();
  assert.equal(miner.session.worker('')?.agent, 'ASIC AL/1');
});

test('a hashrate is heard in every form, and never answered', () => {
  for (const params of [['0x1000'], [4096], '0x1000', ['4096', 'id'], { hashrate: 4096 }]) {
    const miner = ready().connect();
    miner.authorize();
    assert.equal(miner.ask('alph_submitHashrate', params), undefined);
    assert.equal(miner.session.worker('')?.reportedHashrate, 4096, JSON.stringify(params));
  }
});

test('a login that was made to fit mines, and is told once with what was sent', () => {
  const pool = ready();
  const miner = pool.connect();
  assert.equal(miner.authorize(` ${ADDRESS}/Farming (1)`)?.result, true);
  assert.equal(miner.session.worker('')?.name, 'Farming_1');
  assert.equal(miner.submit(miner.shares().next().value).result, true);
  const changed = pool.peerEvents.filter(({ what }) => what === 'loginChanged');
  assert.deepEqual(changed, [
    {
      address: '192.0.2.1',
      listener: 'test',
      agent: '',
      what: 'loginChanged',
      sent: `${ADDRESS}/Farming (1)`,
      account: ADDRESS,
      worker: 'Farming_1',
    },
  ]);
});

test('of several workers on a connection one is found in another spelling, too', () => {
  const miner = ready().connect();
  miner.authorize(`${OTHER_ADDRESS}.first`);
  miner.authorize(`${ADDRESS}.second `);
  for (const login of [`${ADDRESS}.second`, ` ${ADDRESS}.second`])
    assert.equal(miner.session.worker(login)?.name, 'second');
});

const OWN = '1DrDyTr9RpRsQnDnXo2YRiPzPW4ooHX5LLoqXrqfMrpQH';

function solo(): TestPool {
  const pool = new TestPool({ mode: 'solo' });
  pool.upstream.lead(makeJobs());
  pool.endTick();
  return pool;
}

test('in solo mode every user name mines, for the address that blocks pay', () => {
  const pool = solo();
  pool.upstream.events!.onIdentity({ networkId: 0, minerAddresses: [OWN, OWN, OWN, OWN] });
  for (const [params, name] of [
    [['rig1', 'x'], 'rig1'],
    [['', ''], ''],
    [[], ''],
    [[' my rig (2) '], 'my_rig_2'],
    [[`${ADDRESS}x.rig7`], 'rig7'],
  ] as const) {
    const miner = pool.connect();
    assert.equal(miner.ask('mining.authorize', params)?.result, true, JSON.stringify(params));
    const worker = miner.session.worker('')!;
    assert.deepEqual([worker.account.address, worker.name], [OWN, name]);
    assert.equal(miner.submit(miner.shares().next().value).result, true);
  }
  const miner = pool.connect();
  miner.authorize(`${ADDRESS}.rig1`);
  assert.equal(miner.session.worker('')?.account.address, ADDRESS);
});

test('in solo mode a name waits for the first node to say whom blocks pay', () => {
  const pool = solo();
  const [miner, gone] = [pool.connect(), pool.connect()];
  assert.equal(miner.authorize('rig1'), undefined);
  assert.equal(gone.authorize('rig2'), undefined);
  assert.equal(miner.authorize('rig1')?.error?.message, 'the pool has no full node yet');
  pool.pool.drop(gone.session, 'client');
  pool.upstream.events!.onIdentity({ networkId: 0, minerAddresses: [OWN, OWN, OWN, OWN] });
  pool.endTick();
  assert.equal(miner.lines.find(({ id }) => id === 1)?.result, true);
  assert.ok(miner.job.height > 0);
  assert.equal(pool.pool.workers.size, 1);
});

test('an operator hears why a login is refused, and of all that a miner does', () => {
  const pool = ready();
  const miner = pool.connect();
  miner.ask('mining.subscribe', ['agent/1.0']);
  miner.authorize('nonsense.rig');
  miner.authorize();
  miner.ask('mining.dance', []);
  miner.submit('00'.repeat(24));
  miner.send('nonsense');
  const peer = { address: '192.0.2.1', listener: 'test', agent: 'agent/1.0' };
  const as = { account: ADDRESS, worker: 'rig' };
  const difficulty = miner.session.difficulty.stratum;
  const [first] = makeJobs();
  assert.deepEqual(
    pool.peerEvents.map((event) => ('chain' in event ? { ...event, chain: 0 } : event)),
    [
      { ...peer, what: 'loginRefused', sent: 'nonsense.rig', reason: 'noAddress' },
      { ...peer, what: 'authorized', ...as, difficulty },
      { ...peer, what: 'firstJob', ...as, chain: 0, height: first!.height, difficulty },
      { ...peer, what: 'unknownMethod', method: 'mining.dance' },
      { ...peer, what: 'shareRefused', ...as, reason: 'foreignExtranonce' },
      { ...peer, what: 'malformed', sent: 'nonsense', reason: 'not JSON' },
      { ...peer, what: 'left', reason: 'garbage', ...as, connectedMs: 0, accepted: 0, rejected: 1 },
    ],
  );
});

test('connections are listed in the order in which they came, page by page, and by address', () => {
  const pool = ready();
  const first = pool.connect({}, { remoteAddress: '192.0.2.1' });
  first.ask('mining.subscribe', ['asic/1']);
  first.authorize();
  first.submit(first.shares().next().value);
  first.submit('00'.repeat(24));
  first.authorize(OTHER_ADDRESS);
  pool.nowMs += 5_000;
  for (let i = 2; i < 10; i++) pool.connect({}, { remoteAddress: `192.0.2.${i}` });
  assert.equal(pool.pool.miners, 1);
  const all = pool.pool.connections({ offset: 0, limit: 100, address: undefined });
  assert.deepEqual([all.total, all.connections.length], [9, 9]);
  assert.deepEqual(all.connections[0], {
    address: '192.0.2.1',
    listener: 'test',
    agent: 'asic/1',
    workers: [`${ADDRESS}.rig`, OTHER_ADDRESS],
    difficulty: first.session.difficulty.stratum,
    accepted: 1,
    rejected: 1,
    sinceMs: 1_700_000_001_000,
  });
  assert.equal(all.connections[8]?.sinceMs, 1_700_000_006_000);
  const some = pool.pool.connections({ offset: 7, limit: 5, address: undefined });
  assert.deepEqual(
    [some.total, ...some.connections.map(({ address }) => address)],
    [9, '192.0.2.8', '192.0.2.9'],
  );
  const of = pool.pool.connections({ offset: 0, limit: 5, address: '192.0.2.4' });
  assert.deepEqual([of.total, of.connections[0]?.workers], [1, []]);
});

test('pages of several front ends are one after the other', async () => {
  const pools = [3, 0, 4].map((count, which) => {
    const pool = ready();
    for (let i = 0; i < count; i++) pool.connect({}, { remoteAddress: `192.0.${which}.${i}` });
    return async (query: ConnectionQuery) => (which === 1 ? undefined : pool.pool.connections(query));
  });
  const page = async (offset: number, limit: number): Promise<unknown[]> => {
    const { total, connections } = await connectionsTogether(pools, { offset, limit, address: undefined });
    return [total, ...connections.map(({ address }) => address)];
  };
  assert.deepEqual(await page(0, 2), [7, '192.0.0.0', '192.0.0.1']);
  assert.deepEqual(await page(2, 2), [7, '192.0.0.2', '192.0.2.0']);
  assert.deepEqual(await page(4, 10), [7, '192.0.2.1', '192.0.2.2', '192.0.2.3']);
  assert.deepEqual(await page(7, 10), [7]);
});

test('without a node that leads this is told once, and its end with how long it was', () => {
  const pool = new TestPool();
  const told = (): unknown[] =>
    pool.events.splice(0).filter(({ type }) => type === 'node' || type === 'noNode');
  const pass = (ms: number): void => {
    for (let i = 0; i < ms; i += 1_000) {
      pool.nowMs += 1_000;
      pool.pool.tick();
    }
  };
  pass(2_000);
  assert.deepEqual(told(), []);
  pass(60_000);
  assert.deepEqual(told(), [{ type: 'noNode' }]);
  const session = pool.upstream.lead(makeJobs(), 'a');
  assert.deepEqual(told(), [{ type: 'node', name: 'a', awayMs: undefined }], 'the first is not back');
  pool.upstream.events!.onSessionEnd(session);
  pass(62_000);
  assert.deepEqual(told(), [{ type: 'noNode' }]);
  const back = pool.upstream.lead(makeJobs(), 'a');
  assert.deepEqual(told(), [{ type: 'node', name: 'a', awayMs: 62_000 }]);
  pool.upstream.events!.onSessionEnd(back);
  pass(1_000);
  pool.upstream.lead(makeJobs(), 'b');
  pass(10_000);
  assert.deepEqual(told(), [{ type: 'node', name: 'b', awayMs: undefined }]);
});
