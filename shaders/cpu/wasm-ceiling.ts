/**
 * The ceiling kernel on WASM SIMD: what one core mixes at most, four lanes at once. Its source is in assembly/.
 * @module
 */
import { readBuiltFile } from '../built-file.js';
import { type CeilingForm, entryPointOf } from '../ceiling.js';
import type { CpuCeiling } from './cpu-ceiling.js';
import type { WasmVariant } from './wasm-kernel.js';
import { WebAssembly } from './webassembly.js';

/** The forms that the kernel comes in. */
export const WASM_CEILING_FORMS: readonly CeilingForm[] = [
  { chains: 1, crossed: false },
  { chains: 2, crossed: false },
  { chains: 4, crossed: false },
  { chains: 4, crossed: true },
];

const MAX_CHAINS = 4;

/** Lanes of a vector: each of a chain's words is one. */
const WASM_LANES = 4;

interface CeilingExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly SEEDS: { readonly value: number };
  readonly RESULTS: { readonly value: number };
}

type Mix = (turns: number, x: number, y: number) => void;

const FILES: Readonly<Record<WasmVariant, string>> = {
  wasm: './ceiling.wasm',
  'wasm-relaxed': './ceiling-relaxed.wasm',
};

/**
 * The ceiling of a build of the search kernel: made of the same instructions.
 * @throws Error if its file is not in the build, WebAssembly.CompileError if the engine can't run it
 */
export function createWasmCeiling(variant: WasmVariant = 'wasm'): CpuCeiling {
  const module = new WebAssembly.Module(readBuiltFile(new URL(FILES[variant], import.meta.url)));
  const kernel = new WebAssembly.Instance(module).exports as CeilingExports & Record<string, Mix>;
  const words = MAX_CHAINS * 4 * WASM_LANES;
  return {
    lanes: WASM_LANES,
    seeds: new Uint32Array(kernel.memory.buffer, kernel.SEEDS.value, words),
    results: new Uint32Array(kernel.memory.buffer, kernel.RESULTS.value, words),
    mix({ form, iterations, x, y }) {
      // A turn of the loop is one iteration, or two of crossed chains.
      kernel[entryPointOf(form)]!(form.crossed ? iterations / 2 : iterations, x, y);
    },
  };
}
