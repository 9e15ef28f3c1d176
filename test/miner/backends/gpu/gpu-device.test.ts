import { deepStrictEqual, match, ok, strictEqual, throws } from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { createGpuDevice } from '../../../../miner/backends/gpu/create-gpu-device.js';
import type { GpuDevice } from '../../../../miner/backends/gpu/gpu-device.js';
import { bigIntToBytes } from '../../../../protocol/bytes.js';
import { createNobleKernel } from '../../../../shaders/cpu/noble.js';
import { DeviceOwner } from '../../../support/device-owner.js';
import { fakeWebgpu } from '../../../support/fake-webgpu.js';
import { skipWhen } from '../../../support/requirement.js';
import { seededBytes } from '../../../support/seeded-bytes.js';
import { noSoftwareGpu, softwareAdapter } from '../../../support/software-gpu.js';

const skip = skipWhen(noSoftwareGpu);

async function softwareDevice(): Promise<GpuDevice> {
  const adapter = await softwareAdapter();
  return createGpuDevice({ adapter, driverManifest: adapter.driverManifest });
}

describe('a GPU device on a software driver', { skip }, () => {
  let device: GpuDevice;
  let owner: DeviceOwner;
  before(async () => {
    device = await softwareDevice();
    owner = new DeviceOwner(device);
    await owner.until('ready', () => owner.readyCount === 1);
  });
  after(() => device.close());

  /** What must follow a failure: lost tasks named, a new child, and work as before. */
  async function expectRecovery(break_: () => void, message: RegExp): Promise<void> {
    const [ready, failures, pid] = [owner.readyCount, owner.failures.length, device.childPid];
    owner.feed();
    const reports = owner.reports.length;
    await owner.until('at work', () => owner.reports.length > reports + 4);
    break_();
    await owner.until('failure', () => owner.failures.length > failures);
    const failure = owner.failures.at(-1)!;
    match(failure.message, message);
    strictEqual(failure.final, false);
    strictEqual(failure.lostTaskIds.length, 4);
    strictEqual(owner.held.size, 0);
    strictEqual(device.failures, owner.failures.length);
    throws(() => owner.give(), /not ready/);
    owner.held.clear();
    await owner.until('ready again', () => owner.readyCount > ready);
    ok(device.childPid !== pid);
    const id = owner.give();
    await owner.until('report', () => owner.reports.at(-1)?.taskId === id);
  }

  test('works on under a limit of the load, and without it again', async () => {
    device.setLoad(0.5);
    const id = owner.give();
    await owner.until('report', () => owner.reports.at(-1)?.taskId === id);
    device.setLoad(1);
  });

  test('finds what the oracle finds, with counters that wrap', async () => {
    const range = {
      headerBlob: seededBytes('gpu device', 302),
      prefix: seededBytes('gpu device prefix', 16),
      chain: 10,
      target: bigIntToBytes(2n ** 253n, 32),
      start: 2n ** 64n - 900n,
      count: 3000,
    };
    const expected = createNobleKernel().search(range).finds;
    const id = owner.give(range);
    await owner.until('report', () => owner.held.size === 0);
    const report = owner.reports.at(-1)!;
    deepStrictEqual([...report.finds].sort(), [...expected].sort());
    ok(expected.length > 5);
    deepStrictEqual(
      { ...report, finds: [] },
      { taskId: id, hashes: 3000, staleHashes: 0, finds: [], overflow: 0 },
    );
  });

  test('takes as many tasks as it is deep', async () => {
    for (let i = 0; i < device.depth; i++) owner.give();
    throws(() => owner.give(), /holds 4 tasks already/);
    owner.held.delete(Math.max(...owner.held));
    await owner.until('reports', () => owner.held.size === 0);
  });

  test('drops stale tasks that have not begun, and counts what was under way as stale', async () => {
    const stale = [1, 2, 3].map(() => owner.give({ chain: 4, generation: 7, count: device.taskSize * 4 }));
    const fresh = owner.give({ chain: 4, generation: 8 });
    device.abandon(4, 8);
    await owner.until('reports', () => owner.held.size === 0);
    const reportOf = (id: number) => owner.reports.find(({ taskId }) => taskId === id)!;
    for (const id of stale) {
      const { hashes, staleHashes } = reportOf(id);
      strictEqual(staleHashes, hashes);
      ok(hashes < device.taskSize * 4);
    }
    strictEqual(reportOf(stale[2]!).hashes, 0);
    strictEqual(reportOf(fresh).staleHashes, 0);
    ok(reportOf(fresh).hashes > 0);
  });

  test('survives a crash of its child', async () => {
    await expectRecovery(() => process.kill(device.childPid!, 'SIGKILL'), /ended by SIGKILL/);
  });

  test('survives the loss of the device', async () => {
    await expectRecovery(() => device.loseDevice(), /device lost/);
  });

  test('begins anew where it is not to be believed', async () => {
    await expectRecovery(() => device.restart('finds that are none'), /^finds that are none$/);
  });

  test('survives a child that hangs', async () => {
    await expectRecovery(() => process.kill(device.childPid!, 'SIGSTOP'), /hangs: no sign of life/);
  });
});

test('close ends the child, and nothing is reported any more', { skip }, async () => {
  const device = await softwareDevice();
  const owner = new DeviceOwner(device);
  await owner.until('ready', () => owner.readyCount === 1);
  const pid = device.childPid!;
  for (let i = 0; i < device.depth; i++) owner.give();
  await device.close();
  throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  strictEqual(owner.reports.length, 0);
  strictEqual(owner.failures.length, 0);
});

test('without the package "webgpu" a device gives up with a clear message', async (t) => {
  fakeWebgpu(t, "throw new Error('no such package')");
  const owner = new DeviceOwner(createGpuDevice({ adapter: { backend: 'vulkan', name: 'any' } }));
  await owner.until('failure', () => owner.failures.length > 0);
  match(
    owner.failures[0]!.message,
    /needs the optional package "webgpu".*npm install webgpu.*no such package/,
  );
  strictEqual(owner.failures[0]!.final, true);
});
