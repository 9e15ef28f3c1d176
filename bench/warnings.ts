/**
 * What makes a result worth little, though it is right.
 * @module
 */
import { formatHashrate } from '../protocol/quantity-text.js';
import type { BenchResult } from './measure.js';
import { nameOfResult, percent } from './words.js';

/** From this spread on, a result says more about the rest of the machine than about the device. */
const MAX_SPREAD = 0.1;

/**
 * Warnings about a result, a line each.
 * @param earlier - results of the same run that are there already
 */
export function warningsOf(result: BenchResult, earlier: readonly BenchResult[]): string[] {
  const warnings: string[] = [];
  const name = nameOfResult(result);
  if (result.spread > MAX_SPREAD) {
    warnings.push(
      `${name}: the fastest and the slowest window are ${percent(result.spread)} apart, so this rate is uncertain: ` +
        'other programs use the machine, or its clock changes. Close them, or measure for longer (--seconds 30)',
    );
  }
  const one = earlier.find(({ backend, threads }) => backend === result.backend && threads === 1);
  if (
    one !== undefined &&
    result.backend !== 'webgpu' &&
    result.threads > 1 &&
    result.hashesPerSecond < one.hashesPerSecond
  ) {
    warnings.push(
      `${name}: ${formatHashrate(result.hashesPerSecond)} is less than the ${formatHashrate(one.hashesPerSecond)} of one thread: ` +
        'other programs use the cores, or there are fewer cores than threads (a container, a shared machine). Try --threads',
    );
  }
  return warnings;
}
