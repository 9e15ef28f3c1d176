/**
 * Two runs of the bench side by side.
 * @module
 */
import { formatHashrate } from '../protocol/quantity-text.js';
import type { BenchRun } from './app.js';
import type { BenchResult } from './measure.js';
import { nameOfResult } from './words.js';

/** One result that both runs have, or only one. */
export interface Comparison {
  readonly name: string;
  readonly a: BenchResult | undefined;
  readonly b: BenchResult | undefined;
  /** Rate of `b` to that of `a`; undefined where one is missing. */
  readonly ratio: number | undefined;
}

/**
 * A run from the text of a file.
 * @throws SyntaxError if it is no JSON, TypeError with the place if it is something else
 */
export function parseBenchRun(text: string): BenchRun {
  const run = JSON.parse(text) as Partial<BenchRun> | null;
  if (typeof run !== 'object' || run === null || !Array.isArray(run.results)) {
    throw new TypeError('"results" expected a list, as bench --json prints it');
  }
  for (const [i, result] of run.results.entries()) {
    const { backend, device, threads, hashesPerSecond } = (result ?? {}) as Partial<BenchResult>;
    const expect = (right: boolean, what: string, kind: string): void => {
      if (!right) throw new TypeError(`"results[${i}].${what}" expected ${kind}`);
    };
    expect(typeof backend === 'string', 'backend', 'a text');
    expect(typeof device === 'string', 'device', 'a text');
    expect(typeof threads === 'number', 'threads', 'a number');
    expect(typeof hashesPerSecond === 'number' && hashesPerSecond > 0, 'hashesPerSecond', 'a number above 0');
  }
  return run as BenchRun;
}

/**
 * Pairs the results of two runs: those of the CPU by backend and threads, whatever the CPU; cards by name, or the only
 * card of the one with the only card of the other.
 */
export function compareRuns(a: BenchRun, b: BenchRun): Comparison[] {
  const left = [...b.results];
  const take = (fits: (result: BenchResult) => boolean): BenchResult | undefined => {
    const index = left.findIndex(fits);
    return index < 0 ? undefined : left.splice(index, 1)[0];
  };
  const cards = (run: BenchRun) => run.results.filter(({ backend }) => backend === 'webgpu').length;
  const single = cards(a) === 1 && cards(b) === 1;
  const paired = a.results.map((result): Comparison => {
    const twin = take(
      (other) =>
        other.backend === result.backend &&
        (other.backend === 'webgpu'
          ? single || other.device === result.device
          : other.threads === result.threads),
    );
    const ratio = twin && twin.hashesPerSecond / result.hashesPerSecond;
    return { name: nameOfResult(result), a: result, b: twin, ratio };
  });
  return [
    ...paired,
    ...left.map((result) => ({ name: nameOfResult(result), a: undefined, b: result, ratio: undefined })),
  ];
}

/** A line each. */
export function describeComparison(comparisons: readonly Comparison[]): string[] {
  const width = Math.max(0, ...comparisons.map(({ name }) => name.length));
  const rate = (result: BenchResult | undefined) =>
    (result ? formatHashrate(result.hashesPerSecond) : '-').padStart(10);
  const wrong = (result: BenchResult | undefined) => result?.verified === false;
  return comparisons.map(({ name, a, b, ratio }) => {
    const note = wrong(a) || wrong(b) ? '  not verified' : '';
    return `${name.padEnd(width)} ${rate(a)} ${rate(b)}  ${ratio === undefined ? '-' : ratio.toFixed(3)}${note}`;
  });
}
