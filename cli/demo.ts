/**
 * `lesswork demo`
 * @module
 */
import { Command, Option } from 'commander';
import { addMinerOptions, parseSeconds, refuseIdleThreads } from './options.js';
import type { DemoRunOptions } from './run-demo.js';

const EXAMPLES = `
Examples:
  lesswork demo                        until Ctrl-C
  lesswork demo --seconds 30           for half a minute
  lesswork demo --seconds 30 --json    JSON lines, a summary last`;

export function demoCommand(): Command {
  const command: Command = new Command('demo')
    .description('everything at once on this machine: a simulated full node, a pool, and a miner')
    .addOption(new Option('--seconds <n>', 'end after so many seconds').argParser(parseSeconds));
  return addMinerOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (options: DemoRunOptions) => {
      refuseIdleThreads(options.device, command);
      const { runDemo } = await import('./run-demo.js');
      await runDemo(options);
    });
}
