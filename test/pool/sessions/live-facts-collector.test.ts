import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveFacts } from '../../../pool/domain/live-facts.js';
import { LiveFactsCollector } from '../../../pool/sessions/live-facts-collector.js';
import { LiveBoard } from '../../../pool/statistics/live-board.js';
import { makeJobs } from '../../support/jobs.js';
import { ADDRESS, OTHER_ADDRESS, TestPool } from '../../support/test-pool.js';

const AROUND = {
  networkId: 4,
  nodes: ['leading'],
  ports: {},
  listening: true,
  storeUp: true,
  storeFileGone: false,
  polw: undefined,
} as const;

function started(): { pool: TestPool; collect: () => LiveFacts } {
  const pool = new TestPool();
  const collector = new LiveFactsCollector(pool.pool, () => AROUND);
  return { pool, collect: () => collector.collect(pool.nowMs) };
}

test('only what changed is told, whoever was there before is', () => {
  const pool = new TestPool();
  const early = pool.connect();
  early.authorize();
  const collector = new LiveFactsCollector(pool.pool, () => AROUND);
  assert.equal(collector.collect(1).workers.length, 1);
  assert.equal(collector.collect(2).workers.length, 0);
  early.send(JSON.stringify({ id: null, method: 'alph_submitHashrate', params: [5e9, 'rig'] }));
  const [worker] = collector.collect(3).workers;
  assert.equal(worker!.reportedHashrate, 5e9);
  assert.equal(worker!.address, ADDRESS);
  pool.connect().authorize();
  assert.equal(collector.collect(4).workers[0]!.connections, 2);
});

test('a worker that leaves and comes back is there in the end', () => {
  const { pool, collect } = started();
  const board = new LiveBoard();
  const login = `${OTHER_ADDRESS}.rig`;
  const update = (): void => board.update('one', collect(), 0);
  const first = pool.connect();
  first.authorize(login);
  update();
  const [account] = board.accounts().keys();
  assert.equal(board.worker(account!, 'rig')!.connections, 1);
  pool.pool.drop(first.session, 'client');
  pool.connect().authorize(login);
  update();
  assert.equal(board.worker(account!, 'rig')!.connections, 1);
  const again = pool.connect();
  again.authorize(login);
  pool.pool.drop(again.session, 'client');
  update();
  assert.equal(board.worker(account!, 'rig')!.connections, 1);
});

test('what leaves is forgotten, and nothing waits for ever', () => {
  const { pool, collect } = started();
  const board = new LiveBoard();
  pool.extranoncesLeft = 2_000;
  const miners = Array.from({ length: 1_500 }, (_, i) => {
    const miner = pool.connect();
    miner.authorize(`${ADDRESS}.w${i}`);
    return miner;
  });
  board.update('one', collect(), 0);
  const [account] = board.accounts().keys();
  assert.equal(board.workerNames(account!).length, 1_000, 'a message holds so many');
  board.update('one', collect(), 0);
  assert.equal(board.workerNames(account!).length, 1_500);
  for (const { session } of miners) pool.pool.drop(session, 'client');
  for (let i = 0; i < 3; i++) board.update('one', collect(), 0);
  assert.equal(board.accounts().size, 0);
  assert.equal(pool.pool.workers.changes, 0);
});

test('heights are those of jobs, and growing is noted', () => {
  const { pool, collect } = started();
  assert.equal(collect().pool.node, undefined);
  pool.upstream.lead(makeJobs());
  const first = collect().pool;
  assert.equal(first.node, 'node');
  assert.equal(first.newHeightMs, undefined, 'when these chains grew is not known');
  assert.equal(typeof first.heights[3], 'number');
  assert.equal(first.targets[3]!.byteLength, 32);
  assert.equal(first.targets[3]!.buffer.byteLength, 32, 'nothing else is sent with it');
  pool.nowMs += 700;
  pool.upstream.lead(makeJobs({ parent: 2 }));
  const second = collect().pool;
  assert.equal(second.heights[3], 2);
  assert.equal(second.newHeightMs, pool.nowMs);
  pool.nowMs += 700;
  assert.equal(collect().pool.newHeightMs, second.newHeightMs);
});

test('several front ends are one pool; one that hangs or is gone does not make it ready', () => {
  const { pool, collect } = started();
  const board = new LiveBoard();
  pool.upstream.lead(makeJobs());
  pool.connect().authorize(`${ADDRESS}.rig`);
  const facts = collect();
  board.update('one', facts, 0);
  board.update('two', facts, 3_000);
  const [account] = board.accounts().keys();
  assert.equal(board.worker(account!, 'rig')!.connections, 2);
  assert.equal(board.pool().connections, 2);
  assert.ok(board.readiness(4_000).ready);
  assert.ok(board.readiness(8_000).ready, 'one of them is enough');
  assert.ok(!board.readiness(8_001).ready);
  board.remove('two');
  assert.equal(board.pool().connections, 1);
});
