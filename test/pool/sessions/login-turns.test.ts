import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeJobs } from '../../support/jobs.js';
import { ADDRESS, type TestMiner, TestPool } from '../../support/test-pool.js';

function ready(): TestPool {
  const pool = new TestPool();
  pool.extranoncesLeft = 10_000;
  pool.upstream.lead(makeJobs());
  pool.endTick();
  return pool;
}

/** A login that comes in the same turn as others. */
function login(pool: TestPool, miner: TestMiner, worker = 'rig', id = 1): void {
  pool.pool.handle(
    miner.session,
    JSON.stringify({ id, method: 'mining.authorize', params: [`${ADDRESS}.${worker}`, 'x'] }),
  );
}

const isIn = ({ session }: TestMiner): boolean => session.authorized;

test('so many log in in a turn, the others after it, and nobody is left out', () => {
  const pool = ready();
  const crowd = Array.from({ length: 50 }, () => pool.connect());
  for (const miner of crowd) login(pool, miner);
  assert.equal(crowd.filter(isIn).length, 16);
  for (const there of [32, 48, 50]) {
    pool.endOneTick();
    assert.equal(crowd.filter(isIn).length, there);
  }
  pool.endTick();
  for (const { lines } of crowd) {
    assert.equal(lines.find(({ id }) => id === 1)?.result, true);
    assert.equal(lines.filter(({ method }) => method === 'mining.notify').length, 1);
  }
});

test('behind a crowd a miner of another address waits for one turn; who is trusted, or mines, for none', () => {
  const pool = ready();
  const mining = pool.connect();
  mining.authorize();
  assert.equal(mining.submit(mining.shares().next().value).result, true);
  const crowd = Array.from({ length: 500 }, () => pool.connect());
  for (const miner of crowd) login(pool, miner);
  const [other, trusted] = [
    pool.connect({}, { remoteAddress: '198.51.100.1' }),
    pool.connect({}, { remoteAddress: '198.51.100.2', trusted: true }),
  ];
  for (const miner of [other, trusted]) login(pool, miner!);
  login(pool, mining, 'second');
  assert.deepEqual(
    [other, trusted].map((miner) => isIn(miner!)),
    [false, true],
  );
  assert.equal(mining.session.workerCount, 2);
  pool.endOneTick();
  assert.ok(isIn(other!));
  assert.equal(crowd.filter(isIn).length, 16 + 15);
});

test('logins of a connection keep their order, and one that has gone is passed over', () => {
  const pool = ready();
  const [proxy, gone] = [pool.connect(), pool.connect()];
  for (let i = 0; i < 40; i++) login(pool, proxy!, `w${i}`, 100 + i);
  login(pool, gone!);
  pool.pool.drop(gone!.session, 'client');
  pool.endTick();
  assert.ok(!isIn(gone!));
  const answered = proxy!.lines.filter(({ id }) => typeof id === 'number').map(({ id }) => id);
  assert.deepEqual(
    answered,
    Array.from({ length: 40 }, (_, i) => 100 + i),
  );
  assert.equal(proxy!.session.workerCount, 40);
});

test('when too many wait a login is answered so, and may come again', () => {
  const pool = ready();
  const crowd = Array.from({ length: 16 + 4_096 }, () => pool.connect());
  for (const miner of crowd) login(pool, miner);
  const late = pool.connect();
  login(pool, late);
  pool.endTick();
  assert.equal(crowd.filter(isIn).length, crowd.length);
  assert.match(late.lines.find(({ id }) => id === 1)?.error?.message ?? '', /authorize again in a moment/);
  assert.ok(!isIn(late));
  assert.equal(late.authorize()?.result, true);
  assert.equal(late.refusedLogins, 0, 'it is no fault of the miner');
});
