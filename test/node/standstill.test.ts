import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STANDSTILL_MS, Standstill } from '../../node/standstill.js';
import { describeStanding, isNearLessWork } from '../../node/standstill-words.js';
import { ALL_CHAINS } from '../../protocol/chain.js';
import { withTxsHash } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import { bitsOfHashrate, targetBytes, targetOfBits } from '../../protocol/target.js';
import { DEAD_FROM_MS, readActivationDay } from '../support/activation-day.js';
import { makeJob, makeJobs } from '../support/jobs.js';

const chainsOf = (standstill: Standstill, nowMs: number): number[] =>
  standstill.standing(nowMs).map(({ chain }) => chain);

test('the recorded day: nothing stands still before its last block, and all chains do after it', () => {
  const standstill = new Standstill();
  const finds = new Map<number, Job>();
  for (const event of readActivationDay()) {
    if (event.type === 'jobs') standstill.takeJobs(event.jobs, event.ms);
    else if (event.type === 'found') finds.set(event.find, event.job);
    else {
      const { chain, headerBlob } = finds.get(event.find)!;
      standstill.takeVerdict(chain, headerBlob, event.accepted, event.ms);
    }
    // The first chain has its last block at 80.8 s.
    if (event.ms < 80_830 + STANDSTILL_MS) assert.deepEqual(chainsOf(standstill, event.ms), []);
  }
  assert.deepEqual(chainsOf(standstill, DEAD_FROM_MS + STANDSTILL_MS), [...ALL_CHAINS]);
  const [first] = standstill.standing(DEAD_FROM_MS + STANDSTILL_MS);
  assert.deepEqual([first!.reason, first!.job.height], ['taken', 53]);
});

test('a template that follows in time is no standstill; a refresh of the same parent is none that follows', () => {
  const standstill = new Standstill();
  const job = makeJob();
  standstill.takeJobs([job], 0);
  standstill.takeVerdict(0, job.headerBlob, true, 100);
  standstill.takeJobs([makeJob({ refresh: 1 })], 200);
  assert.deepEqual(chainsOf(standstill, 99 + STANDSTILL_MS), []);
  assert.deepEqual(chainsOf(standstill, 100 + STANDSTILL_MS), [0]);
  standstill.takeJobs([makeJob({ parent: 2 })], 20_000);
  assert.deepEqual(chainsOf(standstill, 1e6), []);
});

test('heights of REST: those of a node that is well, and one that passes the job', () => {
  const standstill = new Standstill();
  standstill.takeJobs(makeJobs({ height: 58 }), 0);
  standstill.takeHeight(1, 57, 1_000);
  standstill.takeHeight(2, 58, 2_000);
  assert.deepEqual(chainsOf(standstill, 100_000), [2]);
  const [standing] = standstill.standing(100_000);
  assert.deepEqual([standing!.reason, standing!.sinceMs, standing!.nodeHeight], ['passed', 2_000, 58]);
  // A reorganisation takes it back.
  standstill.takeHeight(2, 57, 100_001);
  assert.deepEqual(chainsOf(standstill, 200_000), []);
});

test('blocks of one template that are all refused; a refresh is tried anew', () => {
  const standstill = new Standstill();
  const job = makeJob();
  standstill.takeJobs([job], 0);
  for (const ms of [1, 2, 3]) standstill.takeVerdict(0, job.headerBlob, false, ms);
  assert.deepEqual(chainsOf(standstill, 3 + STANDSTILL_MS), [0]);
  standstill.takeJobs([makeJob({ refresh: 1 })], 20_000);
  assert.deepEqual(chainsOf(standstill, 1e6), []);
  // One that was taken, and others refused after it: that is how it is.
  standstill.takeJobs([makeJob({ parent: 2 })], 20_001);
  standstill.takeVerdict(0, makeJob({ parent: 2 }).headerBlob, true, 20_002);
  standstill.takeJobs([makeJob({ parent: 3 })], 20_003);
  for (const ms of [4, 5, 6])
    standstill.takeVerdict(0, makeJob({ parent: 2 }).headerBlob, false, 20_000 + ms);
  assert.deepEqual(chainsOf(standstill, 1e6), []);
});

test('a block of a template with other transactions is one of that template', () => {
  const standstill = new Standstill();
  const job = makeJob();
  standstill.takeJobs([job], 0);
  const other = withTxsHash(job.headerBlob, new Uint8Array(32).fill(7));
  for (let i = 0; i < 3; i++) standstill.takeVerdict(0, other, false, 1_000);
  assert.deepEqual(
    standstill.standing(1_000 + STANDSTILL_MS).map(({ reason }) => reason),
    ['refused'],
  );
});

test('words: which chain, for how long, at which height, and why', () => {
  const job = makeJob({ chain: 1, height: 58 });
  const near = targetBytes(targetOfBits(bitsOfHashrate((2n ** 60n * 98n) / 100n, 8_000)));
  const standing = { chain: 1, sinceMs: 0, job, nodeHeight: 57 } as const;
  assert.equal(
    describeStanding([{ ...standing, reason: 'taken' }], 40_000),
    'chain 0-1 has had no template for 40 s while the node is at height 57: the node took the block of the last one, and makes no other; restart it, and look at its log',
  );
  assert.equal(
    describeStanding([{ ...standing, reason: 'passed', job: { ...job, target: near } }], 40_000),
    'chain 0-1 has had no template for 40 s while the node is at height 57: its hashrate is at the threshold of Proof of Less Work, and this node cannot build such blocks',
  );
  const others = [2, 3, 4, 5, 6, 7].map((chain) => ({
    ...standing,
    chain,
    sinceMs: 10,
    reason: 'refused' as const,
    nodeHeight: undefined,
  }));
  assert.match(
    describeStanding([...others, { ...standing, reason: 'refused', nodeHeight: undefined }], 40_000),
    /^chain 0-1 has had no template for 40 s: the node refuses every block .*; so have chains 0-2, 0-3, 1-0, 1-1 and 2 more$/,
  );
  assert.equal(isNearLessWork(near), true);
  assert.equal(
    isNearLessWork(targetBytes(targetOfBits(bitsOfHashrate((2n ** 60n * 9n) / 10n, 8_000)))),
    false,
  );
});
