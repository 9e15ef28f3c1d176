/**
 * The machine that a result was measured on. Nothing in it names the machine or its owner.
 * @module
 */
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { usableCpus } from '../miner/cpus/usable-cpus.js';
import type { CpuKernelName } from '../shaders/cpu/cpu-kernel.js';
import { bestCpuKernel, nativeFinding } from '../shaders/cpu/kernels.js';
import type { NativeOrigin } from '../shaders/cpu/native-binaries.js';
import { openThreadClock } from './thread-clock.js';

export interface Machine {
  /** Model of the CPU, as the system calls it. */
  readonly cpu: string;
  /** CPUs whose time this process may use. */
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  readonly arch: string;
  readonly node: string;
  /** The fastest CPU kernel here. */
  readonly cpuKernel: CpuKernelName;
  /** Who made the kernel of machine code, where one is the fastest. */
  readonly nativeOrigin?: NativeOrigin;
  /** What CPU time is read from. */
  readonly cpuClock: string;
  /** Adapters that were seen, software ones only where they were asked for. */
  readonly adapters: readonly MachineAdapter[];
  /** Why there are no adapters, where they can't be listed. */
  readonly webgpu?: string;
}

export interface MachineAdapter {
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly driver: string;
  readonly backend: string;
  readonly software: boolean;
}

/** Describes this machine. @param webgpu - why adapters can't be listed, if so */
export function describeMachine(adapters: readonly MachineAdapter[], webgpu?: string): Machine {
  const best = bestCpuKernel();
  const native = nativeFinding();
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: usableCpus().threads,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${platform()} ${release()}`,
    arch: arch(),
    node: process.versions.node,
    cpuKernel: best.name,
    ...('variant' in best && native.variant !== undefined && { nativeOrigin: native.origin }),
    cpuClock: openThreadClock().source,
    adapters: adapters.map(({ name, vendor, architecture, driver, backend, software }) => ({
      name,
      vendor,
      architecture,
      driver,
      backend,
      software,
    })),
    ...(webgpu === undefined ? {} : { webgpu }),
  };
}
