import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { decodeView, encodeCard, SEEN_BYTES } from '../../../../miner/backends/gpu/vulkan-card.js';
import {
  findVulkanLayer,
  LAYER_NAME,
  layerEnvironment,
} from '../../../../miner/backends/gpu/vulkan-layer.js';
import { COMPILED_FILE, PREBUILT_FOLDER } from '../../../../shaders/cpu/native-binaries.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-layer-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Addons as a build and a package have them; what is in them does not matter here. */
function addons(): { readonly compiled: string; readonly prebuilt: string } {
  const sha256 = createHash('sha256').update('addon').digest('hex');
  const compiled = join(folder, 'native.node');
  for (const name of ['native.node', 'linux-x64.node']) writeFileSync(join(folder, name), 'addon');
  writeFileSync(join(folder, 'native.json'), JSON.stringify({ built: true, sha256 }));
  writeFileSync(join(folder, 'prebuilt.json'), JSON.stringify({ files: { 'linux-x64': { sha256 } } }));
  return { compiled, prebuilt: folder };
}

const find = (options: Parameters<typeof findVulkanLayer>[0] = {}) =>
  findVulkanLayer({ platform: 'linux', arch: 'x64', env: {}, ...addons(), ...options });

test('the layer is in the addon that was compiled here, else in the one that the package brings', () => {
  const here = find();
  assert.ok(here && 'addon' in here);
  assert.equal(here.addon, join(folder, 'native.node'));
  const brought = find({ env: { LESSWORK_NATIVE: 'prebuilt' } });
  assert.ok(brought && 'addon' in brought);
  assert.equal(brought.addon, join(folder, 'linux-x64.node'));
  assert.notEqual(here.folder, brought.folder);
});

test('without it: why; off Linux there is none', () => {
  for (const name of ['LESSWORK_VULKAN_LAYER', 'LESSWORK_NATIVE'])
    assert.deepEqual(find({ env: { [name]: 'off' } }), { reason: `${name}=off is set`, offBy: name });
  const nowhere = join(folder, 'nowhere');
  assert.deepEqual(find({ compiled: join(nowhere, 'native.node'), prebuilt: nowhere }), {
    reason: 'there is no machine code in this package',
  });
  const { compiled } = addons();
  writeFileSync(compiled, 'other');
  const damaged = findVulkanLayer({ platform: 'linux', arch: 'arm64', env: {}, compiled, prebuilt: nowhere });
  assert.ok(damaged && 'reason' in damaged);
  assert.match(damaged.reason, /it is damaged$/);
  assert.equal(find({ platform: 'win32' }), undefined);
  assert.equal(find({ platform: 'darwin' }), undefined);
});

test('each manifest names the layer, and the addon from where it lies', () => {
  for (const [arch, env, addon] of [
    ['x64', {}, COMPILED_FILE],
    ['x64', { LESSWORK_NATIVE: 'prebuilt' }, join(PREBUILT_FOLDER, 'linux-x64.node')],
  ] as const) {
    const layer = find({ arch, env });
    assert.ok(layer && 'folder' in layer);
    const { layer: told } = JSON.parse(readFileSync(join(layer.folder, 'one-device.json'), 'utf8'));
    assert.equal(told.name, LAYER_NAME);
    assert.equal(resolve(layer.folder, told.library_path), addon);
    const arm = join(layer.folder, '../linux-arm64/one-device.json');
    assert.ok(existsSync(arm) && readFileSync(arm, 'utf8').includes('/linux-arm64.node"'));
  }
});

test("layers of the user's own stay", () => {
  const layer = { addon: '/lib/a.node', folder: '/lib/layer' };
  for (const [own, expected] of [
    [{}, { VK_INSTANCE_LAYERS: LAYER_NAME, VK_LAYER_PATH: '/lib/layer' }],
    [
      { VK_INSTANCE_LAYERS: 'VK_LAYER_a:VK_LAYER_b' },
      { VK_INSTANCE_LAYERS: `VK_LAYER_a:VK_LAYER_b:${LAYER_NAME}`, VK_ADD_LAYER_PATH: '/lib/layer' },
    ],
    [
      { VK_LOADER_LAYERS_ENABLE: '*', VK_ADD_LAYER_PATH: '/own' },
      { VK_INSTANCE_LAYERS: LAYER_NAME, VK_ADD_LAYER_PATH: '/own:/lib/layer' },
    ],
    [
      { VK_INSTANCE_LAYERS: 'VK_LAYER_a', VK_LAYER_PATH: '/own' },
      { VK_INSTANCE_LAYERS: `VK_LAYER_a:${LAYER_NAME}`, VK_LAYER_PATH: '/own:/lib/layer' },
    ],
  ] as const)
    assert.deepEqual(layerEnvironment(layer, own), expected);
});

test("a card's record is what the layer tells of it", () => {
  const uuid = '00112233445566778899aabbccddeeff';
  const view = (card: { uuid: string; pciAddress: string | undefined; which: number }) => {
    const memory = new Uint8Array(SEEN_BYTES);
    memory.set(encodeCard({ name: '', ...card }), 16);
    memory.set(new TextEncoder().encode('RTX 3080'), 16 + 48);
    new Uint32Array(memory.buffer).set([3, 1, 1]);
    return decodeView(memory);
  };
  for (const card of [
    { uuid, pciAddress: '0000:0a:1f.7', which: 0 },
    { uuid, pciAddress: '10000:ff:00.0', which: 0 },
    { uuid, pciAddress: undefined, which: 1 },
  ])
    assert.deepEqual(view(card), { instances: 3, shown: 1, cards: [{ name: 'RTX 3080', ...card }] });
  for (const wrong of [{ uuid: 'x' }, { pciAddress: '01:00.0' }, { pciAddress: '0000:01:00.8' }])
    assert.throws(
      () => encodeCard({ name: '', uuid, pciAddress: undefined, which: 0, ...wrong }),
      /expected a UUID and a PCI address/,
    );
});
