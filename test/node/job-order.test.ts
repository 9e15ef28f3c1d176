import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HELD_BACK_MS, JobOrder } from '../../node/job-order.js';
import { equalBytes, hexToBytes } from '../../protocol/bytes.js';
import { decodeNodeMessage } from '../../protocol/frames.js';
import { timestampOfBlob } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import { readActivationDay } from '../support/activation-day.js';
import { makeJob } from '../support/jobs.js';
import { readVectors } from '../support/vectors.js';

const heightsOf = (jobs: readonly Job[]): number[] => jobs.map(({ height }) => height);

test('the recorded day: no job ever goes back, and each newer one goes through at once', () => {
  const order = new JobOrder();
  let held = 0;
  let before: readonly Job[] = [];
  for (const event of readActivationDay()) {
    if (event.type !== 'jobs') continue;
    const jobs = order.take(event.jobs, event.ms);
    held += order.held.length;
    for (const [chain, job] of jobs.entries()) {
      const last: Job = before[chain] ?? job;
      assert.ok(job.height >= last.height, `chain ${chain} at ${event.ms} ms`);
      assert.ok(timestampOfBlob(job.headerBlob) >= timestampOfBlob(last.headerBlob));
      const sent: Job = event.jobs[chain]!;
      if (sent.height > last.height) assert.equal(job, sent);
    }
    before = jobs;
  }
  assert.ok(held >= 64, `${held}`);
  assert.deepEqual(order.held, []);
});

test('a recorded session without steps back goes through as it is', () => {
  const { events } = readVectors<{ events: { ms: number; from: string; frame: string }[] }>('node-session');
  const order = new JobOrder();
  let messages = 0;
  for (const { ms, from, frame } of events) {
    const message = from === 'node' ? decodeNodeMessage(hexToBytes(frame)) : undefined;
    if (message?.type !== 'jobs') continue;
    const jobs = order.take(message.jobs, ms);
    const back = message.jobs.filter((job, i) => !equalBytes(job.headerBlob, jobs[i]!.headerBlob));
    assert.deepEqual(
      back.map(({ chain }) => chain),
      order.held,
    );
    messages++;
  }
  assert.ok(messages > 10);
});

test('a job that comes once more is the very object that it was', () => {
  const order = new JobOrder();
  const [first] = order.take([makeJob({ parent: 1 })], 0);
  assert.equal(order.take([makeJob({ parent: 1 })], 250)[0], first);
  const refresh = makeJob({ parent: 1, refresh: 1 });
  const whole = { ...refresh, txsBlob: [Uint8Array.of(1)] };
  for (const other of [refresh, whole, { ...whole, height: 9 }, { ...whole, target: new Uint8Array(32) }])
    assert.equal(order.take([other], 500)[0], other);
});

test('a height back is not believed, whether or not its template was seen before', () => {
  for (const back of [makeJob({ parent: 1 }), makeJob({ parent: 1, refresh: 7 })]) {
    const order = new JobOrder();
    order.take([makeJob({ parent: 1 })], 0);
    order.take([makeJob({ parent: 2 })], 250);
    assert.deepEqual(heightsOf(order.take([back], 260)), [2]);
    assert.deepEqual(order.held, [0]);
    // The next message goes on with the newer one.
    assert.deepEqual(heightsOf(order.take([makeJob({ parent: 2 })], 520)), [2]);
    assert.deepEqual(order.held, []);
    assert.deepEqual(heightsOf(order.take([makeJob({ parent: 3 })], 530)), [3]);
  }
});

test('it is believed when a later message says so, too', () => {
  const order = new JobOrder();
  order.take([makeJob({ parent: 2 })], 0);
  order.take([makeJob({ parent: 1 })], 10);
  assert.deepEqual(heightsOf(order.take([makeJob({ parent: 1 })], 260)), [1]);
  assert.deepEqual(order.held, []);
});

test('or after some seconds without a word', () => {
  const order = new JobOrder();
  order.take([makeJob({ parent: 2 })], 0);
  order.take([makeJob({ parent: 1 })], 10);
  assert.equal(order.dueMs, 10 + HELD_BACK_MS);
  assert.equal(order.release(9 + HELD_BACK_MS), false);
  assert.equal(order.release(10 + HELD_BACK_MS), true);
  assert.deepEqual(heightsOf(order.jobs), [1]);
  assert.equal(order.dueMs, undefined);
});

test('REST settles it: the chain is as high as the newer job says, or it is not', () => {
  const order = new JobOrder();
  order.take([makeJob({ parent: 2 })], 0);
  order.take([makeJob({ parent: 1 })], 10);
  assert.equal(order.settle(0, 1, 4_000), false);
  assert.equal(order.release(10 + HELD_BACK_MS), false, 'it has just been spoken against');
  assert.equal(order.settle(0, 0, 6_000), true);
  assert.deepEqual(heightsOf(order.jobs), [1]);
  assert.equal(order.settle(0, 0, 6_001), false);
});

test('a reorganisation goes through: another parent at the same height, or one below what was sent long ago', () => {
  const order = new JobOrder();
  order.take([makeJob({ parent: 2 })], 0);
  assert.equal(
    order.take([makeJob({ parent: 9, height: 2 })], 10)[0]!.headerBlob[200],
    makeJob({ parent: 9 }).headerBlob[200],
  );
  assert.deepEqual(order.held, []);
  assert.deepEqual(heightsOf(order.take([makeJob({ parent: 1 })], 11 + HELD_BACK_MS)), [1]);
});

test('an earlier template of the same height is old, too', () => {
  const order = new JobOrder();
  const at = (timestamp: number): Job => {
    const job = makeJob();
    new DataView(job.headerBlob.buffer).setBigUint64(290, BigInt(timestamp));
    return job;
  };
  order.take([at(5_000)], 0);
  assert.equal(timestampOfBlob(order.take([at(1_000)], 10)[0]!.headerBlob), 5_000);
  assert.equal(timestampOfBlob(order.take([at(9_000)], 20)[0]!.headerBlob), 9_000);
});
