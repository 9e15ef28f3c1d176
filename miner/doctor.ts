/**
 * What this machine lacks for mining, and how to get it.
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { NodeConnection } from '../node/connection.js';
import { describeClose } from '../node/diagnosis.js';
import { endpointName, type NodeEndpoint } from '../node/endpoint.js';
import { fetchReadiness, RestError, restName } from '../node/rest.js';
import { bestCpuKernel } from '../shaders/cpu/kernels.js';
import { type Adapter, AdapterListError, listAdapters } from './backends/gpu/adapters.js';
import { MANIFEST_FOLDERS } from './backends/gpu/drivers.js';

/** The outcome of one check. `warn`: mining works without it, worse or elsewhere. */
export interface Check {
  readonly name: string;
  readonly outcome: 'ok' | 'warn' | 'failed';
  /** What was found. */
  readonly detail: string;
  /** What to do about it, where there is something to do. */
  readonly remedy?: string;
}

export interface DoctorOptions {
  /** The full node to be asked. */
  readonly endpoint: NodeEndpoint;
  readonly apiKey?: string | undefined;
  readonly timeoutMs: number;
}

/** Makes all checks. Never throws for what it finds. */
export async function examine(options: DoctorOptions): Promise<Check[]> {
  const adapters = await checkAdapters();
  return [
    checkNodeVersion(process.versions.node),
    checkSimd(),
    ...checkVulkan(),
    adapters,
    ...(await checkFullNode(options)),
  ];
}

/** Node.js 20.19 or newer. @param version - as `process.versions.node` */
export function checkNodeVersion(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const name = 'Node.js';
  if (major > 20 || (major === 20 && minor >= 19)) return { name, outcome: 'ok', detail: version };
  return { name, outcome: 'failed', detail: version, remedy: 'install Node.js 20.19 or newer' };
}

function checkSimd(): Check {
  const cores = availableParallelism();
  const name = 'CPU';
  const { name: kernel } = bestCpuKernel();
  if (kernel !== 'noble')
    return { name, outcome: 'ok', detail: `WebAssembly SIMD (kernel ${kernel}), ${cores} threads` };
  return {
    name,
    outcome: 'warn',
    detail: `no WebAssembly SIMD, ${cores} threads: some 30 times slower`,
    remedy: 'SIMD needs an x86 CPU with SSE4.1 or an ARM64 one, and a Node.js that was built with it',
  };
}

const LOADER_FOLDERS = ['/usr/lib64', '/usr/lib', '/lib', '/usr/local/lib', '/run/opengl-driver/lib'];

/** The Vulkan loader and its drivers, on the systems where WebGPU goes through Vulkan. */
export function checkVulkan(
  platform: NodeJS.Platform = process.platform,
  exists: (path: string) => boolean = existsSync,
): Check[] {
  if (platform !== 'linux') return [];
  const folders = LOADER_FOLDERS.flatMap((folder) => [
    folder,
    `${folder}/x86_64-linux-gnu`,
    `${folder}/aarch64-linux-gnu`,
  ]);
  const loader = folders.map((folder) => `${folder}/libvulkan.so.1`).find(exists);
  const manifests = MANIFEST_FOLDERS.filter(exists).flatMap(listFolder);
  return [
    loader === undefined
      ? {
          name: 'Vulkan loader',
          outcome: 'warn',
          detail: 'libvulkan.so.1 not found: no GPU can be used',
          remedy:
            'Debian, Ubuntu: apt install libvulkan1; Fedora: dnf install vulkan-loader; Arch: pacman -S vulkan-icd-loader',
        }
      : { name: 'Vulkan loader', outcome: 'ok', detail: loader },
    manifests.length === 0
      ? {
          name: 'Vulkan drivers',
          outcome: 'warn',
          detail: `none in ${MANIFEST_FOLDERS.join(', ')}`,
          remedy:
            "NVIDIA: the vendor's driver with its Vulkan part; AMD, Intel: mesa-vulkan-drivers (25 or newer)",
        }
      : { name: 'Vulkan drivers', outcome: 'ok', detail: manifests.join(', ') },
  ];
}

/** Paths of the files in a folder; none where it can't be read. */
function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).map((file) => `${folder}/${file}`);
  } catch {
    return [];
  }
}

async function checkAdapters(): Promise<Check> {
  const name = 'GPU';
  let adapters: Adapter[];
  try {
    adapters = await listAdapters({ software: true });
  } catch (error) {
    if (!(error instanceof AdapterListError)) throw error;
    return {
      name,
      outcome: 'warn',
      detail: error.message,
      remedy: 'npm install webgpu, on a system that it has a build for',
    };
  }
  const cards = adapters.filter((adapter) => !adapter.software);
  const software = adapters.filter((adapter) => adapter.software).map((adapter) => adapter.name);
  if (cards.length > 0) return { name, outcome: 'ok', detail: cards.map((card) => card.name).join(', ') };
  return {
    name,
    outcome: 'warn',
    detail: software.length > 0 ? `none; software adapters: ${software.join(', ')}` : 'none',
    remedy: 'the CPU mines; for a card install its driver and look again',
  };
}

async function checkFullNode({ endpoint, apiKey, timeoutMs }: DoctorOptions): Promise<Check[]> {
  const minerApi = await checkMinerApi(endpoint, timeoutMs);
  const name = `full node's REST API ${restName(endpoint)}`;
  try {
    const { synced, hasMinerAddresses, version } = await fetchReadiness(endpoint, { apiKey, timeoutMs });
    const found = version ?? 'unknown version';
    if (!synced)
      return [
        minerApi,
        {
          name,
          outcome: 'failed',
          detail: `${found}, not synced yet`,
          remedy: 'wait until it is; it hands out no jobs before',
        },
      ];
    if (!hasMinerAddresses) {
      const remedy = 'set alephium.mining.miner-addresses in its user.conf: four addresses, one a group';
      return [minerApi, { name, outcome: 'failed', detail: `${found}, no miner addresses`, remedy }];
    }
    return [minerApi, { name, outcome: 'ok', detail: `${found}, synced, miner addresses set` }];
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    return [
      minerApi,
      {
        name,
        outcome: 'warn',
        detail: error.message,
        remedy: 'it is asked only why there are no jobs; --rest-port and --api-key say where',
      },
    ];
  }
}

function checkMinerApi(endpoint: NodeEndpoint, timeoutMs: number): Promise<Check> {
  const name = `full node's miner API ${endpointName(endpoint)}`;
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve({
        name,
        outcome: 'failed',
        detail: `no jobs within ${timeoutMs} ms`,
        remedy: 'a full node v3.6 or newer sends jobs at once: is it one?',
      });
      connection.close();
    }, timeoutMs);
    const connection = new NodeConnection(
      endpoint,
      { connectTimeoutMs: timeoutMs },
      {
        onMessage: (message) => {
          if (message.type !== 'jobs') return;
          resolve({ name, outcome: 'ok', detail: `jobs for ${message.jobs.length} chains` });
          connection.close();
        },
        onClose: (reason) => {
          clearTimeout(timer);
          const turnedAway = reason.kind === 'reset' || reason.kind === 'ended';
          resolve({
            name,
            outcome: 'failed',
            detail: turnedAway ? `${reason.detail}, before any job` : describeClose(endpoint, reason),
            remedy: turnedAway
              ? 'it is not synced, or has no miner addresses: see below'
              : 'start a full node, or say --node HOST[:PORT]',
          });
        },
      },
    );
  });
}
