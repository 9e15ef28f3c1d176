/**
 * `lesswork demo`
 * @module
 */
import { Command, Option } from 'commander';
import type { DeviceChoice } from '../miner/device-choice.js';
import { addMinerOptions, parseSeconds, refuseIdleThreads } from './options.js';
import type { DemoRunOptions } from './run-demo.js';

const EXAMPLES = `
Examples:
  lesswork demo                        until Ctrl-C
  lesswork demo --seconds 30           for half a minute
  lesswork demo --seconds 30 --json    JSON lines, a summary last
  lesswork demo --polw                 Proof of Less Work: the pool's blocks burn coins

With --polw the simulated network is past the threshold of Proof of Less Work, lowered for this machine: keys are made, what
they authorize is given to the pool, coins are deposited, and each block burns some. It mines on the CPU.`;

export function demoCommand(): Command {
  const command: Command = new Command('demo')
    .description('everything at once on this machine: a simulated full node, a pool, and a miner')
    .addOption(new Option('--seconds <n>', 'end after so many seconds').argParser(parseSeconds))
    .addOption(new Option('--polw', 'with Proof of Less Work: each block burns coins').default(false));
  return addMinerOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (options: DemoRunOptions) => {
      refuseIdleThreads(options.device, command);
      if (options.polw && !isCpuAtMost(options.device))
        command.error(
          'error: --polw mines on the CPU, for whose hashrate its network is made: leave --device out, or say --device cpu',
        );
      const { runDemo } = await import('./run-demo.js');
      await runDemo(options);
    });
}

/** Whether nothing but the CPU was asked for by name. */
function isCpuAtMost(device: DeviceChoice): boolean {
  return typeof device === 'string' || device.every(({ kind }) => kind === 'cpu');
}
