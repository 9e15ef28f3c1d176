import assert from 'node:assert/strict';
import { test } from 'node:test';
import { targetBytes } from '../../../protocol/target.js';
import { makeJobs } from '../../support/jobs.js';
import { type TestMiner, TestPool, type ToldJob } from '../../support/test-pool.js';

const VARIABLE = { fixed: false, startWork: 2n ** 40n, minWork: 16n, maxWork: 2n ** 60n, sharesPerMinute: 6 };

const toldJobs = (miner: TestMiner): ToldJob[] =>
  miner.lines
    .filter(({ method }) => method === 'mining.notify')
    .map(({ params }) => params!.at(-1) as ToldJob);

test('a silent miner on a quiet network is helped within minutes, and no header ever has two difficulties', () => {
  const pool = new TestPool();
  pool.upstream.lead(makeJobs({ target: targetBytes(1n) }));
  const miner = pool.connect(VARIABLE);
  miner.authorize();
  const end = pool.nowMs + 180_000;
  for (; pool.nowMs < end; pool.nowMs += 1_000) {
    pool.pool.tick();
    pool.endTick();
  }
  const jobs = toldJobs(miner);
  const targets = new Map<string, string>();
  for (const { headerBlob, targetBlob } of jobs) {
    assert.equal(targets.get(headerBlob) ?? targetBlob, targetBlob);
    targets.set(headerBlob, targetBlob);
  }
  assert.ok(targets.size > 5);
  const [first, last] = [jobs[0]!, jobs.at(-1)!].map(({ targetBlob }) => BigInt(`0x${targetBlob}`));
  assert.ok(last! / first! > 1000n, `${last! / first!}`);
});

test('a difficulty that a miner asks for comes with a header that it has not', () => {
  const pool = new TestPool();
  pool.upstream.lead(makeJobs({ target: targetBytes(1n) }));
  const miner = pool.connect(VARIABLE);
  miner.authorize();
  const before = miner.job;
  miner.ask('mining.suggest_difficulty', [1]);
  assert.deepEqual(miner.job, before);
  pool.nowMs += 10_000;
  pool.pool.tick();
  pool.endTick();
  assert.notEqual(miner.job.headerBlob, before.headerBlob);
  assert.equal(miner.session.difficulty.stratum, 1);
});
