/**
 * A run of the bench in words.
 * @module
 */
import { counted, formatHashesPerJoule, formatHashrate } from '../protocol/quantity-text.js';
import { CEILING_OPERATIONS_PER_NONCE } from '../shaders/ceiling.js';
import type { Machine } from './machine.js';
import { type BenchResult, type Measurement, perCpuSecond } from './measure.js';

/** Who was measured: `cpu-wasm, 2 threads` or `webgpu, NVIDIA H200`. */
export function nameOfResult({ backend, kernel, device, threads }: BenchResult): string {
  if (backend === 'webgpu') return `${backend}, ${device}`;
  return `${kernel === undefined ? backend : `cpu-${kernel}`}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

/** The machine, a line each. */
export function describeMachineLines(machine: Machine): string[] {
  const { cpu, cores, memoryGiB, os, arch, node, adapters, cpuKernel, nativeOrigin } = machine;
  const origin = nativeOrigin === undefined ? '' : `, ${nativeOrigin}`;
  const kernel = cpuKernel === 'noble' ? 'no WASM SIMD' : `kernel ${cpuKernel}${origin}`;
  return [
    `${cpu}, ${counted(cores, 'core')}, ${memoryGiB} GiB, ${os} ${arch}, Node.js ${node}, ${kernel}`,
    ...adapters.map(
      ({ name, driver, backend, software }) =>
        `${name} (${backend}${driver ? `, ${driver}` : ''}${software ? ', software' : ''})`,
    ),
  ];
}

/** One measurement, a line or more. */
export function describeMeasurement({ result, form, operationsPerNonce, fault }: Measurement): string[] {
  const lines = [
    `${nameOfResult(result)}: ${formatHashrate(result.hashesPerSecond)}${cpuRate(result)}, spread ${percent(result.spread)}`,
  ];
  if (result.ofCeiling !== null && result.ceilingHashesPerSecond !== null) {
    lines.push(
      `  ceiling ${ceilingRate(result.ceilingHashesPerSecond, result)} (${CEILING_OPERATIONS_PER_NONCE} operations a nonce, ${form?.chains}${form?.crossed ? ' crossed' : ''} chains); ` +
        `reached ${percent(result.ofCeiling)} of it (with ${operationsPerNonce} operations a nonce)`,
    );
  }
  const { powerW, hashesPerJoule } = result;
  if (typeof powerW === 'number' && typeof hashesPerJoule === 'number')
    lines.push(`  ${formatHashesPerJoule(hashesPerJoule)} at ${Math.round(powerW)} W`);
  lines.push(fault === undefined ? '  verified' : `  NOT VERIFIED: ${fault}`);
  return lines;
}

/** Beside a rate per CPU second stands the ceiling's. */
function ceilingRate(ceilingHashesPerSecond: number, result: BenchResult): string {
  const rate = result.kernel === undefined ? undefined : perCpuSecond(result);
  return rate === undefined
    ? formatHashrate(ceilingHashesPerSecond)
    : `${formatHashrate((ceilingHashesPerSecond * rate) / result.hashesPerSecond)} per CPU second`;
}

/** Kernels are compared by their CPU time: what else runs takes time from one more than from another. */
export function cpuRate(result: BenchResult): string {
  const rate = result.kernel === undefined ? undefined : perCpuSecond(result);
  return rate === undefined ? '' : `, ${formatHashrate(rate)} per CPU second`;
}

/** How the CPU's kernels compare with the fastest of WebAssembly, by CPU time; empty where they can't be. */
export function describeKernelRatios(results: readonly BenchResult[]): string[] {
  const rates = results.flatMap((result) => {
    const rate = result.kernel === undefined || !result.verified ? undefined : perCpuSecond(result);
    return rate === undefined ? [] : [{ kernel: result.kernel!, rate }];
  });
  const wasm = rates.filter(({ kernel }) => kernel.startsWith('wasm')).toSorted((a, b) => b.rate - a.rate)[0];
  const others = rates.filter(({ kernel }) => kernel !== wasm?.kernel);
  if (wasm === undefined || others.length === 0) return [];
  const ratios = others.map(({ kernel, rate }) => `${kernel} ${(rate / wasm.rate).toFixed(2)}`);
  return [`to ${wasm.kernel}, per CPU second: ${ratios.join(', ')}`];
}

/** `12.3 %` */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
