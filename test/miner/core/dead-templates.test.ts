import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSubmissions } from '../../../miner/core/create-submissions.js';
import type { MinerEvent } from '../../../miner/core/events.js';
import { checkFind } from '../../../miner/core/find-check.js';
import { IDLE_TOLD_MS } from '../../../miner/core/idle-watch.js';
import type { Template } from '../../../miner/core/job-board.js';
import { Miner } from '../../../miner/core/miner.js';
import type { SourceSession } from '../../../miner/core/source.js';
import type { Find, Submissions } from '../../../miner/core/submissions.js';
import { Tally } from '../../../miner/core/tally.js';
import { WorkPlan } from '../../../miner/core/work-plan.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { CHAINS } from '../../../protocol/chain.js';
import type { Job } from '../../../protocol/job.js';
import { blockHash } from '../../../protocol/pow.js';
import { MAX_REFUSED_ON_A_CHAIN, MAX_REFUSED_ON_A_TEMPLATE } from '../../../protocol/refusal-limit.js';
import { DEAD_FROM_MS, readActivationDay } from '../../support/activation-day.js';
import { FakeDevice, FakeSource } from '../../support/fake-miner-parts.js';
import { makeJob, makeJobs } from '../../support/jobs.js';

const REFUSED = { reason: 'other', message: 'refused by the node' } as const;

const DAY = readActivationDay();

/** The miner's core without devices: what it would work on, and what becomes of its blocks. */
class Lab {
  readonly source = new FakeSource();
  readonly plan = new WorkPlan('nodes');
  readonly submissions: Submissions;
  readonly events: MinerEvent[] = [];
  nowMs = 0;
  #hashes = 0;

  constructor() {
    this.submissions = createSubmissions('nodes', {
      source: this.source,
      plan: this.plan,
      tally: new Tally(0),
      now: () => this.nowMs,
      onEvent: (event) => this.events.push(event),
      isOrphaned: () => false,
      onResume: () => {},
    });
  }

  begin(name = 'node'): SourceSession {
    this.source.events = {
      onSession: () => {},
      onSessionEnd: () => {},
      onJobs: () => {},
      onVerdict: () => {},
      onNotice: () => {},
      onProgress: () => {},
    };
    return this.source.begin(name);
  }

  takeJobs(session: SourceSession, jobs: readonly Job[]): void {
    this.plan.takeJobs(session, jobs, this.nowMs);
  }

  /** A block is found on a template. @returns it */
  find(template: Template): Find {
    this.#hashes++;
    const hash = new Uint8Array(32);
    new DataView(hash.buffer).setUint32(0, this.#hashes);
    const find = { template, header: new Uint8Array(326), hash };
    this.submissions.add(find, this.nowMs);
    return find;
  }

  /** Finds blocks for as long as there is something to work on, each of which is refused. @returns how many were sent */
  findAndRefuse(most = 1_000): number {
    const before = this.source.submitted.length;
    for (let i = 0; i < most; i++) {
      const template = this.plan.next(this.nowMs);
      if (template === undefined) break;
      this.plan.book(template.job.chain, 1_000, this.nowMs);
      this.submissions.settle(this.find(template).hash, REFUSED, this.nowMs);
    }
    return this.source.submitted.length - before;
  }
}

test('the day of activation: no template whose block was taken is worked on again', () => {
  const lab = new Lab();
  const session = lab.begin();
  const templates = new Map<Job, Template>();
  const finds = new Map<number, Find>();
  const used = new Set<string>();
  for (const event of DAY) {
    lab.nowMs = event.ms;
    if (event.type === 'jobs') {
      lab.takeJobs(session, event.jobs);
      for (const job of event.jobs) {
        const template = lab.plan.board.current(job.chain)!;
        if (template.job === job) templates.set(job, template);
      }
    } else if (event.type === 'found') {
      const template = templates.get(event.job)!;
      lab.submissions.add({ template, header: new Uint8Array(326), hash: hashOf(event.find) }, lab.nowMs);
      finds.set(event.find, { template, header: new Uint8Array(326), hash: hashOf(event.find) });
    } else {
      lab.submissions.settle(hashOf(event.find), event.accepted ? undefined : REFUSED, lab.nowMs);
      if (event.accepted) used.add(bytesToHex(finds.get(event.find)!.template.job.headerBlob));
    }
    for (const chain of lab.plan.chainsWithWork) {
      const current = lab.plan.board.current(chain)!;
      assert.equal(
        used.has(bytesToHex(current.job.headerBlob)),
        false,
        `at ${event.ms} ms chain ${chain} goes on with a template whose block was taken`,
      );
    }
    if (event.ms >= DEAD_FROM_MS) assert.deepEqual(lab.plan.chainsWithWork, [], `at ${event.ms} ms`);
  }
  assert.ok(used.size > 800);
  assert.equal(lab.submissions.blocks.rejected, 0);
});

test('a miner that comes when all chains are dead: few blocks are refused, however often the jobs come again', () => {
  const lab = new Lab();
  const last = DAY.findLast((event) => event.type === 'jobs')!;
  const session = lab.begin();
  let refused = 0;
  for (let message = 0; message < 20; message++) {
    lab.nowMs += 10_000;
    lab.takeJobs(session, last.jobs);
    refused += lab.findAndRefuse();
  }
  assert.equal(refused, CHAINS * MAX_REFUSED_ON_A_TEMPLATE);
  assert.deepEqual(lab.plan.chainsWithWork, []);
  const notices = lab.events.filter(({ type }) => type === 'notice');
  assert.equal(notices.length, CHAINS);

  // Nor when the link is lost, and the node comes back with them.
  lab.plan.clear(lab.nowMs);
  lab.takeJobs(lab.begin(), last.jobs);
  assert.equal(lab.findAndRefuse(), 0);
});

test('refreshes of one parent do not lift the limit of its chain; the next parent is worked on', () => {
  const lab = new Lab();
  const session = lab.begin();
  let refused = 0;
  for (let refresh = 0; refresh < 50; refresh++) {
    lab.nowMs += 4_000;
    lab.takeJobs(session, [makeJob({ refresh })]);
    refused += lab.findAndRefuse();
  }
  assert.equal(refused, MAX_REFUSED_ON_A_CHAIN);
  // A node that refuses all: one try a parent.
  for (let parent = 2; parent < 10; parent++) {
    lab.nowMs += 4_000;
    lab.takeJobs(session, [makeJob({ parent })]);
    assert.equal(lab.findAndRefuse(), 1);
  }
  // Until it takes one.
  lab.takeJobs(session, [makeJob({ parent: 11 })]);
  lab.submissions.settle(lab.find(lab.plan.next(lab.nowMs)!).hash, undefined, lab.nowMs);
  lab.takeJobs(session, [makeJob({ parent: 12 })]);
  assert.equal(lab.findAndRefuse(), MAX_REFUSED_ON_A_TEMPLATE);
});

test('refusals that a new parent explains at once do not count: somebody else was faster', () => {
  const lab = new Lab();
  const session = lab.begin();
  for (let parent = 1; parent < 50; parent++) {
    lab.nowMs += 250;
    lab.takeJobs(session, [makeJob({ parent })]);
    assert.equal(lab.findAndRefuse(), MAX_REFUSED_ON_A_TEMPLATE);
  }
});

test('a node that was started again is tried again, on its new templates', () => {
  const lab = new Lab();
  lab.takeJobs(lab.begin(), makeJobs());
  assert.equal(lab.findAndRefuse(), CHAINS * MAX_REFUSED_ON_A_TEMPLATE);
  const session = lab.begin();
  lab.takeJobs(session, makeJobs({ refresh: 1 }));
  assert.equal(lab.plan.chainsWithWork.length, CHAINS);
});

test('what one node took is not taken from another that has not heard of it', () => {
  const lab = new Lab();
  lab.takeJobs(lab.begin('one'), [makeJob()]);
  lab.submissions.settle(lab.find(lab.plan.next(0)!).hash, undefined, 0);
  assert.deepEqual(lab.plan.chainsWithWork, []);
  lab.takeJobs(lab.begin('two'), [makeJob({ refresh: 1 })]);
  assert.deepEqual(lab.plan.chainsWithWork, [0]);
});

test('blocks that are never answered are bounded, too', () => {
  const lab = new Lab();
  lab.takeJobs(lab.begin(), [makeJob()]);
  for (let i = 0; i < 10; i++) {
    const template = lab.plan.next(lab.nowMs);
    if (template === undefined) break;
    lab.find(template);
    lab.nowMs += 5_000;
    lab.submissions.expire(lab.nowMs);
  }
  assert.equal(lab.submissions.blocks.unanswered, MAX_REFUSED_ON_A_TEMPLATE);
  assert.deepEqual(lab.plan.chainsWithWork, []);
});

function hashOf(find: number): Uint8Array {
  const hash = new Uint8Array(32);
  new DataView(hash.buffer).setUint32(0, find);
  return hash;
}

test('why there is nothing to do: it is told after some seconds, and when there is something again', () => {
  const source = new FakeSource();
  const events: MinerEvent[] = [];
  let nowMs = 0;
  const miner = new Miner({
    source,
    now: () => nowMs,
    noncePrefix: new Uint8Array(16),
    onEvent: (event) => events.push(event),
  });
  miner.start();
  const device = new FakeDevice();
  miner.addDevice(device);
  device.events.onReady();
  const session = source.begin();
  source.events.onJobs(session, [makeJob()]);
  for (let counter = 0n; source.submitted.length === 0; counter++) {
    const task = device.tasks[0]!;
    if (checkFind(task, counter).valid) device.finish([counter]);
  }
  const hash = blockHash(source.submitted[0]!.header);
  source.events.onVerdict(session, hash, undefined);
  const idle = () =>
    events.filter(({ type }) => type === 'idle').map((event) => 'idle' in event && event.idle);
  miner.tick();
  nowMs = IDLE_TOLD_MS - 1;
  miner.tick();
  assert.deepEqual(idle(), []);
  nowMs = IDLE_TOLD_MS;
  miner.tick();
  miner.tick();
  assert.deepEqual(idle(), ['taken']);
  assert.equal(miner.status().idle, 'taken');
  // All chains of the node stand still.
  source.events.onJobs(session, []);
  miner.tick();
  assert.deepEqual(idle(), ['taken', 'noJobs']);
  source.events.onJobs(session, [makeJob({ parent: 2 })]);
  miner.tick();
  assert.deepEqual(idle(), ['taken', 'noJobs', undefined]);
});
