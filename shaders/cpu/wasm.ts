/**
 * The search on WASM SIMD, four nonces at once: what the CPU mines with. The kernel's source is in assembly/.
 * @module
 */
import { HASH_BYTES, HEADER_BYTES, NONCE_BYTES } from '../../protocol/header.js';
import { readBuiltFile } from '../built-file.js';
import type { SyncSearchKernel } from '../search.js';
import { type WasmModule, WebAssembly } from './webassembly.js';

/** What kernel.wasm exports; the addresses are bytes into its memory. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly HEADER: { readonly value: number };
  readonly TARGET: { readonly value: number };
  readonly HASH: { readonly value: number };
  readonly FINDS: { readonly value: number };
  readonly MAX_FINDS: { readonly value: number };
  hash(): void;
  search(start: bigint, count: number, chain: number): number;
}

/** A kernel that hashes single headers as well. */
export interface WasmKernel extends SyncSearchKernel {
  /**
   * Hash of a block, as `blockHash` of protocol/pow.ts and some ten times as fast.
   * @param header - 326 bytes
   * @returns 32 bytes
   * @throws RangeError on another length
   */
  hash(header: Uint8Array): Uint8Array;
}

// A module whose one function is `i8x16.popcnt(i8x16.splat(0))`, dropped: an engine without SIMD refuses it.
const SIMD_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0],
  ...[1, 4, 1, 96, 0, 0],
  ...[3, 2, 1, 0],
  ...[10, 11, 1, 9, 0, 65, 0, 253, 15, 253, 98, 26, 11],
);

/** Whether this machine runs WASM SIMD (x64 from SSE4.1 on, arm64). */
export function simdSupported(): boolean {
  return WebAssembly.validate(SIMD_PROBE);
}

/**
 * The compiled kernel. Worker threads can be given it, and share its code.
 * @throws Error if kernel.wasm is not in the build
 * @throws WebAssembly.CompileError without SIMD
 */
export function compileWasmKernel(): WasmModule {
  return new WebAssembly.Module(readBuiltFile(new URL('./kernel.wasm', import.meta.url)));
}

/**
 * A kernel with a memory of its own.
 * @param module - from `compileWasmKernel`, which it is without one
 */
export function createWasmKernel(module: WasmModule = compileWasmKernel()): WasmKernel {
  const kernel = new WebAssembly.Instance(module).exports as KernelExports;
  const { buffer } = kernel.memory;
  const header = new Uint8Array(buffer, kernel.HEADER.value, HEADER_BYTES);
  const target = new Uint8Array(buffer, kernel.TARGET.value, HASH_BYTES);
  const hash = new Uint8Array(buffer, kernel.HASH.value, HASH_BYTES);
  const maxFinds = kernel.MAX_FINDS.value;
  const finds = new BigUint64Array(buffer, kernel.FINDS.value, maxFinds);
  return {
    name: 'cpu-wasm-simd',
    maxFinds,
    search(range) {
      header.set(range.prefix);
      header.set(range.headerBlob, NONCE_BYTES);
      target.set(range.target);
      const count = kernel.search(range.start, range.count, range.chain) >>> 0;
      return {
        finds: Array.from(finds.subarray(0, Math.min(count, maxFinds))),
        overflow: Math.max(0, count - maxFinds),
      };
    },
    hash(bytes) {
      if (bytes.length !== HEADER_BYTES)
        throw new RangeError(`"header" expected ${HEADER_BYTES} bytes, got ${bytes.length}`);
      header.set(bytes);
      kernel.hash();
      return hash.slice();
    },
  };
}
