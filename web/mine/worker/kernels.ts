/**
 * The miner's own kernels, as the bundle holds them.
 * @module
 */

import plainWasm from 'built-kernels/kernel.wasm';
import relaxedWasm from 'built-kernels/kernel-relaxed.wasm';
import blake3 from '../../../shaders/blake3.wgsl';
import type { WasmCpuKernel } from '../../../shaders/cpu/cpu-kernel.js';
import { usableWasmVariants, type WasmVariant } from '../../../shaders/cpu/wasm-kernel.js';
import { WebAssembly } from '../../../shaders/cpu/webassembly.js';
import headerHash from '../../../shaders/header-hash.wgsl';
import search from '../../../shaders/search.wgsl';
import { joinShader, SEARCH_SHADER } from '../../../shaders/shader-files.js';
import target from '../../../shaders/target.wgsl';

const SHADER_FILES: Readonly<Record<(typeof SEARCH_SHADER)[number], string>> = {
  blake3,
  'header-hash': headerHash,
  target,
  search,
};

const WASM_FILES: Readonly<Record<WasmVariant, Uint8Array>> = {
  wasm: plainWasm,
  'wasm-relaxed': relaxedWasm,
};

/** Text of the search kernel in WGSL. */
export const SEARCH_TEXT = joinShader(SEARCH_SHADER, (name) => SHADER_FILES[name]);

/** The WASM kernels that run here, compiled. @throws WebAssembly.CompileError where a policy forbids it */
export function usableWasmKernels(): readonly WasmCpuKernel[] {
  return usableWasmVariants().map((name) => ({ name, module: new WebAssembly.Module(WASM_FILES[name]) }));
}
