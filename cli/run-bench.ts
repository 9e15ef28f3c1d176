/**
 * The bench on the command line.
 * @module
 */
import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BenchOptions, type BenchRun, runBench } from '../bench/app.js';
import { compareRuns, describeComparison, lossesOf, parseBenchRun } from '../bench/compare.js';
import { benchSvg } from '../bench/picture.js';
import { benchCsv, benchMarkdown } from '../bench/tables.js';
import { describeKernelRatios, describeMachineLines, describeMeasurement } from '../bench/words.js';
import { systemErrorText } from '../protocol/system-error-text.js';

/** How a run is told on stdout; `text` as it goes, the others at its end. */
export type BenchFormat = 'text' | 'json' | 'csv' | 'markdown';

const ON_STDOUT: Readonly<Record<Exclude<BenchFormat, 'text'>, (run: BenchRun) => string>> = {
  json: (run) => `${JSON.stringify(run)}\n`,
  csv: benchCsv,
  markdown: benchMarkdown,
};

/**
 * Runs the bench and tells of it. A result that is missing or not verified fails the command.
 * @param picture - path of an SVG file to be written
 * @throws Error with the path if that can't be written: where it can be known, before anything is measured
 */
export async function printBench(
  options: BenchOptions,
  format: BenchFormat,
  picture: string | undefined,
): Promise<void> {
  if (picture !== undefined) tryToWrite(picture);
  const say = (line: string): void => {
    (format === 'text' ? process.stdout : process.stderr).write(`${line}\n`);
  };
  const run = await runBench(options, {
    onMachine: (machine) => {
      for (const line of describeMachineLines(machine)) say(line);
    },
    onFailure: (name, message) => {
      process.stderr.write(`${name}: ${message}\n`);
      process.exitCode = 1;
    },
    onStart: (name) => {
      if (process.stderr.isTTY) process.stderr.write(`measuring ${name} ...\n`);
    },
    onMeasurement: (measurement) => {
      for (const line of describeMeasurement(measurement)) say(line);
    },
    onNotice: (message) => process.stderr.write(`warning: ${message}\n`),
  });
  for (const line of describeKernelRatios(run.results)) say(line);
  if (format !== 'text') process.stdout.write(ON_STDOUT[format](run));
  if (picture !== undefined) writePicture(picture, benchSvg(run));
  if (run.results.some((result) => !result.verified)) process.exitCode = 1;
}

/**
 * Prints two runs side by side.
 * @param failBelow - least ratio of each rate of the second to the first; a loss beyond it fails the command
 * @throws Error with the path if a file can't be read or is no run of the bench
 */
export function printComparison(a: string, b: string, failBelow?: number): void {
  const comparisons = compareRuns(readRun(a), readRun(b));
  for (const line of describeComparison(comparisons, [a, b])) process.stdout.write(`${line}\n`);
  if (failBelow === undefined) return;
  for (const loss of lossesOf(comparisons, failBelow)) {
    process.stderr.write(`loss: ${loss}\n`);
    process.exitCode = 1;
  }
}

/** A minute of measuring is not to end in this. @throws Error with the path */
function tryToWrite(path: string): void {
  try {
    const isThere = existsSync(path);
    if (isThere && statSync(path).isDirectory()) throw new Error('it is a folder');
    accessSync(isThere ? path : dirname(path), constants.W_OK);
  } catch (error) {
    throw new Error(`--svg ${path}: expected a file that can be written: ${systemErrorText(error)}`);
  }
}

function writePicture(path: string, svg: string): void {
  try {
    writeFileSync(path, svg);
  } catch (error) {
    throw new Error(`--svg ${path}: ${systemErrorText(error)}`);
  }
}

function readRun(path: string): BenchRun {
  try {
    return parseBenchRun(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path}: ${systemErrorText(error)}`);
  }
}
