/**
 * `lesswork demo`
 * @module
 */
import { Command, Option } from 'commander';
import type { DeviceChoice } from '../miner/device-choice.js';
import {
  deviceOption,
  jsonOption,
  logLevelOption,
  type OutputOptions,
  positiveNumber,
  quietOption,
  threadsOption,
} from './options.js';

interface DemoOptions extends OutputOptions {
  readonly seconds: number | undefined;
  readonly device: DeviceChoice;
  readonly threads: number;
}

const EXAMPLES = `
Examples:
  lesswork demo                        until Ctrl-C
  lesswork demo --seconds 30           for half a minute
  lesswork demo --seconds 30 --json    JSON lines, a summary last`;

export function demoCommand(): Command {
  return new Command('demo')
    .description('everything at once on this machine: a simulated full node, and a miner on it')
    .addOption(new Option('--seconds <n>', 'end after so many seconds').argParser(positiveNumber))
    .addOption(deviceOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(logLevelOption())
    .addHelpText('after', EXAMPLES)
    .action(async (options: DemoOptions) => {
      const { runDemo } = await import('./run-demo.js');
      await runDemo(options);
    });
}
