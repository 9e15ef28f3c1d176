/**
 * Two runs of the bench side by side.
 * @module
 */
import { formatHashrate } from '../protocol/quantity-text.js';
import type { BenchRun } from './app.js';
import type { BenchResult } from './measure.js';
import { MAX_SAMPLE, rankTest } from './rank-test.js';
import { median } from './statistics.js';
import { nameOfResult } from './words.js';

/** A difference that chance alone makes less often than this is told as one. */
const MAX_CHANCE = 0.01;

/** With fewer windows on a side no difference is rarer than MAX_CHANCE: 5 beside 5 can be divided in 252 ways. */
const LEAST_WINDOWS = 5;

/** Characters of a file's name in the header. */
const MAX_NAME = 24;

/** One result that both runs have, or only one. */
export interface Comparison {
  readonly name: string;
  readonly a: BenchResult | undefined;
  readonly b: BenchResult | undefined;
  /** Rate of `b` to that of `a`, by the clock on the wall; undefined where one is missing. */
  readonly ratio: number | undefined;
  /**
   * The same per second of CPU time, which other programs on the same cores change little; undefined where a result is
   * missing, or does not know its CPU time.
   */
  readonly cpuRatio: number | undefined;
  /**
   * Chance of windows that differ so much if both were as fast: by CPU time if there is a `cpuRatio`, else by the clock;
   * undefined where a result is missing, or keeps too few windows.
   */
  readonly chance: number | undefined;
}

/** What a comparison comes to. */
export type Verdict = 'faster' | 'slower' | 'noise' | 'untested' | 'unpaired';

/**
 * A run from the text of a file.
 * @throws TypeError if it is no JSON, or with the place where it is something else
 */
export function parseBenchRun(text: string): BenchRun {
  let run: Partial<BenchRun> | null;
  try {
    run = JSON.parse(text);
  } catch {
    throw new TypeError('expected JSON, as bench --json prints it');
  }
  if (typeof run !== 'object' || run === null || !Array.isArray(run.results)) {
    throw new TypeError('"results" expected a list, as bench --json prints it');
  }
  for (const [i, result] of run.results.entries()) {
    const { backend, kernel, device, threads, hashesPerSecond, windows, cpuWindows } = (result ??
      {}) as Partial<BenchResult>;
    const expect = (right: boolean, what: string, kind: string): void => {
      if (!right) throw new TypeError(`"results[${i}].${what}" expected ${kind}`);
    };
    expect(typeof backend === 'string', 'backend', 'a text');
    expect(kernel === undefined || typeof kernel === 'string', 'kernel', 'a text');
    expect(typeof device === 'string', 'device', 'a text');
    expect(typeof threads === 'number', 'threads', 'a number');
    expect(isRate(hashesPerSecond), 'hashesPerSecond', 'a number above 0');
    const rates = `a list of at most ${MAX_SAMPLE} numbers above 0`;
    expect(windows === undefined || isRates(windows), 'windows', rates);
    expect(
      cpuWindows === undefined || cpuWindows === null || isRates(cpuWindows),
      'cpuWindows',
      `${rates}, or null`,
    );
  }
  return run as BenchRun;
}

function isRates(value: unknown): boolean {
  return Array.isArray(value) && value.length <= MAX_SAMPLE && value.every(isRate);
}

function isRate(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && Number.isFinite(value);
}

/**
 * Pairs the results of two runs: those of the CPU by kernel and threads, whatever the CPU; cards by name, or the only
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
          : other.threads === result.threads && other.kernel === result.kernel),
    );
    const ratio = twin && twin.hashesPerSecond / result.hashesPerSecond;
    return {
      name: nameOfResult(result),
      a: result,
      b: twin,
      ratio,
      ...(twin ? compareWindows(result, twin) : UNKNOWN),
    };
  });
  return [
    ...paired,
    ...left.map((result) => ({
      name: nameOfResult(result),
      a: undefined,
      b: result,
      ratio: undefined,
      ...UNKNOWN,
    })),
  ];
}

const UNKNOWN = { cpuRatio: undefined, chance: undefined };

function compareWindows(a: BenchResult, b: BenchResult): Pick<Comparison, 'cpuRatio' | 'chance'> {
  const enough = (windows: readonly number[] | null | undefined): windows is readonly number[] =>
    (windows?.length ?? 0) >= LEAST_WINDOWS;
  if (enough(a.cpuWindows) && enough(b.cpuWindows)) {
    const cpuRatio = median(b.cpuWindows) / median(a.cpuWindows);
    return { cpuRatio, chance: rankTest(a.cpuWindows, b.cpuWindows) };
  }
  if (enough(a.windows) && enough(b.windows))
    return { cpuRatio: undefined, chance: rankTest(a.windows, b.windows) };
  return UNKNOWN;
}

/** The ratio that is judged: other programs that ran beside one of the two are no loss. */
function judgedRatio({ ratio, cpuRatio }: Comparison): number | undefined {
  return cpuRatio ?? ratio;
}

/** Whether the second run was faster, slower, or neither that one could tell. */
export function verdictOf(comparison: Comparison): Verdict {
  const { chance } = comparison;
  const ratio = judgedRatio(comparison);
  if (ratio === undefined) return 'unpaired';
  if (chance === undefined) return 'untested';
  if (chance >= MAX_CHANCE) return 'noise';
  return ratio < 1 ? 'slower' : 'faster';
}

/**
 * What the second run lost, a line each; none if it lost nothing.
 *
 * Rates are those per CPU second where they are known. A rate below `least` of the first is no loss if the windows
 * differ by no more than chance. A result that only the first run has is a loss, and so is one that is not verified. A
 * first run without results is a loss, too.
 * @param least - least ratio of the second rate to the first
 */
export function lossesOf(comparisons: readonly Comparison[], least: number): string[] {
  const losses = comparisons.flatMap((comparison) => {
    const { name, a, b, cpuRatio } = comparison;
    if (a === undefined) return [];
    if (b === undefined) return [`${name}: the second run has no such result`];
    if (b.verified === false) return [`${name}: the second run's result is not verified`];
    const ratio = judgedRatio(comparison)!;
    if (ratio >= least || verdictOf(comparison) === 'noise') return [];
    const rate = cpuRatio === undefined ? 'rate' : 'rate per CPU second';
    return [`${name}: ${ratio.toFixed(3)} of the first run's ${rate}, expected at least ${least}`];
  });
  if (losses.length === 0 && comparisons.every(({ a }) => a === undefined))
    return ['the first run has no results'];
  return losses;
}

/**
 * A table: header, a line for each result, and what its last column means.
 * @param names - of the two runs
 */
export function describeComparison(
  comparisons: readonly Comparison[],
  names: readonly [string, string],
): string[] {
  const rate = (result: BenchResult | undefined) => (result ? formatHashrate(result.hashesPerSecond) : '-');
  const rows = comparisons.map((comparison) => [
    comparison.name,
    rate(comparison.a),
    rate(comparison.b),
    changeText(comparison.ratio),
    changeText(comparison.cpuRatio),
    verdictText(comparison),
  ]);
  const table = [['result', ...names.map(shortName), 'change', 'per CPU s', ''], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => {
        if (column === 0) return cell.padEnd(widths[0]!);
        return cell.padStart(widths[column] ?? 0);
      })
      .join('  ')
      .trimEnd(),
  );
  if (comparisons.some(({ chance }) => chance !== undefined)) {
    lines.push(
      '',
      `p: how often windows of two runs that are equally fast differ so much (Mann-Whitney); from ${MAX_CHANCE} on it is noise.`,
      'Windows are compared per CPU second where that is known, so that other programs beside a run are no loss.',
      'What lasts for a whole run (clock, temperature, neighbours) is not in p: repeat both runs in turn.',
    );
  }
  return lines;
}

function changeText(ratio: number | undefined): string {
  if (ratio === undefined) return '-';
  const change = ((ratio - 1) * 100).toFixed(1);
  // A change that is rounded to nothing has no direction.
  if (Number(change) === 0) return '0.0 %';
  return `${ratio > 1 ? '+' : ''}${change} %`;
}

function verdictText(comparison: Comparison): string {
  const { a, b, chance } = comparison;
  const p = chance === undefined || (chance < 0.001 ? 'p < 0.001' : `p = ${chance.toFixed(3)}`);
  const words: Readonly<Record<Verdict, string>> = {
    faster: `faster (${p})`,
    slower: `slower (${p})`,
    noise: `within the noise (${p})`,
    untested: 'noise unknown: a file has no windows',
    unpaired: a === undefined ? 'only in the second' : 'only in the first',
  };
  const wrong = a?.verified === false || b?.verified === false;
  return `${words[verdictOf(comparison)]}${wrong ? ', not verified' : ''}`;
}

/** The end of a long path: there files differ. */
function shortName(path: string): string {
  return path.length <= MAX_NAME ? path : `...${path.slice(3 - MAX_NAME)}`;
}
