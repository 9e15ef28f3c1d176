/**
 * Child process: lists the adapters of the platform's main backend, with what they say of themselves, and ends.
 * @module
 */
import { type ListedAdapter, parseAdapterList, UNKNOWN_ADAPTER } from './adapter-list.js';
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

async function describe(listed: ListedAdapter): Promise<ProbedAdapter | undefined> {
  const gpu = await createGpu([`adapter=${listed.name}`, `backend=${listed.backend}`]);
  const adapter = await gpu.requestAdapter();
  if (!adapter) return undefined;
  const { info, limits } = adapter;
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

endWithParent(endProcess);
try {
  const adapters: ProbedAdapter[] = [];
  for (const listed of (await list()).filter((adapter) => adapter.backend === BACKEND)) {
    const described = await describe(listed);
    if (described) adapters.push(described);
  }
  sendLast({ type: 'adapters', adapters }, endProcess);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  sendLast({ type: 'failed', message, final: error instanceof WebgpuMissingError }, endProcess);
}
