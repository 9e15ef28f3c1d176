import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CLOSE_AFTER_TEMPLATES,
  FORGET_AFTER_TEMPLATES,
  HeaderBoard,
} from '../../../pool/jobs/header-board.js';
import { DifficultyTable } from '../../../pool/shares/difficulty-table.js';
import { targetBytes } from '../../../protocol/target.js';
import { makeJob, makeJobs } from '../../support/jobs.js';
import { ADDRESS, TestPool } from '../../support/test-pool.js';

const OPTIONS = { parentGraceMs: 100, maxLivePerChain: 4 };
const [A, B] = [
  { id: 1, name: 'a' },
  { id: 2, name: 'b' },
];
const A_AGAIN = { id: 3, name: 'a' };

test('a lost node that is back with its header brings the same header, on which shares count again', () => {
  const board = new HeaderBoard(OPTIONS);
  board.update(A, [makeJob()], 0);
  const header = board.current(0)!;
  header.shares.add('nonce');
  board.endSession(A, 1_000);
  assert.equal(board.current(0), undefined);
  assert.deepEqual([header.isOpen(1_099), header.isOpen(1_100)], [true, false]);
  board.sweep(5_000);
  assert.equal(board.oldestLiveTimestampMs(5_000), header.timestampMs, 'extranonces used on it rest on');
  assert.deepEqual(board.update(A_AGAIN, [makeJob()], 6_000), { parents: [], refreshes: [0] });
  assert.equal(board.current(0), header);
  assert.equal(header.session, A_AGAIN);
  assert.ok(header.isOpen(1e12) && !header.closed && header.shares.has('nonce'));
  board.sweep(7_000);
  assert.ok(header.shares.has('nonce'));
});

for (const [what, giveUp] of [
  ['a newer header', (board: HeaderBoard) => board.update(A, [makeJob({ refresh: 1 })], 1)],
  ['the loss of its node', (board: HeaderBoard) => board.endSession(A, 1)],
  ['its end', (board: HeaderBoard) => board.withdraw(board.current(0)!, 1)],
] as const) {
  test(`what miners of each difficulty get is made once, and let go with ${what}`, () => {
    const board = new HeaderBoard(OPTIONS);
    // A block's difficulty caps all.
    board.update(A, [makeJob({ target: targetBytes(1n) })], 0);
    const header = board.current(0)!;
    const table = new DifficultyTable(1);
    const difficulties = [16n, 17n, 18n].map((work) => table.of(work));
    const jobs = () => difficulties.map((difficulty) => header.jobAt(difficulty, table));
    const [before, again] = [jobs(), jobs()];
    assert.ok(before.every((job, i) => job === again[i] && job.line === again[i]!.line));
    assert.equal(new Set(before.map(({ line }) => line.toString())).size, 3);
    giveUp(board);
    assert.ok(jobs().every((job, i) => job !== before[i]));
  });
}

test('it is the same header, too, when another node on the same parent led meanwhile', () => {
  const board = new HeaderBoard(OPTIONS);
  board.update(A, [makeJob()], 0);
  const header = board.current(0)!;
  board.endSession(A, 1_000);
  board.update(B, [makeJob({ refresh: 1 })], 1_001);
  board.sweep(5_000);
  assert.ok(!header.isOpen(5_000) && !header.closed);
  board.update(A_AGAIN, [makeJob()], 6_000);
  assert.equal(board.current(0), header);
  assert.ok(header.isOpen(6_000));
});

test('a header that was closed for good does not come back: its table is gone', () => {
  const board = new HeaderBoard(OPTIONS);
  board.update(A, [makeJob()], 0);
  const header = board.current(0)!;
  board.close(header, 500);
  board.sweep(501);
  board.endSession(A, 1_000);
  board.update(A_AGAIN, [makeJob()], 1_000);
  assert.equal(board.current(0), undefined);
  board.update(A_AGAIN, [makeJob({ refresh: 1 })], 2_000);
  assert.notEqual(board.current(0), header);
});

test('a header that was closed for good stays so, though it was dropped, while a node goes on telling it', () => {
  const board = new HeaderBoard(OPTIONS);
  board.update(A, [makeJob()], 0);
  board.close(board.current(0)!, 500);
  board.endSession(A, 1_000);
  board.sweep(2_000);
  assert.equal(board.size, 0, 'dropped');
  for (let again = 0; again < 3; again++) {
    const session = { id: 10 + again, name: 'a' };
    assert.deepEqual(board.update(session, [makeJob()], 3_000), { parents: [], refreshes: [] });
    board.endSession(session, 4_000);
    board.sweep(5_000);
  }
  assert.equal(board.current(0), undefined);
});

test("a dead chain's template does not come back by age, whatever the other chains do", () => {
  const board = new HeaderBoard(OPTIONS);
  const dead = makeJob({ chain: 3 });
  board.update(A, [dead], 0);
  board.closeAfterGrace(board.current(3)!, 10);
  for (let n = 1; n <= 4 * FORGET_AFTER_TEMPLATES; n++) {
    const { parents, refreshes } = board.update(A, [dead, makeJob({ parent: n, height: n })], n);
    assert.ok(![...parents, ...refreshes].includes(3), `message ${n}`);
  }
  board.update(A, [makeJob({ chain: 3, refresh: 1 })], 1e6);
  assert.ok(board.current(3)?.isOpen(1e6), 'another template of the chain does');
});

test('after the next parent nothing is kept of a lost node', () => {
  const board = new HeaderBoard(OPTIONS);
  board.update(A, makeJobs(), 0);
  board.endSession(A, 1_000);
  board.sweep(2_000);
  assert.equal(board.size, 16);
  board.update(B, makeJobs({ parent: 2 }), 3_000);
  board.sweep(4_000);
  assert.equal(board.size, 16);
  for (let parent = 3; parent < 3 + CLOSE_AFTER_TEMPLATES; parent++)
    board.update(B, makeJobs({ parent, height: parent }), parent * 1_000);
  assert.ok(board.size <= 1_600 + 16, `${board.size}`);
});

test('a nonce counts once, though its node was lost and is back with the same template', () => {
  const pool = new TestPool();
  let session = pool.upstream.lead(makeJobs({ target: new Uint8Array(32) }));
  const miner = pool.connect();
  miner.authorize();
  const [job, nonce] = [miner.job, miner.shares().next().value];
  assert.equal(miner.submit(nonce, job).result, true);
  for (let loss = 0; loss < 3; loss++) {
    pool.upstream.events!.onSessionEnd(session);
    pool.nowMs += 10_000;
    pool.pool.tick();
    assert.equal(miner.submit(nonce, job).error?.code, 20);
    session = pool.upstream.lead(makeJobs({ target: new Uint8Array(32) }));
    pool.nowMs += 20_000;
    pool.pool.tick();
    pool.endTick();
    assert.equal(miner.submit(nonce, job).error?.code, 24);
    // A wrong id, and none of a known job, find the same header.
    for (const jobId of [miner.job.jobId, 'ffff'])
      assert.equal(miner.submit(nonce, { ...job, jobId }).error?.code, 24);
  }
  const other = pool.connect();
  other.authorize(`${ADDRESS}.other`);
  assert.equal(other.submit(nonce).error?.code, 23);
  assert.equal(pool.journal.shares.length, 1);
});

test('a parent that is back within the grace: its header takes shares again, and the other one no more', () => {
  const board = new HeaderBoard(OPTIONS);
  board.update(A, [makeJob({ parent: 2 })], 0);
  const newer = board.current(0)!;
  newer.shares.add('nonce');
  board.update(A, [makeJob({ parent: 1 })], 1_000);
  const older = board.current(0)!;
  assert.notEqual(older, newer);
  assert.deepEqual(board.update(A, [makeJob({ parent: 2 })], 1_099), { parents: [0], refreshes: [] });
  assert.equal(board.current(0), newer);
  assert.ok(newer.isOpen(1e12) && newer.shares.has('nonce'));
  assert.deepEqual([older.isOpen(1_198), older.isOpen(1_199)], [true, false]);
  // After the grace what was accepted on it is no longer known: it waits for the next template.
  assert.deepEqual(board.update(A, [makeJob({ parent: 1 })], 1_300), { parents: [], refreshes: [] });
  assert.equal(board.current(0), newer);
});

test('nor does a header come back whose block was taken', () => {
  const board = new HeaderBoard(OPTIONS);
  board.update(A, [makeJob({ parent: 1 })], 0);
  const taken = board.current(0)!;
  board.closeParent(0, taken.parent, 0);
  board.update(A, [makeJob({ parent: 2 })], 50);
  assert.deepEqual(board.update(A, [makeJob({ parent: 1 })], 60), { parents: [], refreshes: [] });
});
