import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolHeader } from '../../../pool/jobs/pool-header.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { ALL_CHAINS, CHAINS } from '../../../protocol/chain.js';
import type { Job } from '../../../protocol/job.js';
import { MAX_REFUSED_ON_A_CHAIN, MAX_REFUSED_ON_A_TEMPLATE } from '../../../protocol/refusal-limit.js';
import { DEAD_FROM_MS, readActivationDay } from '../../support/activation-day.js';
import { makeJob, makeJobs } from '../../support/jobs.js';
import { type TestMiner, TestPool, type ToldJob } from '../../support/test-pool.js';

const DAY = readActivationDay();

/** Header blobs, hex, of the jobs that a miner was told since it was asked last. */
function toldOf(miner: TestMiner): string[] {
  return miner.lines
    .splice(0)
    .filter(({ method }) => method === 'mining.notify')
    .flatMap(({ params }) => params as ToldJob[])
    .map(({ headerBlob }) => headerBlob);
}

function hashOf(find: number): Uint8Array {
  const hash = new Uint8Array(32);
  new DataView(hash.buffer).setUint32(0, find);
  return hash;
}

test('the day of activation: nobody is given a template whose block was taken, nor credited on it', () => {
  const pool = new TestPool({ parentGraceMs: 1_500 });
  const events = pool.upstream.events!;
  const session = pool.upstream.lead([]);
  const miners = Array.from({ length: 24 }, (_, i) => pool.connect({ jobs: i % 8 === 0 ? 'all' : 'one' }));
  for (const miner of miners) miner.authorize();
  const headers = new Map<Job, PoolHeader>();
  const finds = new Map<number, PoolHeader>();
  const used = new Set<string>();
  for (const event of DAY) {
    pool.nowMs = event.ms;
    if (event.type === 'jobs') {
      events.onJobs(session, event.jobs);
      for (const chain of ALL_CHAINS) {
        const header = pool.pool.board.current(chain)!;
        headers.set(header.job, header);
      }
    } else if (event.type === 'found') {
      const header = headers.get(event.job)!;
      finds.set(event.find, header);
      const { bytes } = header;
      pool.pool.submitBlock({
        header,
        bytes,
        hash: hashOf(event.find),
        worker: undefined,
        work: 0n,
        stale: false,
      });
    } else {
      const hash = bytesToHex(hashOf(event.find));
      events.onBlockState(hash, event.accepted ? 'accepted' : 'refused');
      used.add(bytesToHex(finds.get(event.find)!.job.headerBlob));
    }
    pool.endTick();
    for (const miner of miners)
      for (const blob of toldOf(miner)) assert.equal(used.has(blob), false, `at ${event.ms} ms`);
  }
  assert.ok(used.size > 800);
  assert.equal(pool.upstream.submitted.length, used.size);

  pool.nowMs = DEAD_FROM_MS + 100_000;
  pool.pool.tick();
  const late = pool.connect();
  late.authorize();
  assert.deepEqual(toldOf(late), []);
});

test('once the block of a header was taken its shares count for the grace, and a block on it is not sent', () => {
  const pool = new TestPool({ parentGraceMs: 1_500 });
  const session = pool.upstream.lead([makeJob()]);
  const miner = pool.connect();
  miner.authorize();
  const { job } = miner;
  const shares = miner.shares(job);
  miner.submit(shares.next().value, job);
  pool.upstream.events!.onBlockState(pool.upstream.submitted[0]!.hash, 'accepted');
  pool.nowMs += 1_499;
  assert.equal(miner.submit(shares.next().value, job).result, true);
  pool.nowMs += 1;
  assert.equal(miner.submit(shares.next().value, job).error?.code, 20);
  assert.equal(pool.upstream.submitted.length, 1);

  // Neither with the same jobs again, nor with a refresh on that parent; the next parent is work.
  pool.upstream.events!.onJobs(session, [makeJob()]);
  pool.upstream.events!.onJobs(session, [makeJob({ refresh: 1 })]);
  pool.endTick();
  assert.deepEqual(miner.job, job);
  pool.upstream.events!.onJobs(session, [makeJob({ parent: 2 })]);
  pool.endTick();
  assert.notDeepEqual(miner.job, job);
});

test('a node that takes nothing: few blocks are sent, and then nobody is given its templates or credited on them', () => {
  const pool = new TestPool();
  const { upstream } = pool;
  const session = upstream.lead(makeJobs());
  const miners = Array.from({ length: 16 }, () => pool.connect());
  for (const miner of miners) miner.authorize();
  const counters = new Map<TestMiner, number>();
  for (let round = 0; round < 200; round++) {
    pool.nowMs += 1_000;
    for (const miner of miners) {
      const from = counters.get(miner) ?? 0;
      const nonce = miner.shares(miner.job, miner.extranonce, from).next().value;
      counters.set(miner, Number(BigInt(`0x${nonce.slice(miner.extranonce.length)}`)) + 1);
      const before = upstream.submitted.length;
      miner.submit(nonce, miner.job);
      if (upstream.submitted.length > before)
        upstream.events!.onBlockState(upstream.submitted.at(-1)!.hash, 'refused');
    }
    upstream.events!.onJobs(session, makeJobs());
    pool.pool.tick();
    pool.endTick();
  }
  assert.equal(upstream.submitted.length, CHAINS * MAX_REFUSED_ON_A_TEMPLATE);
  assert.equal(pool.events.filter(({ type }) => type === 'notice').length, CHAINS);
  const [miner] = miners;
  assert.equal(miner!.submit(miner!.shares(miner!.job, miner!.extranonce, 1e9).next().value).error?.code, 20);
  const late = pool.connect();
  late.authorize();
  assert.deepEqual(toldOf(late), []);

  // The next parent is tried.
  upstream.events!.onJobs(session, makeJobs({ parent: 2 }));
  pool.endTick();
  assert.equal(toldOf(late).length, 1);
});

test('refreshes of one parent do not lift the limit of its chain', () => {
  const pool = new TestPool();
  const { upstream } = pool;
  const session = upstream.lead([makeJob()]);
  const miner = pool.connect();
  miner.authorize();
  let nonce = 0;
  for (let refresh = 1; refresh < 20; refresh++) {
    for (let i = 0; i < 5; i++) {
      nonce++;
      const before = upstream.submitted.length;
      miner.submit(miner.shares(miner.job, miner.extranonce, nonce * 100_000).next().value);
      if (upstream.submitted.length > before)
        upstream.events!.onBlockState(upstream.submitted.at(-1)!.hash, 'refused');
    }
    pool.nowMs += 10_000;
    upstream.events!.onJobs(session, [makeJob({ refresh })]);
    pool.pool.tick();
    pool.endTick();
  }
  assert.equal(upstream.submitted.length, MAX_REFUSED_ON_A_CHAIN);
});

test('a block that another front end found and its node took ends its parent here, too', () => {
  const pool = new TestPool();
  pool.upstream.lead([makeJob()]);
  const miner = pool.connect();
  miner.authorize();
  const header = pool.pool.board.current(0)!;
  pool.pool.work.leaveParent(0, bytesToHex(header.parent), 'ff');
  assert.equal(miner.submit(miner.shares().next().value).result, true);
  pool.pool.work.endParent(0, bytesToHex(header.parent));
  assert.equal(miner.submit(miner.shares(miner.job, miner.extranonce, 1e6).next().value).error?.code, 20);
});
