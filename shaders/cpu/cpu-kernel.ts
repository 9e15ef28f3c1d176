/**
 * A CPU kernel by its name and code: what is posted to the threads that run it.
 * @module
 */
import type { SyncSearchKernel } from '../search.js';
import { createWasmKernel, type WasmVariant } from './wasm.js';
import type { WasmModule } from './webassembly.js';

/** All kernels; `noble` is the reference. */
export type CpuKernelName = WasmVariant | 'noble';

/** A kernel to be created. Threads that it is posted to share its code. */
export type CpuKernel =
  | { readonly name: WasmVariant; readonly module: WasmModule }
  | { readonly name: 'noble'; readonly module?: undefined };

/** The kernel itself, with a memory of its own. */
export async function createCpuKernel(kernel: CpuKernel): Promise<SyncSearchKernel> {
  if (kernel.name !== 'noble') return createWasmKernel(kernel.module, kernel.name);
  // Loaded only where it is used: a thread has little memory.
  return (await import('./noble.js')).createNobleKernel();
}
