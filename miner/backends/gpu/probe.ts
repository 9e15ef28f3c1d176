/**
 * Child process: lists the adapters of the platform's main backend, with what they say of themselves, and ends. Its argument, if it
 * has one, is the addon with the Vulkan layer: then it opens each card alone, and says which it is.
 * @module
 */
import { type ListedAdapter, parseAdapterList, UNKNOWN_ADAPTER } from './adapter-list.js';
import { loadCardLayer } from './card-layer.js';
import { endWithParent, sendLast } from './child-channel.js';
import { createGpu, endProcess, WebgpuMissingError } from './dawn.js';
import type { ProbedAdapter } from './messages.js';

/** Others show the same cards again, through slower drivers. */
const BACKEND = process.platform === 'darwin' ? 'metal' : process.platform === 'win32' ? 'd3d12' : 'vulkan';

async function list(): Promise<ListedAdapter[]> {
  const gpu = await createGpu([`adapter=${UNKNOWN_ADAPTER}`, `backend=${BACKEND}`]);
  try {
    await gpu.requestAdapter();
    return [];
  } catch (error) {
    return parseAdapterList(error instanceof Error ? error.message : '');
  }
}

async function open({ name, backend }: ListedAdapter): Promise<GPUAdapter | null> {
  return (await createGpu([`adapter=${name}`, `backend=${backend}`])).requestAdapter();
}

function describe(listed: ListedAdapter, { info, limits }: GPUAdapter): ProbedAdapter {
  return {
    ...listed,
    vendor: info.vendor,
    architecture: info.architecture,
    description: info.description,
    software: info.isFallbackAdapter,
    limits: {
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
    },
  };
}

async function describeAll(): Promise<ProbedAdapter[]> {
  const adapters: ProbedAdapter[] = [];
  for (const listed of (await list()).filter((adapter) => adapter.backend === BACKEND)) {
    const adapter = await open(listed);
    if (adapter) adapters.push(describe(listed, adapter));
  }
  return adapters;
}

async function opensDevice(adapter: GPUAdapter): Promise<boolean> {
  try {
    await adapter.requestDevice();
    return true;
  } catch {
    return false;
  }
}

/** @throws Error where the layer is not loaded, or does not do what it should */
async function describeCards(addon: string): Promise<ProbedAdapter[]> {
  const layer = loadCardLayer(addon);
  const names = (await list()).filter(({ backend }) => backend === BACKEND).map(({ name }) => name);
  const { instances, cards } = layer.seen();
  if (instances === 0) throw new Error("Vulkan's loader did not load it");
  const adapters: ProbedAdapter[] = [];
  let works = false;
  // Others have no adapter: their drivers are too old for WebGPU.
  for (const card of cards.filter(({ name }) => names.includes(name))) {
    layer.show(card);
    const listed = { backend: BACKEND, name: card.name };
    const adapter = await open(listed);
    const { shown } = layer.seen();
    if (shown !== 1) throw new Error(`it showed ${shown} of ${cards.length} cards in the place of one`);
    if (!adapter) continue;
    // Cards are worked through it: that one of them can be must be known before all of them are.
    works ||= await opensDevice(adapter);
    adapters.push({ ...describe(listed, adapter), card });
  }
  if (!works) throw new Error('no card could be opened through it');
  return adapters;
}

// As in child.ts: under nohup the miner goes on without its terminal.
process.on('SIGHUP', () => {});
endWithParent(endProcess);
try {
  const [, , addon] = process.argv;
  const adapters = addon === undefined ? await describeAll() : await describeCards(addon);
  sendLast({ type: 'adapters', adapters }, endProcess);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  sendLast({ type: 'failed', message, final: error instanceof WebgpuMissingError }, endProcess);
}
