/**
 * A WebGPU device on a software driver, for tests of shaders: the same code as on a card, some ten thousand times slower.
 * @module
 */
import { after } from 'node:test';
import { type Adapter, listAdapters } from '../../miner/backends/gpu/adapters.js';
import { createGpu } from '../../miner/backends/gpu/dawn.js';
import {
  driverEnvironment,
  findSoftwareDrivers,
  type SoftwareDriver,
} from '../../miner/backends/gpu/drivers.js';

/** The driver that tests use: SwiftShader before others, because its speed is known. */
export const testDriver: SoftwareDriver | undefined = findSoftwareDrivers().sort((a, b) =>
  b.name.localeCompare(a.name),
)[0];

/** Longest that a probe may take where tests run many at once, ms: a list has nothing to do with the speed of a machine. */
export const PROBE_LIMIT_MS = 200_000;

/**
 * An adapter of that driver, or where the system itself shows that driver's, any whose work the CPU does. A child must
 * see the driver that the adapter names: there may be several software drivers on a machine.
 */
export async function softwareAdapter(): Promise<Adapter> {
  const all = await listAdapters({ software: true, limitMs: PROBE_LIMIT_MS });
  const adapters = all.filter(({ software }) => software);
  const adapter =
    adapters.find(({ driverManifest }) => driverManifest === testDriver?.manifest) ?? adapters[0];
  if (adapter === undefined) throw new Error(`no adapter of ${testDriver?.manifest}`);
  return adapter;
}

/** What keeps tests from a software device, for `skipWhen`; undefined if nothing does. */
export const noSoftwareGpu: string | undefined = testDriver
  ? undefined
  : 'no software Vulkan driver (Debian: apt-get install chromium-common libvulkan1)';

let opened: Promise<GPUDevice> | undefined;

// At the top of the file, where it means the end of all tests and not of the one that opened the device.
after(async () => (await opened)?.destroy());

/** The device of this test file. A process has one: the tests of a file share it. */
export function softwareGpu(): Promise<GPUDevice> {
  opened ??= open();
  return opened;
}

async function open(): Promise<GPUDevice> {
  // The loader reads these when Dawn makes its instance, below.
  Object.assign(process.env, driverEnvironment(testDriver?.manifest));
  const gpu = await createGpu(['backend=vulkan']);
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error(`${testDriver?.manifest} gives no adapter`);
  return adapter.requestDevice();
}

/**
 * Runs something on the device and fails if WebGPU found fault with it.
 * @throws Error with WebGPU's message
 */
export async function inErrorScopes<T>(device: GPUDevice, body: () => Promise<T>): Promise<T> {
  const filters = ['validation', 'out-of-memory', 'internal'] as const;
  for (const filter of filters) device.pushErrorScope(filter);
  try {
    return await body();
  } finally {
    for (const filter of filters) {
      const error = await device.popErrorScope();
      // biome-ignore lint/correctness/noUnsafeFinally: it is the cause of whatever was thrown
      if (error) throw new Error(`${filter}: ${error.message}`);
    }
  }
}
