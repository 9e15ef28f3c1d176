import assert from 'node:assert/strict';
import { test } from 'node:test';
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
  ['mining.hello', {}, true],
  ['mining.noop', undefined, true],
  ['mining.configure', [['version-rolling'], {}], {}],
  ['connection.set_gzip', [true], false],
  ['mining.suggest_difficulty', [64], true],
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

for (const difficulty of [null, 'NaN', -1, 0, [], {}, '64']) {
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
