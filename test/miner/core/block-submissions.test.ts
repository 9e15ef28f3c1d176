import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { BlockSubmissions } from '../../../miner/core/block-submissions.js';
import type { JobBoard } from '../../../miner/core/job-board.js';
import type { SourceSession } from '../../../miner/core/source.js';
import type { Find } from '../../../miner/core/submissions.js';
import { WorkPlan } from '../../../miner/core/work-plan.js';
import { makeJob } from '../../support/jobs.js';

const session: SourceSession = { id: 1, name: 'node', noncePrefix: new Uint8Array(0) };

const REFUSED = { reason: 'other', message: 'refused by the node' } as const;

let plan: WorkPlan;
let board: JobBoard;
let submissions: BlockSubmissions;
let sent: Find[];
let paused: Set<number>;
let verdicts: string[];
let unsent: Find[];
let live: boolean;
let orphaned: boolean;
let hashes = 0;

beforeEach(() => {
  plan = new WorkPlan('nodes');
  board = plan.board;
  board.update(session, [makeJob()]);
  sent = [];
  paused = new Set();
  verdicts = [];
  unsent = [];
  live = true;
  orphaned = false;
  submissions = new BlockSubmissions({
    send: (find) => {
      if (!live) return undefined;
      sent.push(find);
      return find.template.session;
    },
    isAncestor: (chain, hash) => board.isAncestor(chain, hash),
    isSubmittable: (template) => board.isSubmittable(template),
    isOrphaned: () => orphaned,
    isCurrent: (template) => board.isCurrent(template),
    isUsed: (template) => plan.isUsed(template),
    isWon: (template) => plan.isWon(template),
    isSpent: (template) => plan.isSpent(template),
    noteTaken: (template) => plan.noteTaken(template, 0),
    noteRefused: (template) => {
      plan.noteRefused(template, 0);
    },
    pause: (chain) => paused.add(chain),
    resume: (chain) => paused.delete(chain),
    onVerdict: (_find, verdict, _ms, late) => verdicts.push(late ? `late ${verdict}` : verdict),
    onUnsent: (find) => unsent.push(find),
  });
});

function find(template = board.current(0)!): Find {
  hashes++;
  return { template, header: new Uint8Array(326), hash: new Uint8Array(32).fill(hashes) };
}

test('a block: sent, the chain pauses, accepted, and waits for its next parent', () => {
  const first = find();
  submissions.add(first, 0);
  assert.equal(sent.length, 1);
  assert.equal(paused.has(0), true);
  submissions.settle(first.hash, undefined, 30);
  assert.equal(paused.has(0), true);
  assert.deepEqual(verdicts, ['accepted']);
  assert.equal(submissions.blocks.accepted, 1);
});

test('further finds on one template wait; accepted drops them', () => {
  const first = find();
  submissions.add(first, 0);
  submissions.add(find(), 1);
  submissions.add(find(), 2);
  assert.equal(sent.length, 1);
  submissions.settle(first.hash, undefined, 30);
  submissions.add(find(), 40);
  assert.equal(sent.length, 1);
  assert.equal(submissions.blocks.surplus, 3);
});

test('refused sends the next, and reopens the chain when none is left', () => {
  const [first, second] = [find(), find()];
  submissions.add(first, 0);
  submissions.add(second, 1);
  submissions.settle(first.hash, REFUSED, 30);
  assert.deepEqual(sent, [first, second]);
  assert.equal(paused.has(0), true);
  submissions.settle(second.hash, REFUSED, 60);
  assert.equal(paused.has(0), false);
  assert.equal(submissions.blocks.rejected, 2);
});

test('no answer in 5 s counts as unanswered, reopens, and sends the next', () => {
  const [first, second] = [find(), find()];
  submissions.add(first, 0);
  submissions.expire(4_999);
  assert.equal(submissions.blocks.unanswered, 0);
  submissions.expire(5_000);
  assert.equal(submissions.blocks.unanswered, 1);
  assert.equal(paused.has(0), false);
  submissions.add(second, 5_001);
  assert.deepEqual(sent, [first, second]);
});

test('an answer that comes late is booked after all, once', () => {
  const first = find();
  submissions.add(first, 0);
  submissions.expire(5_000);
  assert.equal(submissions.settle(first.hash, undefined, 7_000), true);
  assert.equal(submissions.settle(first.hash, undefined, 7_001), false);
  assert.deepEqual(verdicts, ['unanswered', 'late accepted']);
  assert.equal(submissions.blocks.unanswered, 0);
  assert.equal(submissions.blocks.accepted, 1);
  assert.equal(paused.has(0), true);
});

test('answered twice, or an answer to nothing', () => {
  const first = find();
  submissions.add(first, 0);
  assert.equal(submissions.settle(first.hash, undefined, 1), true);
  assert.equal(submissions.settle(first.hash, REFUSED, 2), false);
  assert.equal(submissions.settle(new Uint8Array(32), undefined, 3), false);
  assert.equal(submissions.blocks.accepted, 1);
  assert.equal(submissions.blocks.rejected, 0);
});

describe('side blocks', () => {
  test('a find of a stale template is sent, pauses nothing, and counts apart', () => {
    const stale = find();
    board.update(session, [makeJob({ parent: 2 })]);
    submissions.add(stale, 0);
    assert.equal(sent.length, 1);
    assert.equal(paused.has(0), false);
    submissions.settle(stale.hash, undefined, 30);
    assert.deepEqual(verdicts, ['side']);
  });

  test('so does a second block on one parent, from a refreshed template', () => {
    const first = find();
    submissions.add(first, 0);
    board.update(session, [makeJob({ refresh: 1 })]);
    const second = find();
    submissions.settle(first.hash, undefined, 30);
    submissions.add(second, 31);
    submissions.settle(second.hash, undefined, 60);
    assert.deepEqual(verdicts, ['accepted', 'side']);
  });

  test('beyond 7 heights it is not worth sending', () => {
    const old = find();
    board.update(session, [makeJob({ parent: 9, height: 9 })]);
    submissions.add(old, 0);
    assert.equal(sent.length, 0);
    assert.equal(submissions.blocks.expired, 1);
  });
});

test('a lost session: unanswered at once', () => {
  const first = find();
  submissions.add(first, 0);
  submissions.endSession(session, 100);
  assert.equal(submissions.blocks.unanswered, 1);
  assert.equal(paused.has(0), false);
});

test('a find without a session is held, and sent when it is back', () => {
  live = false;
  orphaned = true;
  const held = find();
  submissions.add(held, 0);
  live = true;
  submissions.sendHeld(10);
  assert.deepEqual(sent, [held]);
  live = false;
  submissions.add(find(), 20);
  submissions.dropHeld();
  assert.equal(submissions.blocks.unsent, 0, 'it waits behind the one in flight');
  orphaned = false;
  board.update(session, [makeJob({ refresh: 1 })]);
  submissions.add(find(), 30);
  assert.equal(submissions.blocks.unsent, 1);
});

test('finds whose node stays away count as unsent, not as late, and each is told when it is given up', () => {
  live = false;
  orphaned = true;
  const held = [find(), find(), find()];
  for (const each of held) submissions.add(each, 0);
  assert.deepEqual(unsent, []);
  orphaned = false;
  submissions.dropHeld();
  assert.deepEqual(unsent, held);
  const { found, unsent: count, expired, surplus } = submissions.blocks;
  assert.deepEqual([found, count, expired, surplus], [3, 3, 0, 0]);
});

test('a block that became a parent before its answer came is no side block', () => {
  const first = { ...find(), hash: new Uint8Array(32).fill(2) };
  submissions.add(first, 0);
  board.update(session, [makeJob({ parent: 2 })]);
  submissions.settle(first.hash, undefined, 30);
  assert.deepEqual(verdicts, ['accepted']);
});

test('two templates of one parent: the chain is not reopened while one is on its way', () => {
  const first = find();
  submissions.add(first, 0);
  board.update(session, [makeJob({ refresh: 1 })]);
  const second = find();
  submissions.add(second, 1);
  submissions.settle(first.hash, REFUSED, 30);
  assert.equal(paused.has(0), true);
  submissions.settle(second.hash, REFUSED, 31);
  assert.equal(paused.has(0), false);
});

test('the same header in a later session is the same template: one in flight', () => {
  submissions.add(find(), 0);
  const later: SourceSession = { id: 2, name: 'node', noncePrefix: new Uint8Array(0) };
  board.update(later, [makeJob()]);
  submissions.add(find(), 1);
  assert.equal(sent.length, 1);
});

test('at the end every find is in one count', () => {
  submissions.add(find(), 0);
  submissions.add(find(), 1);
  orphaned = true;
  live = false;
  board.update(session, [makeJob({ refresh: 1 })]);
  submissions.add(find(), 2);
  submissions.close(3);
  const { found, ...others } = submissions.blocks;
  assert.equal(found, 3);
  assert.equal(
    Object.values(others).reduce((sum, count) => sum + count),
    3,
  );
});
