import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { MinerEvent } from '../../../miner/core/events.js';
import { Miner } from '../../../miner/core/miner.js';
import { blockHash, chainOfHash } from '../../../protocol/pow.js';
import { createNobleKernel } from '../../../shaders/cpu/noble.js';
import { FakeDevice, FakeSource } from '../../support/fake-miner-parts.js';
import { makeJob, makeJobs } from '../../support/jobs.js';

let source: FakeSource;
let device: FakeDevice;
let miner: Miner;
let events: MinerEvent[];
let now: number;

beforeEach(() => {
  source = new FakeSource();
  device = new FakeDevice();
  events = [];
  now = 0;
  miner = new Miner({
    source,
    now: () => now,
    noncePrefix: new Uint8Array(16).fill(0x55),
    onEvent: (event) => events.push(event),
  });
  miner.start();
  miner.addDevice(device);
});

/** Finds of the device's oldest task, as an honest device would report them. */
function honestFinds(): bigint[] {
  return [...createNobleKernel(1).search(device.tasks[0]!).finds];
}

test('keeps a device filled, on all chains in turn, with ranges that follow one another', () => {
  device.events.onReady();
  source.events.onJobs(source.begin(), makeJobs());
  const chains = new Set<number>();
  let next = 0n;
  for (let i = 0; i < 32; i++) {
    assert.equal(device.tasks.length, 2);
    const task = device.finish();
    chains.add(task.chain);
    assert.equal(task.start, next);
    next += BigInt(task.count);
  }
  assert.equal(chains.size, 16);
  assert.equal(miner.status().totalHashes, 32 * 256);
});

test('a find is hashed again, submitted with what came with its job, and answered', () => {
  device.events.onReady();
  const session = source.begin();
  source.events.onJobs(session, makeJobs());
  const finds = honestFinds();
  const task = device.finish(finds);
  assert.equal(source.submitted.length, 1);
  const { header, job } = source.submitted[0]!;
  assert.equal(chainOfHash(blockHash(header)), task.chain);
  assert.deepEqual(header.subarray(24), job.headerBlob);
  source.events.onVerdict(session, blockHash(header), undefined);
  const status = miner.status();
  assert.equal(status.blocks.accepted, 1);
  assert.equal(status.acceptedByChain[task.chain], 1);
});

test('a find that is none is a device error and goes nowhere', () => {
  device.events.onReady();
  source.events.onJobs(source.begin(), makeJobs());
  const [good] = honestFinds();
  const wrong = [0n, 1n, 2n].find((counter) => counter !== good)!;
  device.finish([wrong]);
  assert.equal(source.submitted.length, 0);
  assert.equal(miner.status().deviceErrors, 1);
});

test('a device that finds nothing but what is none begins anew; one of many changes nothing', () => {
  device.events.onReady();
  source.events.onJobs(source.begin(), makeJobs());
  const finish = (right: boolean): void => {
    const [good] = honestFinds();
    device.finish([
      right ? good! : [0n, 1n].find((i) => device.tasks[0]!.start + i !== good)! + device.tasks[0]!.start,
    ]);
  };
  for (const right of [false, false, true, false, false]) finish(right);
  assert.deepEqual(device.restarts, []);
  finish(false);
  assert.deepEqual(device.restarts, ['3 finds in a row that are none']);
  // After its start it is believed again.
  finish(false);
  device.events.onFailure({
    message: device.restarts[0]!,
    lostTaskIds: device.tasks.map(({ id }) => id),
    final: false,
  });
  device.tasks.length = 0;
  device.events.onReady();
  for (let i = 0; i < 2; i++) finish(false);
  assert.equal(device.restarts.length, 1);
  assert.equal(miner.status().deviceErrors, 9);
});

test('a device that finds nothing where much was to be found begins anew, too', () => {
  device.events.onReady();
  source.events.onJobs(source.begin(), makeJobs());
  // 16 finds are to be expected of each task.
  device.finish();
  assert.deepEqual(device.restarts, []);
  device.finish(honestFinds());
  device.finish();
  assert.deepEqual(device.restarts, []);
  device.finish();
  assert.deepEqual(device.restarts, ['no find where 32 were to be expected']);
});

test('a chain pauses from its submission until its next parent', () => {
  device.events.onReady();
  const session = source.begin();
  source.events.onJobs(session, makeJobs());
  const { chain } = device.tasks[0]!;
  device.finish(honestFinds());
  for (let i = 0; i < 40; i++) device.finish();
  const worked = device.tasks.filter((task) => task.chain === chain).length;
  assert.equal(worked, 0);
  source.events.onVerdict(session, blockHash(source.submitted[0]!.header), undefined);
  source.events.onJobs(session, makeJobs({ refresh: 1 }));
  for (let i = 0; i < 40; i++) assert.notEqual(device.finish().chain, chain);
  source.events.onJobs(session, [
    ...makeJobs({ refresh: 1 }).filter((job) => job.chain !== chain),
    makeJob({ chain, parent: 2 }),
  ]);
  const seen = new Set<number>();
  for (let i = 0; i < 40; i++) seen.add(device.finish().chain);
  assert.equal(seen.has(chain), true);
});

test('a new parent makes older work stale; a refresh is taken up with the next task', () => {
  device.events.onReady();
  const session = source.begin();
  source.events.onJobs(session, makeJobs());
  source.events.onJobs(session, makeJobs({ refresh: 1 }));
  assert.equal(device.abandoned.length, 0);
  device.finish();
  assert.equal(device.tasks.at(-1)!.headerBlob.at(-5), 1);
  source.events.onJobs(session, makeJobs({ parent: 2 }));
  assert.equal(device.abandoned.length, 16);
  assert.equal(device.abandoned[0]!.generation, 2);
});

test('fewer than 16 chains: one warning that names the missing ones', () => {
  const session = source.begin();
  source.events.onJobs(session, makeJobs().slice(2));
  source.events.onJobs(session, makeJobs().slice(2));
  assert.deepEqual(
    events.filter((event) => event.type === 'missingChains'),
    [{ type: 'missingChains', chains: [0, 1] }],
  );
});

test('one chain alone is mined, too', () => {
  device.events.onReady();
  source.events.onJobs(source.begin(), [makeJob({ chain: 7 })]);
  for (let i = 0; i < 5; i++) assert.equal(device.finish().chain, 7);
});

test("a pool's extranonce begins every nonce", () => {
  device.events.onReady();
  source.events.onJobs(source.begin('pool', Uint8Array.of(0xbe, 0xef)), makeJobs());
  assert.deepEqual([...device.tasks[0]!.prefix.subarray(0, 3)], [0xbe, 0xef, 0x55]);
});

test('two devices never share a prefix', () => {
  const other = new FakeDevice('other');
  miner.addDevice(other);
  device.events.onReady();
  other.events.onReady();
  source.events.onJobs(source.begin(), makeJobs());
  assert.notDeepEqual(device.tasks[0]!.prefix, other.tasks[0]!.prefix);
});

test('a lost session: work goes on for a while, and what is found then is sent to the same template', () => {
  device.events.onReady();
  const first = source.begin();
  source.events.onJobs(first, makeJobs());
  source.end(first);
  now = 1_000;
  const finds = honestFinds();
  device.finish(finds);
  assert.equal(source.submitted.length, 0);
  const second = source.begin();
  source.events.onJobs(second, makeJobs());
  assert.equal(source.submitted.length, 1);
  assert.equal(source.submitted[0]!.session, second);
});

test('and it stops when no node comes back', () => {
  device.events.onReady();
  const session = source.begin();
  source.events.onJobs(session, makeJobs());
  source.end(session);
  now = 9_999;
  miner.tick();
  device.finish();
  assert.equal(device.tasks.length, 2);
  now = 10_000;
  miner.tick();
  device.finish();
  device.finish();
  assert.equal(device.tasks.length, 0);
  assert.equal(device.abandoned.length, 16);
});

test('a device that breaks loses its tasks and goes on when it is ready again', () => {
  device.events.onReady();
  source.events.onJobs(source.begin(), makeJobs());
  const lost = device.tasks.splice(0).map((task) => task.id);
  device.events.onFailure({ message: 'gone', lostTaskIds: lost, final: false });
  assert.equal(miner.status().devices[0]!.state, 'away');
  assert.equal(device.tasks.length, 0);
  device.events.onReady();
  assert.equal(device.tasks.length, 2);
  assert.equal(miner.status().deviceErrors, 1);
});

test('a device without work is idle: before the first job, and when it has finished what it had while paused', () => {
  const state = () => miner.status().devices[0]!.state;
  assert.equal(state(), 'starting');
  device.events.onReady();
  assert.equal(state(), 'idle');
  source.events.onJobs(source.begin(), makeJobs());
  assert.equal(state(), 'mining');
  miner.setPaused(true);
  device.finish();
  assert.equal(state(), 'mining');
  device.finish();
  assert.equal(state(), 'idle');
  miner.setPaused(false);
  assert.equal(state(), 'mining');
});

test('paused gives out nothing, resumed goes on', () => {
  device.events.onReady();
  source.events.onJobs(source.begin(), makeJobs());
  miner.setPaused(true);
  device.finish();
  device.finish();
  assert.equal(device.tasks.length, 0);
  miner.setPaused(false);
  assert.equal(device.tasks.length, 2);
});

test('a device mines when no reason to hold it is left; others mine meanwhile', () => {
  const other = new FakeDevice('other');
  const slot = miner.addDevice(other);
  device.events.onReady();
  other.events.onReady();
  source.events.onJobs(source.begin(), makeJobs());
  const drain = (...held: FakeDevice[]): void => {
    for (const one of held) for (let left = one.tasks.length; left > 0; left--) one.finish();
  };
  miner.setHeld('temperature', true, '86 °C', slot);
  drain(other);
  assert.deepEqual([device.tasks.length, other.tasks.length], [2, 0]);
  assert.deepEqual(
    miner.status().devices.map(({ held, state }) => [state, held]),
    [
      ['mining', []],
      ['idle', ['temperature']],
    ],
  );
  miner.setHeld('battery', true, 'on battery');
  miner.setPaused(true);
  drain(device);
  assert.deepEqual([device.tasks.length, other.tasks.length], [0, 0]);
  assert.deepEqual(miner.status().held, ['user', 'battery']);
  assert.deepEqual(miner.status().devices[1]!.held, ['user', 'temperature', 'battery']);
  miner.setPaused(false);
  miner.setHeld('temperature', false, '75 °C', slot);
  assert.deepEqual([device.tasks.length, other.tasks.length], [0, 0]);
  miner.setHeld('battery', false, 'on mains');
  assert.deepEqual([device.tasks.length, other.tasks.length], [2, 2]);
  // What is no change is not told.
  miner.setHeld('battery', false, 'on mains');
  assert.deepEqual(
    events.filter(({ type }) => type === 'hold' || type === 'paused').map(({ type, ...rest }) => rest),
    [
      { reason: 'temperature', held: true, device: 'other', message: '86 °C' },
      { reason: 'battery', held: true, message: 'on battery' },
      { paused: true },
      { paused: false },
      { reason: 'temperature', held: false, device: 'other', message: '75 °C' },
      { reason: 'battery', held: false, message: 'on mains' },
    ],
  );
});

test('what has been stopped is not started by a hold that ends', () => {
  device.events.onReady();
  miner.setHeld('schedule', true, 'until 22:00');
  source.events.onJobs(source.begin(), makeJobs());
  miner.stop();
  miner.setHeld('schedule', false, 'until 06:00');
  assert.equal(device.tasks.length, 0);
});

test('a status has what sensors say of each device, and hashes to energy', () => {
  const watched: string[] = [];
  const measured = { pci: '0000:01:00.0', sensors: { temperatureC: 61 }, meanPowerW: 50 };
  const withSensors = new Miner({
    source,
    now: () => now,
    noncePrefix: new Uint8Array(16),
    onEvent: () => {},
    sensors: {
      watch: ({ name }) => watched.push(name),
      read: ({ name }) => (name === 'card' ? measured : {}),
    },
  });
  withSensors.start();
  const card = new FakeDevice('card');
  withSensors.addDevice(card);
  withSensors.addDevice(new FakeDevice('plain'));
  card.events.onReady();
  source.events.onJobs(source.begin(), makeJobs());
  now = 1_000;
  card.finish();
  const [first, second] = withSensors.status().devices;
  assert.deepEqual(watched, ['card', 'plain']);
  assert.equal(first!.pci, '0000:01:00.0');
  assert.deepEqual(first!.sensors, { temperatureC: 61 });
  assert.equal(first!.hashesPerJoule, first!.hashrates.over60s / 50);
  assert.ok(first!.hashesPerJoule > 0);
  assert.deepEqual(
    ['pci', 'sensors', 'hashesPerJoule'].filter((field) => field in second!),
    [],
  );
});

test('finds that wait behind one in flight are kept when the session is lost, and sent in the next', () => {
  device.events.onReady();
  const first = source.begin();
  source.events.onJobs(first, makeJobs());
  const finds = createNobleKernel(4).search(device.tasks[0]!).finds;
  device.finish(finds);
  assert.equal(source.submitted.length, 1);
  source.end(first);
  const second = source.begin();
  source.events.onJobs(second, makeJobs());
  assert.equal(source.submitted.length, 2);
  source.end(second);
  const { blocks } = miner.status();
  assert.equal(blocks.unanswered, 2);
});

/** A miner for a pool, with its device ready. */
function pooled(): { source: FakeSource; device: FakeDevice; miner: Miner } {
  const pool = new FakeSource('pools');
  const hashing = new FakeDevice();
  const mining = new Miner({
    source: pool,
    now: () => now,
    noncePrefix: new Uint8Array(16).fill(0x55),
    onEvent: (event) => events.push(event),
  });
  mining.start();
  mining.addDevice(hashing);
  hashing.events.onReady();
  return { source: pool, device: hashing, miner: mining };
}

test('for a pool all finds of a task are sent, and work on the chain goes on', () => {
  const { source: pool, device: hashing, miner: mining } = pooled();
  const session = pool.begin('pool', Uint8Array.of(0xbe));
  pool.events.onJobs(session, [makeJob({ chain: 3 })]);
  const { finds } = createNobleKernel(64).search(hashing.tasks[0]!);
  assert.ok(finds.length > 3);
  hashing.finish(finds);
  assert.equal(pool.submitted.length, finds.length);
  assert.equal(hashing.tasks.length, 2);
  for (const { header } of pool.submitted) pool.events.onVerdict(session, blockHash(header), undefined);
  const { shares } = mining.status();
  assert.equal(shares!.accepted, finds.length);
  assert.equal(events.filter(({ type }) => type === 'share').length, finds.length);
  assert.equal(events.filter(({ type }) => type === 'missingChains').length, 0);
  assert.equal(events.filter(({ type }) => type === 'difficulty').length, 1);
});

test('moved to another chain, what was under way on the first is still sent', () => {
  const { source: pool, device: hashing } = pooled();
  const session = pool.begin('pool', Uint8Array.of(0xbe));
  pool.events.onJobs(session, [makeJob({ chain: 3 })]);
  const [find] = createNobleKernel(64).search(hashing.tasks[0]!).finds;
  pool.events.onJobs(session, [makeJob({ chain: 9 })]);
  assert.deepEqual(
    hashing.abandoned.map(({ chain }) => chain),
    [3],
  );
  hashing.finish([find!]);
  assert.equal(pool.submitted.length, 1);
  assert.equal(hashing.tasks.at(-1)!.chain, 9);
});

test('a lost pool session ends its work at once: nobody else takes its shares', () => {
  const { source: pool, device: hashing, miner: mining } = pooled();
  const session = pool.begin('pool', Uint8Array.of(0xbe));
  pool.events.onJobs(session, [makeJob({ chain: 3 })]);
  const { finds } = createNobleKernel(64).search(hashing.tasks[0]!);
  pool.end(session);
  assert.equal(hashing.abandoned.length, 1);
  hashing.finish(finds.slice(0, 1));
  hashing.finish();
  assert.equal(hashing.tasks.length, 0);
  assert.equal(mining.status().shares!.unsent, 1);
  const next = pool.begin('pool', Uint8Array.of(0xef));
  pool.events.onJobs(next, [makeJob({ chain: 3 })]);
  assert.equal(pool.submitted.length, 0);
  assert.equal(hashing.tasks[0]!.prefix[0], 0xef);
});

test('a status tells the session: since when, what was accepted in it, and how many were lost', () => {
  assert.deepEqual([miner.status().session, miner.status().sessionsLost], [undefined, 0]);
  device.events.onReady();
  now = 1_000;
  const first = source.begin();
  source.events.onJobs(first, makeJobs());
  device.finish(honestFinds().slice(0, 1));
  now = 1_500;
  const { header } = source.submitted[0]!;
  source.events.onVerdict(first, blockHash(header), undefined);
  assert.deepEqual(miner.status().session, { forMs: 500, accepted: 1 });
  source.end(first);
  assert.deepEqual([miner.status().session, miner.status().sessionsLost], [undefined, 1]);
  now = 2_000;
  source.begin();
  assert.deepEqual(miner.status().session, { forMs: 0, accepted: 0 });
  assert.equal(miner.status().sessionsLost, 1);
});

test('a session that follows another on the same connection is none that was lost', () => {
  const first = source.begin();
  source.begin();
  source.end(first);
  assert.equal(miner.status().sessionsLost, 0);
  assert.ok(miner.status().session !== undefined);
});

test("a device's hashes are counted since it was started", () => {
  device.events.onReady();
  source.events.onJobs(source.begin(), makeJobs());
  const { count } = device.finish();
  assert.equal(miner.status().devices[0]!.totalHashes, count);
});

test('the limit of the load reaches devices that are there, and those that come later', () => {
  miner.setMaxLoad(0.6);
  const later = new FakeDevice('later');
  miner.addDevice(later);
  miner.setMaxLoad(0.6);
  assert.deepEqual([device.loads, later.loads], [[0.6], [0.6]]);
  assert.equal(miner.status().maxLoad, 0.6);
});
