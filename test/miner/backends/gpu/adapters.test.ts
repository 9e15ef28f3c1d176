import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import test from 'node:test';
import {
  type Adapter,
  AdapterListError,
  distinctAdapters,
  hardwareOf,
  listAdapters,
} from '../../../../miner/backends/gpu/adapters.js';
import { skipWhen } from '../../../support/requirement.js';
import { noSoftwareGpu, PROBE_LIMIT_MS } from '../../../support/software-gpu.js';

test('a software adapter is listed where it is asked for', { skip: skipWhen(noSoftwareGpu) }, async () => {
  const all = await listAdapters({ software: true, limitMs: PROBE_LIMIT_MS });
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
    await listAdapters({ software: false, limitMs: PROBE_LIMIT_MS }),
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

/** Lists cards of one vendor. @param cards - where each is, by the probe with the layer, in the order of the drivers; an error fails it */
function listCards(names: readonly string[], cards: readonly (readonly [string, string])[] | Error) {
  const limits = {
    maxComputeWorkgroupsPerDimension: 65535,
    maxComputeInvocationsPerWorkgroup: 1024,
    maxComputeWorkgroupSizeX: 1024,
  };
  const probed = (name: string) => ({
    ...{ backend: 'vulkan', vendor: 'nvidia', architecture: '', description: '', software: false },
    name,
    limits,
  });
  const layer = { addon: '/addon', folder: '/layer' };
  return listAdapters(
    { software: false },
    {
      findSoftwareDrivers: () => [],
      findLayer: () => layer,
      probe: async (vulkan) => {
        if (vulkan.layer === undefined) return names.map(probed);
        strictEqual(vulkan.layer, layer);
        if (cards instanceof Error) throw cards;
        return cards.map(([name, pciAddress]) => ({
          ...probed(name),
          card: { name, uuid: '00'.repeat(16), pciAddress, which: 0 },
        }));
      },
    },
  );
}

test('identical cards are listed one by one, each at its place: sensors go by that', async () => {
  const name = 'NVIDIA GeForce RTX 3080';
  const cards = ['0000:0a:00.0', '0000:01:00.0', '0000:06:00.0'].map((place) => [name, place] as const);
  const adapters = await listCards([name, name, name], cards);
  deepStrictEqual(
    adapters.map((one) => [one.index, one.name, hardwareOf(one)?.pci, one.ambiguous, one.oneOf?.card.name]),
    ['0000:01:00.0', '0000:06:00.0', '0000:0a:00.0'].map((place, index) => [
      index,
      `${name} #${index + 1}`,
      place,
      undefined,
      name,
    ]),
  );
  deepStrictEqual(distinctAdapters(adapters), { distinct: adapters, left: [] });
});

test('cards of several names are opened by their names, and their places are known', async () => {
  const adapters = await listCards(
    ['NVIDIA T4', 'NVIDIA H100'],
    [
      ['NVIDIA H100', '0000:01:00.0'],
      ['NVIDIA T4', '0000:02:00.0'],
    ],
  );
  deepStrictEqual(
    adapters.map(({ name, pciAddress, oneOf }) => [name, pciAddress, oneOf]),
    [
      ['NVIDIA T4', '0000:02:00.0', undefined],
      ['NVIDIA H100', '0000:01:00.0', undefined],
    ],
  );
});

test('a name within another is no number, and one card under two names is one', async () => {
  const names = ['NVIDIA H100', 'NVIDIA H100 PCIe', 'Tesla H100'];
  const places = ['0000:01:00.0', '0000:02:00.0', '0000:02:00.0'];
  const adapters = await listCards(
    names,
    names.map((name, i) => [name, places[i]!]),
  );
  deepStrictEqual(
    adapters.map(({ name, oneOf }) => [name, oneOf?.card.pciAddress]),
    [
      ['NVIDIA H100', '0000:01:00.0'],
      ['NVIDIA H100 PCIe', undefined],
      ['Tesla H100', undefined],
    ],
  );
  const { distinct, left } = distinctAdapters(adapters);
  deepStrictEqual(distinct, adapters.slice(0, 2));
  match(left[0]!.reason, /may be the same card as adapter 1, NVIDIA H100 PCIe/);
});

test('a card whose driver is installed twice mines once, and so does each beside it', async () => {
  const name = 'NVIDIA GeForce RTX 3080';
  const [a, b] = ['0000:01:00.0', '0000:02:00.0'] as const;
  const adapters = await listCards(
    [name, name, name, name],
    [
      [name, a],
      [name, b],
      [name, a],
      [name, b],
    ],
  );
  const { distinct, left } = distinctAdapters(adapters);
  deepStrictEqual(
    distinct.map(({ pciAddress }) => pciAddress),
    [a, b],
  );
  deepStrictEqual(
    left.map(({ adapter }) => adapter.pciAddress),
    [a, b],
  );
});

test('a probe with the layer that fails takes no card away', async () => {
  const names = ['NVIDIA H100', 'NVIDIA H100'];
  const adapters = await listCards(names, new AdapterListError('it crashed'));
  deepStrictEqual(
    adapters.map(({ name }) => name),
    names,
  );
  for (const { ambiguous, oneOf } of adapters) {
    match(ambiguous ?? '', /^2 adapters answer to the name .* is not used: it crashed$/);
    strictEqual(oneOf, undefined);
  }
  strictEqual(distinctAdapters(adapters).distinct.length, 1);
  for (const { ambiguous } of await listCards(names, [['NVIDIA H100', '0000:01:00.0']]))
    match(ambiguous ?? '', /is not used: with it, their number or their places on the bus are not certain$/);
  await rejects(listCards(names, new RangeError('a fault of ours')), RangeError);
});
