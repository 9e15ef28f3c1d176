/**
 * The CPU of this machine as a device: worker threads of Node.js with the fastest kernel that runs here.
 * @module
 */
import { bestCpuKernel, nativeFinding } from '../../../shaders/cpu/kernels.js';
import { restartDelayMs } from '../../core/restart-delay.js';
import { CpuDevice } from './cpu-device.js';
import { NodeThreads } from './node-threads.js';

/**
 * @param threads - at least 1
 * @param affinity - CPUs that they are bound to, one each
 * @throws Error if a kernel's file is not in the build
 */
export function createCpuDevice(threads: number, affinity?: readonly number[]): CpuDevice {
  const options = { threads, kernel: bestCpuKernel(), affinity };
  const native = nativeFinding();
  const addon = native.variant === undefined ? undefined : native.file;
  return new CpuDevice(options, { threads: new NodeThreads(addon), restartDelayMs });
}
