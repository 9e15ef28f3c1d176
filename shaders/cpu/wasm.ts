/**
 * The WASM kernels from the files that the build has put beside the compiled sources.
 * @module
 */
import { readBuiltFile } from '../built-file.js';
import type { HashingKernel } from '../search.js';
import { instantiateWasmKernel, type WasmVariant } from './wasm-kernel.js';
import { type WasmModule, WebAssembly } from './webassembly.js';

const FILES: Readonly<Record<WasmVariant, string>> = {
  wasm: './kernel.wasm',
  'wasm-relaxed': './kernel-relaxed.wasm',
};

/**
 * The compiled kernel. Worker threads can be given it, and share its code.
 * @throws Error if the kernel's file is not in the build
 * @throws WebAssembly.CompileError if the engine can't run it
 */
export function compileWasmKernel(name: WasmVariant = 'wasm'): WasmModule {
  return new WebAssembly.Module(readBuiltFile(new URL(FILES[name], import.meta.url)));
}

/**
 * A kernel with a memory of its own.
 * @param module - the compiled module; compiled here if left out
 * @param name - the build that the module is of
 */
export function createWasmKernel(
  module: WasmModule = compileWasmKernel(),
  name: WasmVariant = 'wasm',
): HashingKernel {
  return instantiateWasmKernel(module, name);
}
