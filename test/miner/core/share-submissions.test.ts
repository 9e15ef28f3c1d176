import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { JobBoard } from '../../../miner/core/job-board.js';
import type { ShareVerdict } from '../../../miner/core/share-status.js';
import { SHARE_ANSWER_TIMEOUT_MS, ShareSubmissions } from '../../../miner/core/share-submissions.js';
import type { SourceSession } from '../../../miner/core/source.js';
import type { Find } from '../../../miner/core/submissions.js';
import type { Job } from '../../../protocol/job.js';
import { bitsOfTarget, targetBytes } from '../../../protocol/target.js';
import { makeJob } from '../../support/jobs.js';

const session: SourceSession = { id: 1, name: 'pool', noncePrefix: Uint8Array.of(1) };
/** Of 2^20 expected hashes: 16 * 2^256 / 2^240. */
const SHARE_TARGET = 2n ** 240n - 1n;
const BLOCK_TARGET = 2n ** 200n - 1n;
const REFUSED = { reason: 'duplicate', message: 'duplicate share' } as const;

let board: JobBoard;
let shares: ShareSubmissions;
let sent: Find[];
let live: boolean;
let told: { kind: ShareVerdict['kind']; isBlock: boolean; late: boolean }[];
let unsent: string[];
let blocks: number;

beforeEach(() => {
  board = new JobBoard('pools');
  board.update(session, [job()]);
  sent = [];
  live = true;
  told = [];
  unsent = [];
  blocks = 0;
  shares = new ShareSubmissions(
    {
      send: (find) => {
        if (!live) return undefined;
        sent.push(find);
        return find.template.session;
      },
      isSuperseded: (template) => board.isSuperseded(template),
      isAncestor: (chain, hash) => board.isAncestor(chain, hash),
      onVerdict: ({ isBlock }, { kind }, _ms, late) => told.push({ kind, isBlock, late }),
      onUnsent: ({ isBlock }, why) => unsent.push(`${isBlock ? 'block' : 'share'} ${why}`),
      onBlock: () => blocks++,
    },
    0,
  );
});

function job(parts: Parameters<typeof makeJob>[0] = {}): Job {
  const made = makeJob({ target: targetBytes(SHARE_TARGET), ...parts });
  new DataView(made.headerBlob.buffer).setUint32(298, bitsOfTarget(BLOCK_TARGET));
  return made;
}

let serial = 0;

/** A share, or a block. */
function find(block = false, template = board.current(0)!): Find {
  serial++;
  const hash = new Uint8Array(32);
  hash[block ? 10 : 3] = 1;
  new DataView(hash.buffer).setUint32(20, serial);
  return { template, header: new Uint8Array(326), hash };
}

const kinds = (): string[] => told.map(({ kind, late }) => (late ? `late ${kind}` : kind));

test('several shares on one template are all sent at once, and each is answered by itself', () => {
  const finds = [find(), find(), find()];
  for (const each of finds) shares.add(each, 0);
  assert.equal(sent.length, 3);
  assert.equal(shares.inFlight, 3);
  shares.settle(finds[1]!.hash, undefined, 10);
  shares.settle(finds[0]!.hash, REFUSED, 20);
  shares.settle(finds[2]!.hash, { reason: 'stale', message: 'job not found' }, 30);
  const { found, accepted, rejected, stale, byReason, acceptedWork, answerMs } = shares.shares(30);
  assert.deepEqual([found, accepted, rejected, stale], [3, 1, 1, 1]);
  assert.deepEqual(byReason, { duplicate: 1, stale: 1 });
  assert.equal(acceptedWork, 2n ** 20n);
  assert.equal(answerMs, 20);
  assert.equal(shares.inFlight, 0);
});

test('a share of a chain that the pool has left is still a share', () => {
  const old = find();
  board.update(session, [job({ chain: 5 })]);
  assert.equal(board.isCurrent(old.template), false);
  shares.add(old, 0);
  assert.equal(sent.length, 1);
});

test('so is one of a job that was refreshed, or asked again with another target', () => {
  const old = find();
  board.update(session, [job({ refresh: 1, target: targetBytes(SHARE_TARGET / 2n) })]);
  shares.add(old, 0);
  assert.equal(sent.length, 1);
});

test('a share whose chain has a new parent is dropped and counted, also when other chains came between', () => {
  const old = find();
  board.update(session, [job({ chain: 5 })]);
  board.update(session, [job({ parent: 2 })]);
  board.update(session, [job({ chain: 5 })]);
  shares.add(old, 0);
  assert.equal(sent.length, 0);
  assert.equal(shares.counts.stale, 1);
});

test('but a block is sent all the same, and is a side block then', () => {
  const old = find(true);
  board.update(session, [job({ parent: 2 })]);
  shares.add(old, 0);
  assert.equal(sent.length, 1);
  shares.settle(old.hash, undefined, 1);
  assert.equal(shares.counts.accepted, 1);
  assert.equal(shares.blocks.side, 1);
  assert.equal(blocks, 0);
});

test('blocks: one a parent counts as accepted, unless it became the parent itself', () => {
  const [first, second] = [find(true), find(true)];
  shares.add(first, 0);
  shares.add(second, 0);
  shares.settle(first.hash, undefined, 1);
  shares.settle(second.hash, undefined, 2);
  board.update(session, [job({ refresh: 1 })]);
  const refreshed = find(true);
  shares.add(refreshed, 2);
  shares.settle(refreshed.hash, undefined, 2);
  const { found, accepted, side, surplus } = shares.blocks;
  assert.deepEqual([found, accepted, surplus, side], [3, 1, 1, 1]);
  const third = { ...find(true), hash: new Uint8Array(32) };
  board.update(session, [job({ parent: 2 })]);
  const fourth = { ...find(true), hash: new Uint8Array(32).fill(3, 31) };
  shares.add(fourth, 3);
  board.update(session, [job({ parent: 3 })]);
  // Its own hash is now the parent of the newest job.
  const child = job({ parent: 4 });
  child.headerBlob.set(fourth.hash, 2 + 3 * 32);
  board.update(session, [child]);
  shares.settle(fourth.hash, undefined, 4);
  assert.equal(shares.blocks.accepted, 2);
  shares.add(third, 5);
  shares.settle(third.hash, REFUSED, 6);
  assert.equal(shares.blocks.rejected, 1);
  assert.equal(blocks, 2);
});

test('no answer in time: unanswered; when it comes after all it is booked, once', () => {
  const late = find(true);
  shares.add(late, 0);
  shares.expire(SHARE_ANSWER_TIMEOUT_MS - 1);
  assert.equal(shares.counts.unanswered, 0);
  shares.expire(SHARE_ANSWER_TIMEOUT_MS);
  assert.equal(shares.counts.unanswered, 1);
  assert.equal(shares.settle(late.hash, undefined, 40_000), true);
  assert.equal(shares.settle(late.hash, undefined, 40_001), false);
  assert.deepEqual(kinds(), ['unanswered', 'late accepted']);
  assert.deepEqual([shares.counts.unanswered, shares.counts.accepted], [0, 1]);
  assert.deepEqual([shares.blocks.unanswered, shares.blocks.accepted], [0, 1]);
});

test('a session that ends takes its unanswered shares with it; what is found afterwards is not sent', () => {
  const other: SourceSession = { id: 2, name: 'other', noncePrefix: Uint8Array.of(2) };
  const template = { ...board.current(0)!, session: other };
  shares.add(find(), 0);
  shares.add(find(false, template), 0);
  shares.endSession(session, 1);
  assert.deepEqual([shares.counts.unanswered, shares.inFlight], [1, 1]);
  live = false;
  shares.add(find(), 2);
  shares.add(find(true), 2);
  assert.equal(shares.counts.unsent, 2);
  assert.equal(shares.blocks.unsent, 1);
  assert.deepEqual(unsent, ['share away', 'block away']);
  shares.sendHeld();
  assert.equal(sent.length, 2);
});

test('a pool that answers nothing: shares are held back from a limit on, blocks never', () => {
  for (let i = 0; i < 5_000; i++) shares.add(find(), 0);
  assert.equal(sent.length, 4_096);
  assert.equal(shares.counts.unsent, 5_000 - 4_096);
  assert.deepEqual(new Set(unsent), new Set(['share busy']));
  shares.add(find(true), 0);
  assert.equal(sent.length, 4_097);
});

test('at the end every share is in one count', () => {
  for (let i = 0; i < 3; i++) shares.add(find(), 0);
  shares.settle(sent[0]!.hash, undefined, 1);
  shares.close(2);
  const { found, ...others } = shares.counts;
  assert.equal(
    Object.values(others).reduce((sum, count) => sum + count),
    found,
  );
});

test('the credited hashrate: work over time, with its error', () => {
  for (let i = 0; i < 100; i++) {
    const each = find();
    shares.add(each, i * 1_000);
    shares.settle(each.hash, undefined, i * 1_000);
  }
  const { credited } = shares.shares(100_000);
  assert.equal(Math.round(credited.hashesPerSecond), 2 ** 20);
  assert.ok(Math.abs(credited.error! - 0.258) < 1e-9);
  const later = shares.shares(100_000 + 16 * 60_000);
  assert.equal(later.credited.hashesPerSecond, 0);
  assert.equal(later.credited.error, undefined);
  assert.equal(later.acceptedWork, 100n * 2n ** 20n);
});

test('the best accepted shares are ranked by their hashes, ten of them', () => {
  const hashOf = (leading: number): Find => {
    const share = find();
    share.hash.fill(0);
    share.hash[leading] = 1;
    return share;
  };
  const finds = [3, 5, 4, ...new Array<number>(9).fill(3)].map(hashOf);
  for (const [i, each] of finds.entries()) {
    new DataView(each.hash.buffer).setUint32(24, i);
    shares.add(each, 0);
  }
  const refused = hashOf(8);
  shares.add(refused, 0);
  for (const each of finds) shares.settle(each.hash, undefined, 10);
  shares.settle(refused.hash, REFUSED, 10);
  const { best } = shares.shares(10);
  assert.equal(best.length, 10);
  // 16 chains: a hash of 1 behind n bytes of zero stands for 16 * 256^(n + 1) hashes.
  assert.deepEqual(
    best.slice(0, 3).map((hashes) => Math.round(Math.log2(hashes))),
    [52, 44, 36],
  );
});
