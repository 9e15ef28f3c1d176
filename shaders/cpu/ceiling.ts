/**
 * The ceiling kernel on WASM SIMD: what one core mixes at most, four lanes at once. Its source is in assembly/.
 * @module
 */
import { readFileSync } from 'node:fs';
import { GS_PER_ITERATION, type MixTask } from '../ceiling.js';
import { WebAssembly } from './webassembly.js';

/** Numbers of independent chains that the kernel comes in. */
export const WASM_CHAIN_COUNTS = [1, 2, 4, 6, 8] as const;

/** Lanes of a vector: each of a chain's words is one. */
export const WASM_LANES = 4;

/** Gs of one turn of the kernel's loop in each chain. */
const GS_PER_TURN = 2;

interface CeilingExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly SEEDS: { readonly value: number };
  readonly RESULTS: { readonly value: number };
}

type Mix = (turns: number, x: number, y: number) => void;

/** A ceiling kernel with a memory of its own. */
export interface WasmCeiling {
  /** Words a, b, c, d of each chain, four lanes each: to be filled before `mix`. */
  readonly seeds: Uint32Array;
  /** What `mix` left, in the same order. */
  readonly results: Uint32Array;
  /** Mixes all lanes of the first `task.chains` chains. */
  mix(task: Omit<MixTask, 'repeats'>): void;
}

/** @throws Error if ceiling.wasm is not in the build, WebAssembly.CompileError without SIMD */
export function createWasmCeiling(): WasmCeiling {
  const module = new WebAssembly.Module(readFileSync(new URL('./ceiling.wasm', import.meta.url)));
  const kernel = new WebAssembly.Instance(module).exports as CeilingExports & Record<string, Mix>;
  const words = WASM_CHAIN_COUNTS.at(-1)! * 4 * WASM_LANES;
  return {
    seeds: new Uint32Array(kernel.memory.buffer, kernel.SEEDS.value, words),
    results: new Uint32Array(kernel.memory.buffer, kernel.RESULTS.value, words),
    mix({ chains, iterations, x, y }) {
      kernel[`chains_${chains}`]!((iterations * GS_PER_ITERATION) / GS_PER_TURN, x, y);
    },
  };
}
