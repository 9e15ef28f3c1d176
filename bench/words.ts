/**
 * A run of the bench in words.
 * @module
 */
import { counted, formatHashesPerJoule, formatHashrate } from '../protocol/quantity-text.js';
import { CEILING_OPERATIONS_PER_NONCE } from '../shaders/ceiling.js';
import type { Machine } from './machine.js';
import type { BenchResult, Measurement } from './measure.js';

/** Who was measured: `cpu-wasm, 2 threads` or `webgpu, NVIDIA H200`. */
export function nameOfResult({ backend, device, threads }: BenchResult): string {
  if (backend === 'webgpu') return `${backend}, ${device}`;
  return `${backend}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
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
    `${nameOfResult(result)}: ${formatHashrate(result.hashesPerSecond)}, spread ${percent(result.spread)}`,
  ];
  if (result.ofCeiling !== null && result.ceilingHashesPerSecond !== null) {
    lines.push(
      `  ceiling ${formatHashrate(result.ceilingHashesPerSecond)} (${CEILING_OPERATIONS_PER_NONCE} operations a nonce, ${form?.chains}${form?.crossed ? ' crossed' : ''} chains); ` +
        `reached ${percent(result.ofCeiling)} of it (with ${operationsPerNonce} operations a nonce)`,
    );
  }
  const { powerW, hashesPerJoule } = result;
  if (typeof powerW === 'number' && typeof hashesPerJoule === 'number')
    lines.push(`  ${formatHashesPerJoule(hashesPerJoule)} at ${Math.round(powerW)} W`);
  lines.push(fault === undefined ? '  verified' : `  NOT VERIFIED: ${fault}`);
  return lines;
}

/** `12.3 %` */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
