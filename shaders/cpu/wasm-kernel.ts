/**
 * The search on WASM SIMD, four nonces at once: what the CPU mines with. The kernel's source is in assembly/; it is built
 * twice, with and without relaxed SIMD. Which build is faster here fastest-kernel.ts finds out.
 * @module
 */
import { HASH_BYTES, HEADER_BYTES, NONCE_BYTES } from '../../protocol/header.js';
import type { HashingKernel } from '../search.js';
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

/** The builds of the kernel. */
export type WasmVariant = 'wasm' | 'wasm-relaxed';

// Modules whose one function makes one vector operation of each kind and drops the result: an engine without them
// refuses the module.
const HEAD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0];

const PROBES: Readonly<Record<WasmVariant, Uint8Array>> = {
  // i8x16.popcnt(i8x16.splat(0))
  wasm: Uint8Array.of(...HEAD, 10, 11, 1, 9, 0, 65, 0, 253, 15, 253, 98, 26, 11),
  // i8x16.relaxed_swizzle(i8x16.splat(0), i8x16.splat(0))
  'wasm-relaxed': Uint8Array.of(
    ...HEAD,
    ...[10, 16, 1, 14, 0, 65, 0, 253, 15, 65, 0, 253, 15, 253, 128, 2, 26, 11],
  ),
};

/** The builds that run on this machine and engine; without WASM SIMD (x64 before SSE4.1) none. */
export function usableWasmVariants(): readonly WasmVariant[] {
  return (['wasm', 'wasm-relaxed'] as const).filter((name) => WebAssembly.validate(PROBES[name]));
}

/** A kernel with a memory of its own. @param module - the compiled build of that name */
export function instantiateWasmKernel(module: WasmModule, name: WasmVariant): HashingKernel {
  const kernel = new WebAssembly.Instance(module).exports as KernelExports;
  const { buffer } = kernel.memory;
  const header = new Uint8Array(buffer, kernel.HEADER.value, HEADER_BYTES);
  const target = new Uint8Array(buffer, kernel.TARGET.value, HASH_BYTES);
  const hash = new Uint8Array(buffer, kernel.HASH.value, HASH_BYTES);
  const maxFinds = kernel.MAX_FINDS.value;
  const finds = new BigUint64Array(buffer, kernel.FINDS.value, maxFinds);
  return {
    name: `cpu-${name}`,
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
