/**
 * One thread of each native kernel to one thread of the fastest WASM kernel on this engine, and the fastest to its own ceiling: per
 * CPU-second, pair by pair. `LESSWORK_EARLIER_WASM=FILE` compares with an earlier build's kernel.wasm, too.
 * @module
 */
import { readFileSync } from 'node:fs';
import { type CpuKernel, isNative, type NativeCpuKernel } from '../../shaders/cpu/cpu-kernel.js';
import { allFastKernels, bestWasmKernel } from '../../shaders/cpu/kernels.js';
import { WebAssembly } from '../../shaders/cpu/webassembly.js';
import { prepareCeiling } from '../ceiling-share.js';
import type { Crew } from '../cpu/crew.js';
import { hashesPerBusySecond } from '../statistics.js';
import { type Check, createChecks, verifyExactly } from '../verification.js';
import { searchRate, WINDOW_MS, warmCrew } from './contenders.js';
import { type Figure, type FigureLine, ratioLine, ratiosOf } from './figure.js';

/** Of the fastest. AVX2 depends on the compiler: gcc 12 makes a third less of it than clang. */
const LEAST_TO_WASM = 3.2;

const LEAST_TO_CEILING = 0.97;

export const nativeToWasm: Figure = {
  name: 'native-to-wasm',
  async measure() {
    const kernels = allFastKernels().filter(isNative);
    const wasm = bestWasmKernel();
    if (kernels.length === 0 || wasm === undefined)
      return [{ what: 'native kernel to WASM', measured: 'one of them does not run here' }];
    const earlier = earlierWasm();
    const others: readonly (readonly [string, CpuKernel])[] = [
      [wasm.name, wasm],
      ...(earlier === undefined ? [] : [['the earlier wasm', earlier] as const]),
    ];
    const checks = createChecks();
    const lines: FigureLine[] = [];
    for (const kernel of kernels) lines.push(...(await toOthers(kernel, others, wasm.name, checks)));
    return [...lines, await toCeiling(kernels[0]!)];
  },
};

function earlierWasm(): CpuKernel | undefined {
  const file = process.env.LESSWORK_EARLIER_WASM;
  if (file === undefined || file === '') return undefined;
  return { name: 'wasm', module: new WebAssembly.Module(readFileSync(file)) };
}

/** @param wasm - the one that must be passed by far @param checks - that others have to pass */
async function toOthers(
  kernel: NativeCpuKernel,
  others: readonly (readonly [string, CpuKernel])[],
  wasm: string,
  checks: readonly Check[],
): Promise<FigureLine[]> {
  const lines: FigureLine[] = [];
  for (const [name, other] of others) {
    const [native, beside] = [await warmCrew(1, kernel), await warmCrew(1, other)];
    for (const check of checks) await verifyExactly(beside, check);
    const ratios = await ratiosOf(
      () => searchRate(native),
      () => searchRate(beside),
    );
    await Promise.all([native.close(), beside.close()]);
    const least = kernel.variant === 'avx512' && name === wasm ? LEAST_TO_WASM : undefined;
    lines.push(ratioLine(`kernel ${kernel.name}, one thread, to ${name}`, ratios, least));
  }
  return lines;
}

/** Its own rate to that of its ceiling in nonces: what the search spares of them counts for it. */
async function toCeiling(kernel: NativeCpuKernel): Promise<FigureLine> {
  const crew: Crew = await warmCrew(1, kernel);
  const ceiling = await prepareCeiling(crew);
  const ratios = await ratiosOf(
    () => searchRate(crew),
    async () => hashesPerBusySecond(await crew.mix(ceiling.task(WINDOW_MS))),
  );
  await crew.close();
  return ratioLine(`kernel ${kernel.name}, one thread, to its ceiling`, ratios, LEAST_TO_CEILING);
}
