import { match, ok, strictEqual } from 'node:assert/strict';
import { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ChildLink } from '../../../../miner/backends/gpu/child-link.js';
import { type CardModules, createGpuDevice } from '../../../../miner/backends/gpu/create-gpu-device.js';
import { DeviceOwner } from '../../../support/device-owner.js';

const TIMES = { tickMs: 20, silenceMs: 10_000, startMs: 60_000, stallMs: 10_000, provenMs: 60_000 };

/** A child that shows life and does this with each message; `say` answers, and fails in silence where nobody hears it. */
function stub(t: TestContext, onMessage: string): URL {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'child.mjs');
  writeFileSync(
    file,
    `const say = (message) => process.send(message, () => {});
    process.on('message', (message) => { ${onMessage} });
    process.on('disconnect', () => process.exit());
    if (!process.connected) process.exit();
    setInterval(() => { if (process.connected) say({ type: 'alive' }); }, 20);`,
  );
  return pathToFileURL(file);
}

function own(t: TestContext, onMessage: string, modules: Omit<CardModules, 'child'> = {}): DeviceOwner {
  const adapter = { backend: 'vulkan', name: 'stub' };
  const child = stub(t, onMessage);
  const device = createGpuDevice({ adapter }, { times: TIMES, ...modules, child });
  t.after(() => device.close());
  return new DeviceOwner(device);
}

const READY = `if (message.type === 'open') say({ type: 'ready', taskSize: 1 });`;
const REPORT_AND_DIE = `if (message.type === 'search') {
  const report = { taskId: message.task.id, hashes: 1, staleHashes: 0, finds: [], overflow: 0 };
  process.send({ type: 'report', report, taskSize: 1 }, () => process.exit(7));
}`;

test('a card that hangs while it starts is noticed, though its process shows life', async (t) => {
  const owner = own(t, '', { times: { ...TIMES, startMs: 500 } });
  await owner.until('failure', () => owner.failures.length > 0, 10_000);
  match(owner.failures[0]!.message, /not ready in 500 ms/);
  strictEqual(owner.failures[0]!.final, false);
});

test('a card that brings no task back is noticed, though its process shows life', async (t) => {
  const owner = own(t, READY, { times: { ...TIMES, stallMs: 300 } });
  await owner.until('ready', () => owner.readyCount === 1);
  owner.give();
  await owner.until('failure', () => owner.failures.length > 0, 10_000);
  match(owner.failures[0]!.message, /no task comes back/);
});

test('a card that is not to be believed starts anew, and is given up where that does not help', async (t) => {
  const owner = own(t, READY, { restartDelayMs: (failures) => (failures < 2 ? 10 : undefined) });
  for (let start = 1; start <= 2; start++) {
    await owner.until('ready', () => owner.readyCount === start);
    owner.give();
    owner.device.restart!('finds that are none');
    await owner.until('failure', () => owner.failures.length === start);
    const { message, lostTaskIds, final } = owner.failures.at(-1)!;
    match(message, /^finds that are none$/);
    strictEqual(lostTaskIds.length, 1);
    strictEqual(final, start === 2);
  }
  // There is nothing left to start anew.
  owner.device.restart!('again');
});

for (const { provenMs, what, deaths } of [
  { provenMs: 60_000, what: 'is given up all the same', deaths: 3 },
  { provenMs: 0, what: 'after long work is not', deaths: 5 },
]) {
  test(`a card that fails after each report ${what}`, async (t) => {
    const owner = own(t, READY + REPORT_AND_DIE, {
      times: { ...TIMES, provenMs },
      restartDelayMs: (failures) => (failures < 3 ? 10 : undefined),
    });
    for (let death = 1; death <= deaths; death++) {
      await owner.until('ready', () => owner.readyCount === death);
      owner.give();
      await owner.until('failure', () => owner.failures.length === death);
      strictEqual(owner.reports.length, death);
      strictEqual(owner.failures.at(-1)!.final, provenMs > 0 && death === deaths);
    }
  });
}

test('a process that can not be started is a failure like another, and told after the start', async (t) => {
  // Not in the types of Node.js, but a method as `kill` is.
  t.mock.method(ChildProcess.prototype, 'spawn' as 'kill', () => {
    throw new Error('spawn ENOMEM');
  });
  const owner = own(t, READY, { restartDelayMs: (failures) => (failures < 3 ? 10 : undefined) });
  strictEqual(owner.failures.length, 0);
  await owner.until('given up', () => owner.failures.some(({ final }) => final), 10_000);
  strictEqual(owner.failures.length, 3);
  match(owner.failures[0]!.message, /can't start a child process: spawn ENOMEM/);
});

test('a process that can not be killed is left behind', async (t) => {
  const ends: string[] = [];
  let deaf: () => void = () => {};
  const nowDeaf = new Promise<void>((resolve) => {
    deaf = resolve;
  });
  const events = {
    onMessage: (message: { type: string }) => message.type === 'deaf' && deaf(),
    onEnd: (why: string) => ends.push(why),
  };
  const goDeaf = `process.removeAllListeners('disconnect'); say({ type: 'deaf' });`;
  const link = new ChildLink<object, { type: string }>(stub(t, goDeaf), {}, events, 200);
  const pid = link.pid!;
  t.after(() => process.kill(pid, 'SIGKILL'));
  link.send({});
  await nowDeaf;
  const kill = t.mock.method(ChildProcess.prototype, 'kill', () => true);
  const startedMs = performance.now();
  await link.close(100);
  ok(performance.now() - startedMs < 5000);
  strictEqual(kill.mock.callCount(), 1);
  strictEqual(ends.length, 1);
  match(ends[0]!, /process \d+ can't be killed/);
  process.kill(pid, 0);
  link.kill('again');
  strictEqual(ends.length, 1);
});
