/**
 * The CPU of this machine as a device: worker threads of Node.js with the fastest kernel that runs here.
 * @module
 */
import { bestCpuKernel } from '../../../shaders/cpu/kernels.js';
import { restartDelayMs } from '../../core/restart-delay.js';
import { CpuDevice } from './cpu-device.js';
import { NodeThreads } from './node-threads.js';

/** @param threads - at least 1 @throws Error if a kernel's file is not in the build */
export function createCpuDevice(threads: number): CpuDevice {
  return new CpuDevice({ threads, kernel: bestCpuKernel() }, { threads: new NodeThreads(), restartDelayMs });
}
