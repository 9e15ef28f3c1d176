import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobBoard } from '../../../miner/core/job-board.js';
import { ALL_CHAINS } from '../../../protocol/chain.js';
import { makeJob, makeJobs } from '../../support/jobs.js';

const session = (id: number) => ({ id, name: `node ${id}`, noncePrefix: new Uint8Array(0) });
const A = session(1);

test('a refresh is taken up and makes nothing stale; a new parent does', () => {
  const board = new JobBoard();
  assert.deepEqual(board.update(A, makeJobs()), []);
  const first = board.current(3)!;
  assert.deepEqual(board.update(A, makeJobs({ refresh: 1 })), []);
  const refreshed = board.current(3)!;
  assert.notEqual(refreshed, first);
  assert.equal(board.isCurrent(first), true);
  assert.deepEqual(
    board.update(A, [...makeJobs({ refresh: 1 }).slice(0, 15), makeJob({ chain: 15, parent: 2 })]),
    [15],
  );
  assert.equal(board.isCurrent(refreshed), true);
  assert.equal(board.current(15)!.generation, 2);
});

test('the same template again is the same object', () => {
  const board = new JobBoard();
  board.update(A, makeJobs());
  const before = board.current(0);
  board.update(A, makeJobs());
  assert.equal(board.current(0), before);
});

test('a chain that is not named has no template any more', () => {
  const board = new JobBoard();
  board.update(A, makeJobs());
  assert.deepEqual(board.update(A, makeJobs().slice(1)), [0]);
  assert.equal(board.current(0), undefined);
});

test('another session goes on with the very same template, and with no other', () => {
  const board = new JobBoard();
  board.update(A, makeJobs());
  const old = board.current(0)!;
  const B = session(2);
  assert.deepEqual(
    board.update(B, [makeJob({ chain: 0 }), ...makeJobs({ refresh: 1 }).slice(1)]),
    ALL_CHAINS.slice(1),
  );
  assert.equal(board.isCurrent(old), true);
  assert.equal(board.current(0)!.session, B);
});

test('a template is worth submitting among the last 1,600 of its node', () => {
  const board = new JobBoard();
  board.update(A, [makeJob({ chain: 0 })]);
  const old = board.current(0)!;
  for (let i = 1; i < 1600; i++)
    board.update(A, [
      makeJob({ chain: 0 }),
      makeJob({ chain: 1, refresh: i % 256, parent: 1 + Math.floor(i / 256) }),
    ]);
  assert.equal(board.isSubmittable(old), true);
  board.update(A, [makeJob({ chain: 0 }), makeJob({ chain: 1, parent: 100 })]);
  assert.equal(board.isSubmittable(old), false);
});

test('and while its chain has moved on by fewer than 7 heights', () => {
  const board = new JobBoard();
  board.update(A, [makeJob({ height: 100 })]);
  const old = board.current(0)!;
  board.update(A, [makeJob({ height: 106, parent: 2 })]);
  assert.equal(board.isSubmittable(old), true);
  board.update(A, [makeJob({ height: 107, parent: 3 })]);
  assert.equal(board.isSubmittable(old), false);
});

test('a pool: a job on the same header with another target counts, and makes nothing stale', () => {
  const board = new JobBoard('pools');
  const pool = session(1);
  board.update(pool, [makeJob()]);
  const first = board.current(0)!;
  const easier = { ...makeJob(), target: new Uint8Array(32).fill(0x7f) };
  assert.deepEqual(board.update(pool, [easier]), []);
  assert.equal(board.current(0)!.job, easier);
  assert.equal(board.isCurrent(first), true);
});

test('a pool: a later session has another extranonce, so that the same header is other work', () => {
  const board = new JobBoard('pools');
  board.update(session(1), [makeJob()]);
  const first = board.current(0)!;
  assert.deepEqual(board.update(session(2), [makeJob()]), [0]);
  assert.equal(board.isCurrent(first), false);
  assert.equal(board.isSuperseded(first), false);
});
