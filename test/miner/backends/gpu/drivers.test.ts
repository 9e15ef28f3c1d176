import { deepStrictEqual } from 'node:assert/strict';
import test from 'node:test';
import { driverEnvironment, findSoftwareDrivers } from '../../../../miner/backends/gpu/drivers.js';

test('software drivers are found in the folders of several distributions', () => {
  for (const { architecture, files, expected } of [
    {
      architecture: 'x64',
      files: ['/usr/lib/chromium/vk_swiftshader_icd.json'],
      expected: [{ name: 'swiftshader', manifest: '/usr/lib/chromium/vk_swiftshader_icd.json' }],
    },
    {
      architecture: 'x64',
      files: ['/usr/share/vulkan/icd.d/lvp_icd.x86_64.json', '/usr/share/vulkan/icd.d/lvp_icd.i686.json'],
      expected: [{ name: 'lavapipe', manifest: '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json' }],
    },
    {
      architecture: 'arm64',
      files: ['/usr/share/vulkan/icd.d/lvp_icd.aarch64.json', '/opt/google/chrome/vk_swiftshader_icd.json'],
      expected: [
        { name: 'lavapipe', manifest: '/usr/share/vulkan/icd.d/lvp_icd.aarch64.json' },
        { name: 'swiftshader', manifest: '/opt/google/chrome/vk_swiftshader_icd.json' },
      ],
    },
    {
      architecture: 'arm64',
      files: ['/usr/share/vulkan/icd.d/lvp_icd.x86_64.json'],
      expected: [],
    },
    { architecture: 'x64', files: [], expected: [] },
  ] as const) {
    const exists = (path: string): boolean => (files as readonly string[]).includes(path);
    deepStrictEqual(findSoftwareDrivers('linux', architecture, exists), expected);
  }
});

test('where Vulkan is not what WebGPU uses there are none', () => {
  for (const platform of ['darwin', 'win32'] as const) {
    deepStrictEqual(
      findSoftwareDrivers(platform, 'x64', () => true),
      [],
    );
  }
});

test('a child is shown one driver, and keeps a runtime folder that is set', () => {
  deepStrictEqual(driverEnvironment('/x.json', { XDG_RUNTIME_DIR: '/run/user/1' }), {
    VK_DRIVER_FILES: '/x.json',
    VK_ICD_FILENAMES: '/x.json',
  });
  deepStrictEqual(Object.keys(driverEnvironment(undefined, {})), ['XDG_RUNTIME_DIR']);
});
