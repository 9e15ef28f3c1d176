/**
 * What this machine lacks for mining, and how to get it.
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { counted } from '../protocol/quantity-text.js';
import type { CpuKernelName } from '../shaders/cpu/cpu-kernel.js';
import type { NativeFinding } from '../shaders/cpu/find-native.js';
import { bestCpuKernel, nativeFinding } from '../shaders/cpu/kernels.js';
import { type Adapter, AdapterListError, distinctAdapters, listAdapters } from './backends/gpu/adapters.js';
import { MANIFEST_FOLDERS } from './backends/gpu/drivers.js';
import { findVulkanLayer, type NoLayer, type VulkanLayer } from './backends/gpu/vulkan-layer.js';
import type { Check } from './check.js';
import { describeUsableCpus, type UsableCpus, usableCpus } from './cpus/usable-cpus.js';
import { checkFullNode, type NodeCheckOptions } from './node-check.js';
import { checkPool, type PoolCheckOptions } from './pool-check.js';

export interface DoctorOptions {
  /** The full node to be asked, or undefined if none is of interest. */
  readonly node: NodeCheckOptions | undefined;
  /** The pool to be tried, or undefined. */
  readonly pool: PoolCheckOptions | undefined;
}

const NATIVE_REMEDY =
  'machine code is 1.4 to 3.7 times as fast as WebAssembly: in a checkout install a C compiler (Debian: apt install gcc libc6-dev) and run npm run build';

/** Makes all checks. Never throws for what it finds. */
export async function examine({ node, pool }: DoctorOptions): Promise<Check[]> {
  const adapters = await checkAdapters();
  return [
    checkNodeVersion(process.versions.node),
    checkCpuKernel(bestCpuKernel().name, nativeFinding(), usableCpus().threads),
    checkThreads(usableCpus()),
    ...checkVulkan(),
    adapters,
    ...(node === undefined ? [] : await checkFullNode(node)),
    ...(pool === undefined ? [] : await checkPool(pool)),
  ];
}

/** Node.js 20.19 or newer. @param version - as `process.versions.node` */
export function checkNodeVersion(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const name = 'Node.js';
  if (major > 20 || (major === 20 && minor >= 19)) return { name, outcome: 'ok', detail: version };
  return { name, outcome: 'failed', detail: version, remedy: 'install Node.js 20.19 or newer' };
}

/**
 * What hashes on the CPU.
 * @param kernel - the fastest that runs here
 * @param native - whether there is machine code, and if not why
 * @param threads - that hash by default
 */
export function checkCpuKernel(kernel: CpuKernelName, native: NativeFinding, threads: number): Check {
  const name = 'CPU';
  const { variant, reason, broken } = native;
  const because = reason === undefined ? '' : `; ${reason}`;
  if (native.variant !== undefined && kernel === `native-${native.variant}`)
    return {
      name,
      outcome: broken ? 'warn' : 'ok',
      detail: `machine code (kernel ${kernel}, ${native.origin}), ${counted(threads, 'thread')}${because}`,
    };
  if (kernel !== 'noble')
    return {
      name,
      outcome: broken ? 'warn' : 'ok',
      detail: `WebAssembly SIMD (kernel ${kernel}), ${counted(threads, 'thread')}${because}`,
      ...(variant === undefined && { remedy: NATIVE_REMEDY }),
    };
  return {
    name,
    outcome: 'warn',
    detail: `no WebAssembly SIMD, ${counted(threads, 'thread')}: some 30 times slower`,
    remedy: 'SIMD needs an x86 CPU with SSE4.1 or an ARM64 one, and a Node.js that was built with it',
  };
}

/** How many threads hash on the CPU, and why so many. */
export function checkThreads(cpus: UsableCpus): Check {
  return { name: 'CPU threads', outcome: 'ok', detail: describeUsableCpus(cpus) };
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

/**
 * What to do where WebGPU's library does not load.
 * @param message - why, as the system says it
 */
export function webgpuRemedy(message: string): string {
  const versions = [...message.matchAll(/version [`'"]?((?:GLIBC|GLIBCXX|CXXABI)_[\d.]+)['"]? not found/g)];
  if (versions.length > 0)
    return `this system is too old for WebGPU (it lacks ${versions.map(([, name]) => name).join(', ')}), and the CPU mines: Debian 12, Ubuntu 22.04, Fedora 36, or newer ones have glibc 2.34 and libstdc++ with GLIBCXX_3.4.30`;
  if (/cannot open shared object file/.test(message))
    return 'install the library that is named (Debian, Ubuntu: apt install libstdc++6); the CPU mines';
  return 'npm install webgpu, on a system that it has a build for';
}

/**
 * What to do where cards of one name are not told apart.
 * @param layer - the Vulkan layer that should tell them apart
 */
export function twinRemedy(layer: VulkanLayer | NoLayer | undefined): string {
  if (layer === undefined) return 'one of them mines: each does on Linux';
  if (!('reason' in layer))
    return 'one of them mines: the miner looks anew whenever it starts, and each does once they are told apart';
  if (layer.offBy !== undefined) return `one of them mines: each does without ${layer.offBy}=off`;
  return 'one of them mines: each does once there is machine code for the CPU, which holds the layer that tells them apart (npm run build, or the package)';
}

function namesOf(cards: readonly Adapter[]): string {
  return cards.map(({ name }) => name).join(', ');
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
      remedy: webgpuRemedy(error.message),
    };
  }
  const cards = adapters.filter((adapter) => !adapter.software);
  const software = adapters.filter((adapter) => adapter.software).map((adapter) => adapter.name);
  const { left } = distinctAdapters(cards);
  const notTold = cards.find(({ ambiguous }) => ambiguous !== undefined)?.ambiguous;
  if (left.length > 0 && notTold !== undefined)
    return {
      name,
      outcome: 'warn',
      detail: `${namesOf(cards)}; ${notTold}`,
      remedy: twinRemedy(findVulkanLayer()),
    };
  if (cards.length > 0) return { name, outcome: 'ok', detail: namesOf(cards) };
  return {
    name,
    outcome: 'warn',
    detail: software.length > 0 ? `none; software adapters: ${software.join(', ')}` : 'none',
    remedy: 'the CPU mines; for a card install its driver and look again',
  };
}
