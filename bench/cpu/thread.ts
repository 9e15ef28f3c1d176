/**
 * Entry point of a hashing thread of the bench.
 * @module
 */
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { blake3 } from '@noble/hashes/blake3.js';
import { createPace } from '../../miner/backends/cpu/search-task.js';
import { nextSliceNonces } from '../../miner/backends/cpu/tuning.js';
import { HEADER_BYTES } from '../../protocol/header.js';
import { GS_PER_ITERATION, GS_PER_NONCE, type MixTask, mixChain, mixCrossed } from '../../shaders/ceiling.js';
import type { CpuCeiling } from '../../shaders/cpu/cpu-ceiling.js';
import { createCpuKernel } from '../../shaders/cpu/cpu-kernel.js';
import { createNativeKernel } from '../../shaders/cpu/native.js';
import { createNativeCeiling } from '../../shaders/cpu/native-ceiling.js';
import { createWasmCeiling } from '../../shaders/cpu/wasm-ceiling.js';
import { PREFIX_BYTES } from '../../shaders/search.js';
import type { SearchOrder, SearchWindow } from '../contender.js';
import type { Window } from '../statistics.js';
import { openThreadClock } from '../thread-clock.js';
import type { ThreadAnswer, ThreadAnswers, ThreadData, ThreadOrder } from './messages.js';

const { kernel: chosen } = workerData as ThreadData;
const kernel = await createCpuKernel(chosen, createNativeKernel);
const clock = openThreadClock();
const pace = createPace();
let ceiling: CpuCeiling | undefined;

/** Works until the time is up. @param work - does a slice, returns its hashes */
function timed(windowMs: number, work: () => number): Window {
  const startedCpuMs = clock.read();
  const startedMs = performance.now();
  let hashes = 0;
  while (performance.now() - startedMs < windowMs) hashes += work();
  const wallMs = performance.now() - startedMs;
  const cpuMs = clock.read();
  return { hashes, wallMs, cpuMs: cpuMs === undefined ? undefined : cpuMs - startedCpuMs! };
}

/** Slices as the miner's: a few ms each. */
function searchFor(order: SearchOrder, windowMs: number): SearchWindow {
  const finds: bigint[] = [];
  let overflow = 0;
  let start = order.start;
  const window = timed(windowMs, () => {
    const count = pace.sliceNonces;
    const startedMs = performance.now();
    const result = kernel.search({ ...order, start, count });
    pace.sliceNonces = nextSliceNonces(count, performance.now() - startedMs);
    finds.push(...result.finds);
    overflow += result.overflow;
    start = BigInt.asUintN(64, start + BigInt(count));
    return count;
  });
  return { ...window, finds, overflow };
}

/** Made of the same instructions as the kernel. */
function createCeiling(): CpuCeiling {
  if ('variant' in chosen) return createNativeCeiling(chosen);
  return createWasmCeiling(chosen.name === 'noble' ? 'wasm' : chosen.name);
}

function mix(task: MixTask): Window {
  ceiling ??= createCeiling();
  const { seeds, results } = ceiling;
  for (let i = 0; i < seeds.length; i++) seeds[i] = Math.imul(i + 1, 0x9e3779b9);
  results.fill(0);
  let repeats = 0;
  const hashes = (task.iterations * GS_PER_ITERATION * task.form.chains * ceiling.lanes) / GS_PER_NONCE;
  const startedCpuMs = clock.read();
  const startedMs = performance.now();
  for (; repeats < task.repeats; repeats++) ceiling.mix(task);
  const wallMs = performance.now() - startedMs;
  const cpuMs = clock.read();
  checkMix(ceiling, task);
  return { hashes: hashes * repeats, wallMs, cpuMs: cpuMs === undefined ? undefined : cpuMs - startedCpuMs! };
}

/** One lane of each chain: all of them would take the CPU twin longer than the kernel took. */
function checkMix({ lanes, seeds, results }: CpuCeiling, task: MixTask): void {
  const { chains, crossed } = task.form;
  const lane = task.iterations % lanes;
  const words = (of: Uint32Array) =>
    Array.from({ length: chains * 4 }, (_, word) => of[word * lanes + lane]!);
  const from = words(seeds);
  const expected = crossed
    ? Array.from(mixCrossed(from, task))
    : Array.from({ length: chains }, (_, i) => [...mixChain(from.slice(i * 4, i * 4 + 4), task)]).flat();
  const got = words(results);
  if (expected.some((word, i) => word !== got[i])) {
    throw new Error(`the ceiling kernel mixes wrong: expected ${expected}, got ${got}`);
  }
}

function yardstick(windowMs: number): Window {
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  let counter = 0;
  return timed(windowMs, () => {
    for (let i = 0; i < 64; i++) {
      view.setUint32(PREFIX_BYTES, counter++, true);
      blake3(blake3(header));
    }
    return 64;
  });
}

function carryOut(order: ThreadOrder): ThreadAnswers[ThreadOrder['type']] {
  switch (order.type) {
    case 'search':
      return kernel.search(order.range);
    case 'searchFor':
      return searchFor(order.order, order.windowMs);
    case 'mix':
      return mix(order.task);
    case 'yardstick':
      return yardstick(order.windowMs);
  }
}

parentPort!.on('message', (order: ThreadOrder) => {
  let answer: ThreadAnswer;
  try {
    answer = { type: 'done', answer: carryOut(order) };
  } catch (error) {
    answer = { type: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
  parentPort!.postMessage(answer);
});
