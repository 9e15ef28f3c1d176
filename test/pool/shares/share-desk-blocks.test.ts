import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeJobs } from '../../support/jobs.js';
import { type TestMiner, TestPool, type ToldJob } from '../../support/test-pool.js';

test('while the journal can not be written shares are refused, and blocks go to the node all the same', () => {
  const pool = new TestPool();
  pool.upstream.lead(makeJobs());
  const miner = pool.connect();
  miner.authorize();
  pool.journal.writable = false;
  assert.equal(miner.submit(miner.shares().next().value).error?.code, -1);
  assert.equal(pool.upstream.submitted.length, 1);
});

test('a block goes to the node first, once, and is on record in the same tick', () => {
  const pool = new TestPool();
  const session = pool.upstream.lead(makeJobs({ height: 9 }));
  const miner = pool.connect();
  miner.authorize();
  const { job } = miner;
  const nonce = miner.shares().next().value;
  assert.equal(miner.submit(nonce).result, true);
  assert.equal(pool.upstream.submitted.length, 1);
  const [sent] = pool.upstream.submitted;
  assert.equal(sent!.header, nonce + job.headerBlob);
  assert.equal(sent!.session, session);
  const [record] = pool.journal.blocks;
  assert.equal(record!.header, sent!.header);
  assert.equal(record!.hash, sent!.hash);
  assert.equal(record!.height, 9);
  assert.equal(record!.work, '16');
  assert.equal(record!.txsBlob, '00');
  assert.equal(miner.submit(nonce, job).error?.code, 24);
  assert.equal(pool.upstream.submitted.length, 1);
});

test('a block and its share are written in one commit, before the tick ends', () => {
  const pool = new TestPool();
  pool.upstream.lead(makeJobs());
  const miner = pool.connect();
  miner.authorize();
  const { jobId, fromGroup, toGroup } = miner.job;
  const nonce = miner.shares().next().value;
  const { commits } = pool.journal;
  pool.pool.handle(
    miner.session,
    JSON.stringify({ id: 9, method: 'mining.submit', params: { jobId, fromGroup, toGroup, nonce } }),
  );
  assert.equal(pool.journal.blocks.length, 1);
  assert.equal(pool.journal.commits, commits + 1);
  assert.equal(pool.journal.shares.length, 1);
  assert.equal(miner.lines.find(({ id }) => id === 9)?.result, true);
});

test('a block goes to the node whatever else is wrong with the share', () => {
  const pool = new TestPool();
  const session = pool.upstream.lead(makeJobs());
  const miner = pool.connect();
  miner.authorize();
  const { job } = miner;
  const stranger = pool.connect();
  const foreign = miner.shares(job, 'ffff');
  assert.equal(miner.submit(foreign.next().value, job).error?.code, 23);
  assert.equal(miner.submit(miner.shares(job).next().value, { ...job, toGroup: 9 }).error?.code, 21);
  const { jobId } = job;
  const params = { jobId, nonce: foreign.next().value };
  assert.equal(stranger.ask('mining.submit', params)?.error?.code, 22);
  pool.upstream.events!.onJobs(session, makeJobs({ parent: 2 }));
  assert.equal(miner.submit(miner.shares(job, miner.extranonce, 1_000).next().value, job).error?.code, 20);
  assert.equal(pool.upstream.submitted.length, 4);
  assert.deepEqual(
    pool.journal.blocks.map(({ work }) => work),
    ['0', '0', '0', '0'],
  );
});

test('when a block was found its miners get another chain, until its parent is there or the node refused it', () => {
  const pool = new TestPool();
  const session = pool.upstream.lead(makeJobs());
  const miners = Array.from({ length: 32 }, () => pool.connect());
  for (const miner of miners) miner.authorize();
  const finder = miners[0]!;
  const chainOf = (miner: TestMiner): string => `${miner.job.fromGroup}-${miner.job.toGroup}`;
  const found = chainOf(finder);
  finder.submit(finder.shares().next().value);
  assert.ok(miners.every((miner) => chainOf(miner) !== found));
  pool.upstream.events!.onBlockState(pool.upstream.submitted[0]!.hash, 'refused');
  pool.nowMs += 10_000;
  pool.pool.tick();
  pool.endTick();
  assert.ok(miners.some((miner) => chainOf(miner) === found));
  assert.deepEqual(
    pool.journal.states.map(({ state }) => state),
    ['refused'],
  );
  assert.equal(session.id, 1);
});

test('a block under the id of a job that is closed goes to the node', () => {
  const pool = new TestPool();
  const session = pool.upstream.lead(makeJobs());
  const miner = pool.connect({ jobs: 'all' });
  miner.authorize();
  const old = (miner.lines.findLast(({ method }) => method === 'mining.notify')!.params as ToldJob[])[0]!;
  pool.upstream.events!.onJobs(session, makeJobs({ parent: 2 }));
  pool.endTick();
  const now = (miner.lines.findLast(({ method }) => method === 'mining.notify')!.params as ToldJob[])[0]!;
  const nonce = miner.shares(now).next().value;
  const sent = pool.upstream.submitted.length;
  assert.equal(miner.submit(nonce, { ...now, jobId: old.jobId }).result, true);
  assert.equal(pool.upstream.submitted.length, sent + 1);
});

test('a chain is not left for a block on an old parent, nor for one that was refused beside another that was', () => {
  const pool = new TestPool();
  const session = pool.upstream.lead(makeJobs());
  const miners = Array.from({ length: 32 }, () => pool.connect());
  for (const miner of miners) miner.authorize();
  const finder = miners[0]!;
  const { job } = finder;
  const chain = job.fromGroup * 4 + job.toGroup;
  const shares = finder.shares(job);
  finder.submit(shares.next().value, job);
  finder.submit(shares.next().value, job);
  assert.equal(pool.upstream.submitted.length, 2);
  for (const { hash } of pool.upstream.submitted) pool.upstream.events!.onBlockState(hash, 'refused');
  assert.deepEqual(
    pool.events
      .filter(({ type }) => type === 'blockState')
      .map((event) => 'surplus' in event && event.surplus),
    [true, false],
  );
  assert.deepEqual(
    pool.published.flatMap((event) => (event.type === 'blockState' ? event.surplus : [])),
    [true, false],
    'the other front ends hear which of them frees the parent',
  );
  pool.upstream.events!.onJobs(session, makeJobs({ parent: 2 }));
  finder.submit(shares.next().value, job);
  assert.equal(pool.upstream.submitted.length, 3);
  const newcomers = Array.from({ length: 32 }, () => pool.connect());
  for (const miner of newcomers) miner.authorize();
  assert.ok([...miners, ...newcomers].some(({ session }) => session.chain === chain));
});
