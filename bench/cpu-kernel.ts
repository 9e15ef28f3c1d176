/**
 * How fast one thread hashes with WASM SIMD, and with the reference that it is measured by.
 *
 * `node dist/bench/cpu-kernel.js [pairs]`: windows of both by turns, so that a machine's moods meet both alike; printed
 * are the medians. Times are wall clock: give it a core of its own.
 * @module
 */
import { blake3 } from '@noble/hashes/blake3.js';
import { createWasmKernel } from '../shaders/cpu/wasm.js';

const WINDOW_MS = 300;
const NOBLE_BATCH = 200;
const WASM_BATCH = 16_384;

const header = Uint8Array.from({ length: 326 }, (_, i) => i * 7);
const view = new DataView(header.buffer);
const kernel = createWasmKernel();
const range = {
  headerBlob: header.slice(24),
  prefix: header.slice(0, 16),
  chain: 3,
  target: new Uint8Array(32),
  start: 0n,
  count: WASM_BATCH,
};

function hashWithNoble(): number {
  for (let i = 0; i < NOBLE_BATCH; i++) {
    view.setUint32(16, i, true);
    blake3(blake3(header));
  }
  return NOBLE_BATCH;
}

function hashWithWasm(): number {
  kernel.search(range);
  return WASM_BATCH;
}

/** Hashes per second in one window. */
function measure(hash: () => number): number {
  const startedMs = performance.now();
  let hashes = 0;
  let elapsedMs = 0;
  do {
    hashes += hash();
    elapsedMs = performance.now() - startedMs;
  } while (elapsedMs < WINDOW_MS);
  return (hashes / elapsedMs) * 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

// Both compilers get the time to do their best.
for (const hash of [hashWithNoble, hashWithWasm]) for (let i = 0; i < 3; i++) measure(hash);

const pairs = Array.from({ length: Number(process.argv[2] ?? 11) }, () => {
  const noble = measure(hashWithNoble);
  const wasm = measure(hashWithWasm);
  return { noble, wasm, ratio: wasm / noble };
});
console.log(
  JSON.stringify({
    nobleHashesPerSecond: Math.round(median(pairs.map(({ noble }) => noble))),
    wasmHashesPerSecond: Math.round(median(pairs.map(({ wasm }) => wasm))),
    ratio: Number(median(pairs.map(({ ratio }) => ratio)).toFixed(1)),
    pairs: pairs.length,
  }),
);
