/**
 * The bench on the command line.
 * @module
 */
import { readFileSync } from 'node:fs';
import { type BenchOptions, type BenchRun, runBench } from '../bench/app.js';
import { compareRuns, describeComparison, lossesOf, parseBenchRun } from '../bench/compare.js';
import { describeMachineLines, describeMeasurement } from '../bench/words.js';
import { systemErrorText } from '../protocol/system-error-text.js';

/** Runs the bench and prints it. A result that is missing or not verified fails the command. */
export async function printBench(options: BenchOptions, json: boolean): Promise<void> {
  const say = (line: string): void => {
    (json ? process.stderr : process.stdout).write(`${line}\n`);
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
  if (json) process.stdout.write(`${JSON.stringify(run)}\n`);
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

function readRun(path: string): BenchRun {
  try {
    return parseBenchRun(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path}: ${systemErrorText(error)}`);
  }
}
