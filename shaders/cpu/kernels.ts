/**
 * The CPU's search kernels by name, and the one that is fastest on this machine and engine.
 * fastest-kernel.ts says how they compare; they are tried, and timed where that has to be, once a process.
 * @module
 */
import { blockHash } from '../../protocol/pow.js';
import {
  type CpuKernel,
  createFastKernel,
  type FastCpuKernel,
  isFast,
  type NativeCpuKernel,
  nativeKernel,
  type WasmCpuKernel,
} from './cpu-kernel.js';
import { fastestKernel } from './fastest-kernel.js';
import { findNativeKernel, type NativeFinding } from './find-native.js';
import { createNativeKernel } from './native.js';
import { loadNativeAddon, type NativeAddon } from './native-addon.js';
import { compileWasmKernel } from './wasm.js';
import { usableWasmVariants } from './wasm-kernel.js';

let best: CpuKernel | undefined;
let native: NativeFinding | undefined;

/** Whether this machine has a kernel that is faster than the reference. */
export function hasFastCpuKernel(): boolean {
  return usableWasmVariants().length > 0;
}

/** The native kernel of this machine, or why there is none. The first call tries it, in a process of its own: some 60 ms. */
export function nativeFinding(): NativeFinding {
  native ??= findNativeKernel();
  return native;
}

/**
 * The fastest kernel that runs here. The first call takes up to a quarter of a second where there is a choice, and
 * holds up its thread for that time.
 * @throws Error if a kernel's file is not in the build
 */
export function bestCpuKernel(): CpuKernel {
  best ??= fastestKernel(usableKernels(nativeFinding()), () => performance.now(), createNativeKernel);
  return best;
}

/** The fastest of the WASM kernels that run here, if any does; timed anew at each call. */
export function bestWasmKernel(): CpuKernel | undefined {
  const usable = usableWasmKernels();
  return usable.length === 0 ? undefined : fastestKernel(usable, () => performance.now());
}

/** The fastest way to hash single headers here: 326 bytes to 32. */
export function bestBlockHash(): (header: Uint8Array) => Uint8Array {
  const choice = bestCpuKernel();
  if (!isFast(choice)) return blockHash;
  const kernel = createFastKernel(choice, createNativeKernel);
  return (header) => kernel.hash(header);
}

/** The WASM kernels that run here, compiled. */
export function usableWasmKernels(): readonly WasmCpuKernel[] {
  return usableWasmVariants().map((name) => ({ name, module: compileWasmKernel(name) }));
}

/** All that are faster than the reference and run here: machine code, the fastest first, then WASM. */
export function allFastKernels(
  addon: (file: string) => Pick<NativeAddon, 'variants'> = loadNativeAddon,
): readonly FastCpuKernel[] {
  return [...allNative(nativeFinding(), addon), ...usableWasmKernels()];
}

/** The one that was tried, and those that are slower: they run where it does. */
function allNative(
  native: NativeFinding,
  addon: (file: string) => Pick<NativeAddon, 'variants'>,
): readonly NativeCpuKernel[] {
  if (native.variant === undefined) return [];
  const { variants } = addon(native.file);
  return variants
    .slice(variants.indexOf(native.variant))
    .map((variant) => nativeKernel(variant, native.file));
}

function usableKernels(native: NativeFinding): readonly FastCpuKernel[] {
  const usable = native.variant === undefined ? [] : [nativeKernel(native.variant, native.file)];
  return [...usable, ...usableWasmKernels()];
}
