import assert from 'node:assert/strict';
import { test } from 'node:test';
import { targetBytes } from '../../../protocol/target.js';
import { makeJobs } from '../../support/jobs.js';
import { type TestMiner, TestPool } from '../../support/test-pool.js';

/** No share is a block: that would send miners elsewhere. */
const target = targetBytes(1n);

/** Jobs that a miner was sent. */
function jobsOf(miner: TestMiner): number {
  return miner.lines.filter(({ method }) => method === 'mining.notify').length;
}

/** A pool at work, and a way to give it a new parent on every chain. */
function ready() {
  const pool = new TestPool();
  pool.extranoncesLeft = 10_000;
  const session = pool.upstream.lead(makeJobs({ target }));
  pool.endTick();
  let parent = 1;
  const push = (): void => {
    parent++;
    pool.upstream.events!.onJobs(session, makeJobs({ parent, target }));
  };
  const miner = (remoteAddress: string, trusted = false): TestMiner => {
    const miner = pool.connect({}, { remoteAddress, trusted });
    miner.authorize();
    assert.equal(jobsOf(miner), 1, 'the first job comes at once');
    return miner;
  };
  return { pool, push, miner };
}

function mine(miner: TestMiner): void {
  assert.equal(miner.submit(miner.shares().next().value).result, true);
}

test('whoever had a share accepted, or is trusted, gets a new job at once; others when the tick is over', () => {
  const { pool, push, miner } = ready();
  const [newcomer, proven, trusted] = [miner('192.0.2.1'), miner('192.0.2.2'), miner('192.0.2.3', true)];
  mine(proven!);
  push();
  assert.deepEqual(
    [newcomer, proven, trusted].map((one) => jobsOf(one!)),
    [1, 2, 2],
  );
  pool.endOneTick();
  assert.deepEqual(
    [newcomer, proven, trusted].map((one) => jobsOf(one!)),
    [2, 2, 2],
  );
  mine(newcomer!);
  push();
  assert.equal(jobsOf(newcomer!), 3, 'from its first share on');
});

test('a turn gives so many their jobs, and a miner of another address waits for one of the crowd', () => {
  const { pool, push, miner } = ready();
  const crowd = Array.from({ length: 100 }, () => miner('192.0.2.1'));
  const alone = miner('198.51.100.1');
  const given = (): number => crowd.filter((one) => jobsOf(one) === 2).length;
  push();
  pool.endOneTick();
  assert.equal(jobsOf(alone), 2);
  assert.equal(given(), 31);
  pool.endOneTick();
  assert.equal(given(), 63);
  pool.endTick();
  assert.equal(given(), 100);
});

test('a new parent while they wait brings each the newest job, once', () => {
  const { pool, push, miner } = ready();
  const crowd = Array.from({ length: 100 }, () => miner('192.0.2.1'));
  push();
  pool.endOneTick();
  push();
  const newest = new Set(pool.pool.work.heights);
  assert.deepEqual([...newest], [3]);
  pool.endTick();
  assert.deepEqual([...new Set(crowd.map((one) => one.job.height))], [3]);
  assert.equal(crowd.filter((one) => jobsOf(one) === 2).length, 68, 'those that were not served yet');
});

test('after a thousand there are so many a second, and who mines waits for none of them', () => {
  const { pool, push, miner } = ready();
  const crowd = Array.from({ length: 1_200 }, (_, i) => miner(`192.0.2.${i % 2}`));
  const proven = miner('198.51.100.1');
  mine(proven);
  pool.nowMs += 1_000;
  const given = (): number => crowd.filter((one) => jobsOf(one) === 2).length;
  push();
  assert.equal(jobsOf(proven), 2);
  pool.endTick();
  assert.equal(given(), 1_000);
  pool.nowMs += 9;
  pool.endTick();
  assert.equal(given(), 1_000, 'it pauses');
  pool.nowMs += 1;
  pool.endTick();
  assert.equal(given(), 1_025);
  pool.nowMs += 80;
  pool.endTick();
  assert.equal(given(), 1_200);
});

test('one that goes while it waits is given nothing, and those behind it are', () => {
  const { pool, push, miner } = ready();
  const [gone, stays] = [miner('192.0.2.1'), miner('192.0.2.1')];
  push();
  pool.pool.drop(gone!.session, 'client');
  pool.endTick();
  assert.deepEqual([jobsOf(gone!), jobsOf(stays!)], [1, 2]);
  assert.equal(pool.pool.miners, 1);
});
