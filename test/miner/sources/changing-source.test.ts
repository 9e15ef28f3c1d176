import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { MinerEvent } from '../../../miner/core/events.js';
import { Miner } from '../../../miner/core/miner.js';
import type { SourceKind } from '../../../miner/core/source.js';
import { ChangingSource } from '../../../miner/sources/changing-source.js';
import { FakeDevice, FakeSource } from '../../support/fake-miner-parts.js';
import { makeJobs } from '../../support/jobs.js';
import { waitFor } from '../../support/wait.js';

/** A source that notes its end. */
class EndingSource extends FakeSource {
  closed = false;

  override close(): void {
    this.closed = true;
  }
}

let first: EndingSource;
let changing: ChangingSource;
let miner: Miner;
let device: FakeDevice;
let events: MinerEvent[];

/** A miner on a first source of a kind, at work. */
function start(kind: SourceKind, startMs = 60_000): void {
  first = new EndingSource(kind);
  changing = new ChangingSource(first, { startMs, answersMs: 30 });
  events = [];
  miner = new Miner({
    source: changing,
    now: () => performance.now(),
    noncePrefix: new Uint8Array(16),
    onEvent: (event) => events.push(event),
  });
  miner.start();
  device = new FakeDevice();
  miner.addDevice(device);
  device.events.onReady();
  first.events.onJobs(first.begin('first'), makeJobs());
}

beforeEach(() => start('pools'));
afterEach(() => changing.close());

/** Every nonce meets the easiest target, if its hash is of the task's chain: some of the first are. */
const FINDS = Array.from({ length: 200 }, (_, i) => BigInt(i));

/** Reports all counters of the oldest task, of which those of other chains count as errors. */
function find(): void {
  const { start: from } = device.tasks[0]!;
  device.finish(FINDS.map((i) => from + i));
}

test('the source before is mined for until the next one has a session, and answered afterwards', async () => {
  const next = new EndingSource('pools');
  find();
  const sent = first.submitted.length;
  assert.ok(sent > 0);
  changing.change(next);
  assert.equal(miner.status().source, 'first');
  find();
  assert.ok(first.submitted.length > sent, 'work goes on');
  next.events.onJobs(next.begin('next', new Uint8Array([7])), makeJobs({ parent: 2 }));
  assert.equal(miner.status().source, 'next');
  // What is still asked of the old one has no say.
  first.events.onJobs([...first.live][0]!, makeJobs({ parent: 3 }));
  first.events.onProgress({ name: 'first', state: 'away', reason: 'gone', failures: 1 });
  assert.equal(events.filter(({ type }) => type === 'progress').length, 0);
  device.finish();
  device.finish();
  find();
  assert.ok(next.submitted.length > 0);
  assert.deepEqual([...next.submitted[0]!.header.subarray(0, 1)], [7]);
  const { hash } = events.find((event) => event.type === 'find')!;
  first.events.onVerdict([...first.live][0]!, Buffer.from(hash, 'hex'), undefined);
  assert.equal(miner.status().shares?.accepted, 1);
  assert.equal(first.closed, false);
  await waitFor('the end of the first', () => first.closed, 5_000);
  const { unanswered } = miner.status().shares!;
  assert.ok(unanswered > 0, 'its other shares are given up');
  assert.equal(miner.status().sessionsLost, 0);
  assert.equal(next.closed, false);
});

test('a source that brings no session does not keep the one before for long', async () => {
  changing.close();
  start('pools', 20);
  const next = new EndingSource('pools');
  changing.change(next);
  await waitFor('the first left', () => miner.status().source === undefined, 5_000);
  await waitFor('its end', () => first.closed, 5_000);
  next.events.onJobs(next.begin('late'), makeJobs({ parent: 2 }));
  assert.equal(miner.status().source, 'late');
});

test('one that was asked for, and then another, is closed and never mined for', () => {
  const [second, third] = [new EndingSource('pools'), new EndingSource('pools')];
  changing.change(second);
  changing.change(third);
  assert.equal(second.closed, true);
  second.begin('second');
  assert.equal(miner.status().source, 'first');
  third.begin('third');
  assert.equal(miner.status().source, 'third');
});

test('no more than some sources are kept for their answers', () => {
  const left: EndingSource[] = [first];
  for (let i = 0; i < 6; i++) {
    const next = new EndingSource('pools');
    changing.change(next);
    next.begin(`source ${i}`);
    left.push(next);
  }
  assert.deepEqual(
    left.map(({ closed }) => closed),
    [true, true, false, false, false, false, false],
  );
  changing.close();
  assert.ok(left.every(({ closed }) => closed));
});

test('before it is opened it is simply another source', () => {
  const [unopened, other] = [new EndingSource(), new EndingSource('pools')];
  const source = new ChangingSource(unopened);
  source.change(other);
  assert.deepEqual([unopened.closed, source.kind], [true, 'pools']);
  source.close();
});

test('from a pool to a node and back: blocks and shares are counted each for itself, and no work is mixed up', () => {
  find();
  const shares = first.submitted.length;
  assert.ok(shares > 0);
  const node = new EndingSource('nodes');
  changing.change(node);
  node.events.onJobs(node.begin('node'), makeJobs({ parent: 2 }));
  // What devices hold is stale: it goes to the pool that it was made for, or nowhere.
  find();
  find();
  assert.ok(first.submitted.length >= shares);
  assert.equal(node.submitted.length, 0);
  const found = miner.status().blocks.found;
  find();
  // One block a template at a time.
  assert.equal(node.submitted.length, 1);
  assert.ok(miner.status().blocks.found > found);
  assert.equal(miner.status().difficulty, undefined);
  const pool = new EndingSource('pools');
  changing.change(pool);
  pool.events.onJobs(pool.begin('pool'), makeJobs({ parent: 3 }));
  assert.notEqual(miner.status().difficulty, undefined);
  device.finish();
  device.finish();
  find();
  assert.ok(pool.submitted.length > 1, 'shares are sent at once');
});
