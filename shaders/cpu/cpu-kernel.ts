/**
 * A CPU kernel by its name and code: what is posted to the threads that run it.
 * @module
 */
import type { HashingKernel, SyncSearchKernel } from '../search.js';
import { instantiateWasmKernel, type WasmVariant } from './wasm-kernel.js';
import type { WasmModule } from './webassembly.js';

/** Instruction sets that the native kernel is compiled for, the fastest first. */
export const NATIVE_VARIANTS = ['avx512', 'avx2', 'sse41', 'neon'] as const;
export type NativeVariant = (typeof NATIVE_VARIANTS)[number];

/** All kernels; `noble` is the reference. */
export type CpuKernelName = `native-${NativeVariant}` | WasmVariant | 'noble';

/** In machine code: Node.js alone has it. */
export interface NativeCpuKernel {
  readonly name: `native-${NativeVariant}`;
  readonly variant: NativeVariant;
  /** Path of the addon. */
  readonly file: string;
}

export interface WasmCpuKernel {
  readonly name: WasmVariant;
  readonly module: WasmModule;
}

/** A kernel to be created that is faster than the reference. Threads that it is posted to share its code. */
export type FastCpuKernel = NativeCpuKernel | WasmCpuKernel;

/** A kernel to be created. */
export type CpuKernel = FastCpuKernel | { readonly name: 'noble' };

/** Creates a native kernel. @throws Error if its code can't be loaded */
export type CreateNative = (kernel: NativeCpuKernel) => HashingKernel;

/** Whether it is faster than the reference. */
export function isFast(kernel: CpuKernel): kernel is FastCpuKernel {
  return kernel.name !== 'noble';
}

export function isNative(kernel: CpuKernel): kernel is NativeCpuKernel {
  return 'variant' in kernel;
}

/** @param file - path of the addon */
export function nativeKernel(variant: NativeVariant, file: string): NativeCpuKernel {
  return { name: `native-${variant}`, variant, file };
}

/**
 * A fast kernel itself, with a memory of its own.
 * @param createNative - where there are native ones
 * @throws Error if its code can't be loaded
 */
export function createFastKernel(kernel: FastCpuKernel, createNative?: CreateNative): HashingKernel {
  if (!('variant' in kernel)) return instantiateWasmKernel(kernel.module, kernel.name);
  if (createNative === undefined) throw new Error(`the kernel ${kernel.name} runs in Node.js only`);
  return createNative(kernel);
}

/**
 * The kernel itself, with a memory of its own.
 * @param createNative - where there are native ones
 * @throws Error if its code can't be loaded
 */
export async function createCpuKernel(
  kernel: CpuKernel,
  createNative?: CreateNative,
): Promise<SyncSearchKernel> {
  if (isFast(kernel)) return createFastKernel(kernel, createNative);
  // Loaded only where it is used: a thread has little memory.
  return (await import('./noble.js')).createNobleKernel();
}
