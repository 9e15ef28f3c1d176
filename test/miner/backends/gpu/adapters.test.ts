import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import test from 'node:test';
import {
  type Adapter,
  AdapterListError,
  distinctAdapters,
  listAdapters,
} from '../../../../miner/backends/gpu/adapters.js';
import { skipWhen } from '../../../support/requirement.js';
import { noSoftwareGpu } from '../../../support/software-gpu.js';

test('a software adapter is listed where it is asked for', { skip: skipWhen(noSoftwareGpu) }, async () => {
  const all = await listAdapters({ software: true });
  deepStrictEqual(
    all.map(({ index }) => index),
    all.map((_, i) => i),
  );
  const software = all.filter((adapter) => adapter.software);
  ok(software.length > 0);
  for (const { name, vendor, driver, limits } of software) {
    ok(name && vendor && driver);
    ok(limits.maxComputeWorkgroupsPerDimension >= 65535);
  }
  // Cards keep their places whether or not software follows them.
  deepStrictEqual(
    await listAdapters({ software: false }),
    all.filter((adapter) => !adapter.software),
  );
});

test('of adapters that can not be told apart one is used', () => {
  const adapter = (index: number, name: string, driverManifest?: string): Adapter => ({
    index,
    name,
    backend: 'vulkan',
    vendor: 'nvidia',
    architecture: 'hopper',
    driver: '',
    software: false,
    pciAddress: undefined,
    limits: {
      maxComputeWorkgroupsPerDimension: 65535,
      maxComputeInvocationsPerWorkgroup: 1024,
      maxComputeWorkgroupSizeX: 1024,
    },
    ambiguous: undefined,
    driverManifest,
  });
  const card = adapter(0, 'NVIDIA H100');
  const twin = adapter(1, 'NVIDIA H100');
  const longer = adapter(2, 'NVIDIA H100 PCIe');
  const other = adapter(3, 'NVIDIA T4');
  const elsewhere = adapter(4, 'NVIDIA H100', '/software.json');
  const { distinct, left } = distinctAdapters([card, twin, longer, other, elsewhere]);
  deepStrictEqual(distinct, [card, other, elsewhere]);
  deepStrictEqual(
    left.map((one) => one.adapter),
    [twin, longer],
  );
  for (const { reason } of left) match(reason, /may be the same card as adapter 0, NVIDIA H100/);
  strictEqual(distinctAdapters([]).distinct.length, 0);
});

test('a software driver that can not be listed takes no other adapter away', async () => {
  const limits = {
    maxComputeWorkgroupsPerDimension: 65535,
    maxComputeInvocationsPerWorkgroup: 1024,
    maxComputeWorkgroupSizeX: 1024,
  };
  const texts = { backend: 'vulkan', vendor: '', architecture: '', description: '', limits };
  const card = { ...texts, name: 'card', software: false };
  const swift = { ...texts, name: 'SwiftShader', software: true };
  const faults: string[] = [];
  const list = (broken: string | undefined, signal?: AbortSignal) =>
    listAdapters(
      {
        software: true,
        onFault: (message) => faults.push(message),
        ...(signal && { signal }),
      },
      {
        findSoftwareDrivers: () => [
          { name: 'lavapipe', manifest: '/lavapipe.json' },
          { name: 'swiftshader', manifest: '/swift.json' },
        ],
        findLayer: () => undefined,
        probe: async ({ driverManifest }) => {
          if (driverManifest === broken) throw new AdapterListError('crash');
          return driverManifest === undefined ? [card] : driverManifest === '/swift.json' ? [swift] : [];
        },
      },
    );
  const names = (await list('/lavapipe.json')).map(({ name }) => name);
  deepStrictEqual(names, ['card', 'SwiftShader']);
  deepStrictEqual(faults, ['/lavapipe.json: crash']);
  await rejects(list(undefined), AdapterListError);
  await rejects(list('/lavapipe.json', AbortSignal.abort()), AdapterListError);
});
