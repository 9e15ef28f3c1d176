import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import test from 'node:test';
import { type Adapter, distinctAdapters, listAdapters } from '../../../../miner/backends/gpu/adapters.js';
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
