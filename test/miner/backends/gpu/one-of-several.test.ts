/**
 * Two cards that have the same name, told apart by the Vulkan layer: two copies of a software driver stand for them.
 * @module
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Adapter, distinctAdapters, listAdapters } from '../../../../miner/backends/gpu/adapters.js';
import { ChildLink } from '../../../../miner/backends/gpu/child-link.js';
import { createGpuDevice } from '../../../../miner/backends/gpu/create-gpu-device.js';
import { driverEnvironment } from '../../../../miner/backends/gpu/drivers.js';
import type { ChildMessage, ParentMessage } from '../../../../miner/backends/gpu/messages.js';
import type { VulkanCard } from '../../../../miner/backends/gpu/vulkan-card.js';
import {
  findVulkanLayer,
  type NoLayer,
  type VulkanLayer,
} from '../../../../miner/backends/gpu/vulkan-layer.js';
import { DeviceOwner } from '../../../support/device-owner.js';
import { MISSING_NATIVE } from '../../../support/native-kernel.js';
import { skipWhen } from '../../../support/requirement.js';
import { noSoftwareGpu, PROBE_LIMIT_MS, testDriver } from '../../../support/software-gpu.js';

const { LESSWORK_NATIVE } = process.env;
/** As where tests turn nothing off. */
const here = findVulkanLayer({ env: LESSWORK_NATIVE === 'prebuilt' ? { LESSWORK_NATIVE } : {} });
const noLayer = process.platform === 'linux' ? undefined : 'the layer is for Linux';

describe('two cards of one name', { skip: skipWhen(noSoftwareGpu ?? MISSING_NATIVE ?? noLayer) }, () => {
  let folder: string;
  let drivers: string;
  const environment = { ...process.env };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lesswork-twins-'));
    const { ICD: icd, ...rest } = JSON.parse(readFileSync(testDriver!.manifest, 'utf8'));
    const manifests = ['a', 'b'].map((name) => {
      const [library, manifest] = [join(folder, `${name}.so`), join(folder, `${name}.json`)];
      const from = icd.library_path.includes('/')
        ? resolve(dirname(testDriver!.manifest), icd.library_path)
        : undefined;
      // One that the system finds by its name alone is not copied: it is loaded once, and has two devices still.
      if (from !== undefined) cpSync(from, library, { dereference: true });
      writeFileSync(
        manifest,
        JSON.stringify({ ...rest, ICD: { ...icd, library_path: from ? library : icd.library_path } }),
      );
      return manifest;
    });
    drivers = manifests.join(':');
    // What children take to be the drivers of the system.
    Object.assign(process.env, driverEnvironment(drivers));
  });
  after(() => {
    for (const name of Object.keys(driverEnvironment(drivers, {}))) delete process.env[name];
    Object.assign(process.env, environment);
    rmSync(folder, { recursive: true, force: true });
  });

  const list = (layer: VulkanLayer | NoLayer | undefined): Promise<Adapter[]> =>
    listAdapters(
      { software: true, limitMs: PROBE_LIMIT_MS },
      { findLayer: () => layer, findSoftwareDrivers: () => [] },
    );

  /** What a child says that is asked for a card: `ready`, or why not. */
  function answerOf(card: VulkanCard, layer: VulkanLayer | undefined): Promise<string> {
    return new Promise((resolve) => {
      let said = '';
      const link = new ChildLink<ParentMessage, ChildMessage>(
        'child',
        { layer },
        {
          onMessage: (message) => {
            if (message.type === 'alive') return;
            said = message.type === 'failed' ? message.message : message.type;
            if (message.type === 'ready') void link.close();
          },
          onEnd: (why) => resolve(said || why),
        },
      );
      link.send({ type: 'open', adapter: { backend: 'vulkan', name: card.name }, card });
    });
  }

  test('each is listed under a name of its own, and both mine at once', { timeout: 480_000 }, async (t) => {
    const adapters = await list(here);
    const names = adapters.map(({ name }) => name);
    assert.equal(names.length, 2);
    assert.match(names[0]!, / #1$/);
    assert.equal(names[1], names[0]!.replace(/1$/, '2'));
    assert.deepEqual(
      adapters.map(({ ambiguous }) => ambiguous),
      [undefined, undefined],
    );
    assert.deepEqual(distinctAdapters(adapters), { distinct: adapters, left: [] });
    const owners = adapters.map((adapter) => {
      const device = createGpuDevice({ adapter, oneOf: adapter.oneOf });
      t.after(() => device.close());
      assert.equal(device.name, adapter.name);
      return new DeviceOwner(device);
    });
    for (const owner of owners) {
      await owner.until('ready', () => owner.readyCount === 1, 100_000);
      owner.give();
    }
    for (const owner of owners) {
      await owner.until('report', () => owner.reports.length === 1, 100_000);
      assert.deepEqual(owner.failures, []);
    }
  });

  test('a card that is not there opens nothing, whatever else has its name', {
    timeout: 480_000,
  }, async () => {
    const { card, layer } = (await list(here))[1]!.oneOf!;
    assert.equal(await answerOf(card, layer), 'ready');
    for (const wrong of [
      { ...card, which: 2 },
      { ...card, uuid: 'ff'.repeat(16) },
      { ...card, pciAddress: '0000:01:00.0', which: 0 },
    ])
      assert.match(await answerOf(wrong, layer), /^no "[^"]+" at \S+( \d)? among the 2 that Vulkan has$/);
  });

  test('a child that can not show itself one card opens none', { timeout: 480_000 }, async () => {
    const { card, layer } = (await list(here))[0]!.oneOf!;
    const elsewhere = { ...layer, folder };
    assert.match(await answerOf(card, elsewhere), /^Vulkan's loader did not load the layer/);
    assert.match(await answerOf(card, undefined), /^no Vulkan layer is given that shows one "/);
  });

  test('without the layer they are as before, and it is said why', { timeout: 480_000 }, async () => {
    const layer = here as VulkanLayer;
    for (const [given, why] of [
      [undefined, /can't choose between them$/],
      [
        { reason: 'it is off' },
        /between them; the Vulkan layer that tells them apart is not used: it is off$/,
      ],
      [{ ...layer, folder }, /is not used: Vulkan's loader did not load it$/],
      [{ ...layer, addon: join(folder, 'a.json') }, /is not used: .*a\.json/],
    ] as const) {
      const adapters = await list(given);
      assert.equal(adapters[0]!.name, adapters[1]!.name);
      for (const { ambiguous, oneOf } of adapters) {
        assert.match(ambiguous ?? '', why);
        assert.equal(oneOf, undefined);
      }
      assert.equal(distinctAdapters(adapters).left.length, 1);
    }
  });
});
