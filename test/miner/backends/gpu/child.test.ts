import { match, ok, strictEqual } from 'node:assert/strict';
import { type ChildProcess, type ForkOptions, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Adapter, listAdapters } from '../../../../miner/backends/gpu/adapters.js';
import { driverEnvironment } from '../../../../miner/backends/gpu/drivers.js';
import type { ChildMessage, ParentMessage } from '../../../../miner/backends/gpu/messages.js';
import { fakeWebgpu } from '../../../support/fake-webgpu.js';
import { skipWhen } from '../../../support/requirement.js';
import { noSoftwareGpu, PROBE_LIMIT_MS, softwareAdapter } from '../../../support/software-gpu.js';

const skip = skipWhen(noSoftwareGpu);
const childFile = fileURLToPath(new URL('../../../../miner/backends/gpu/child.js', import.meta.url));
const noDriver = { ...process.env, ...driverEnvironment(undefined) };

/** A child, and the first message that is more than a sign of life. */
async function openChild(
  open: ParentMessage,
  childEnv: NodeJS.ProcessEnv,
): Promise<{ child: ChildProcess; answer: ChildMessage }> {
  const options: ForkOptions = { serialization: 'advanced', execArgv: [], env: childEnv, silent: true };
  const child = fork(childFile, [], options);
  // One listener for all: of two messages that are read at once `once` would hear the first alone.
  const answer = new Promise<ChildMessage>((resolve) => {
    child.on('message', (message: ChildMessage) => message.type !== 'alive' && resolve(message));
  });
  child.send(open);
  return { child, answer: await answer };
}

/** What opens an adapter, and the environment in which a child sees it. */
function openingOf({ backend, name, driverManifest }: Adapter) {
  const open: ParentMessage = { type: 'open', adapter: { backend, name } };
  return { open, env: { ...process.env, ...driverEnvironment(driverManifest) } };
}

/** Whether a process is gone within 30 s: it may have begun but a moment ago, on a busy machine. */
async function gone(pid: number): Promise<boolean> {
  for (let i = 0; i < 300; i++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(100);
  }
  return false;
}

test('an adapter of each software driver here opens, and its child ends when its channel closes', {
  skip,
  timeout: 120_000,
}, async () => {
  const all = await listAdapters({ software: true, limitMs: PROBE_LIMIT_MS });
  const adapters = all.filter(({ software }) => software);
  ok(adapters.length > 0);
  for (const adapter of adapters) {
    const { open, env } = openingOf(adapter);
    const { child, answer } = await openChild(open, env);
    ok(answer.type === 'ready' && answer.taskSize > 0, adapter.name);
    child.disconnect();
    await once(child, 'exit');
  }
});

test('the child ends when its parent is killed', { skip, timeout: 60_000 }, async () => {
  const { open, env } = openingOf(await softwareAdapter());
  const source = `
    const child = require('node:child_process').fork(${JSON.stringify(childFile)}, [], { serialization: 'advanced', silent: true });
    child.send(${JSON.stringify(open)});
    child.on('message', (message) => { if (message.type !== 'alive') console.log(child.pid, message.type); });`;
  const parent = spawn(process.execPath, ['-e', source], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const [pid, type] = line.toString().trim().split(' ');
  strictEqual(type, 'ready');
  parent.kill('SIGKILL');
  ok(await gone(Number(pid)));
});

for (const name of ['child', 'probe']) {
  test(`the ${name} ends when its parent is killed before it has loaded`, { timeout: 60_000 }, async (t) => {
    // A driver that neither answers nor lets its process end.
    fakeWebgpu(
      t,
      `setInterval(() => {}, 1000);
      export const globals = {};
      export const create = () => ({ requestAdapter: () => new Promise(() => {}) });`,
    );
    const file = fileURLToPath(new URL(`../../../../miner/backends/gpu/${name}.js`, import.meta.url));
    const source = `
      const child = require('node:child_process').fork(${JSON.stringify(file)}, [], { silent: true });
      require('node:fs').writeSync(1, String(child.pid));
      process.kill(process.pid, 'SIGKILL');`;
    const parent = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
    const orphan = Number(pid.toString());
    const ended = await gone(orphan);
    if (!ended) process.kill(orphan, 'SIGKILL');
    ok(ended);
  });
}

test('signals to the whole group, and a terminal that is gone, leave the child at work', {
  skip: skip || process.platform === 'win32',
  timeout: 60_000,
}, async () => {
  const { open, env } = openingOf(await softwareAdapter());
  const { child, answer } = await openChild(open, env);
  strictEqual(answer.type, 'ready');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) child.kill(signal);
  // Signals are there before what is sent behind them.
  const report = new Promise<ChildMessage>((resolve) => {
    child.on('message', (message: ChildMessage) => message.type !== 'alive' && resolve(message));
    child.on('exit', (_code, signal) =>
      resolve({ type: 'failed', message: `ended by ${signal}`, final: true }),
    );
  });
  const zeros = new Uint8Array(32);
  const range = {
    headerBlob: new Uint8Array(302),
    prefix: new Uint8Array(16),
    target: zeros,
    start: 0n,
    count: 1,
  };
  const search: ParentMessage = { type: 'search', task: { id: 1, chain: 0, generation: 1, ...range } };
  child.send(search);
  strictEqual((await report).type, 'report');
  child.disconnect();
  await once(child, 'exit');
});

test('a message on its way when the parent is killed does not end the child with an error', {
  skip: process.platform === 'win32',
  timeout: 60_000,
}, async (t) => {
  const channel = new URL('../../../../miner/backends/gpu/child-channel.js', import.meta.url).href;
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'sender.mjs');
  // The parent is gone, and this process has not read the end of the channel yet.
  writeFileSync(
    file,
    `import { writeSync } from 'node:fs';
    import { sendToParent } from ${JSON.stringify(channel)};
    const { ppid } = process;
    process.kill(ppid, 'SIGKILL');
    while (process.ppid === ppid);
    const { connected } = process;
    sendToParent({ type: 'alive' });
    setImmediate(() => {
      writeSync(1, connected ? 'lives' : 'the channel was closed');
      process.exit();
    });`,
  );
  const source = `require('node:child_process').fork(${JSON.stringify(file)}, [], { execArgv: [], serialization: 'advanced' });`;
  const parent = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [parent.stdout, parent.stderr])
    stream.on('data', (bytes: Buffer) => {
      said += bytes;
    });
  await once(parent, 'close');
  strictEqual(said, 'lives');
});

test('another card than the one that was asked for is not worked', { timeout: 60_000 }, async (t) => {
  fakeWebgpu(
    t,
    `export const globals = {};
    export const create = () => ({ requestAdapter: async () => ({ info: { device: 'nvidia-h100-pcie' } }) });`,
  );
  const [adapter, options] = [{ backend: 'vulkan', name: 'NVIDIA H100' }, process.env.NODE_OPTIONS];
  const env = { ...noDriver, NODE_OPTIONS: options };
  const { child, answer } = await openChild({ type: 'open', adapter }, env);
  ok(answer.type === 'failed');
  match(answer.message, /another adapter than "NVIDIA H100": nvidia-h100-pcie/);
  strictEqual(answer.final, true);
  await once(child, 'exit');
});

test('an adapter that is not there is a failure that may pass', { skip, timeout: 60_000 }, async () => {
  const { child, answer } = await openChild(
    { type: 'open', adapter: { backend: 'vulkan', name: 'no such card' } },
    openingOf(await softwareAdapter()).env,
  );
  ok(answer.type === 'failed');
  match(answer.message, /no such card/);
  strictEqual(answer.final, false);
  await once(child, 'exit');
});
