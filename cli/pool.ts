/**
 * `lesswork pool`
 * @module
 */
import { Command, Option } from 'commander';
import { jsonOption, logLevelOption, type OutputOptions, quietOption } from './options.js';

interface PoolCommandOptions extends OutputOptions {
  readonly config: string | undefined;
}

const EXAMPLES = `
Examples:
  lesswork pool                       solo: for your own miners, on the full node of this machine
  lesswork pool --config pool.json    with a configuration (docs/SETTINGS.md)

Without a configuration miners connect to port 20032, with any payable address as their user. Blocks pay the addresses
that the node has set (alephium.mining.miner-addresses).`;

export function poolCommand(): Command {
  return new Command('pool')
    .description('a stratum pool for any Alephium miner, on one or several full nodes')
    .addOption(new Option('--config <file>', 'configuration, JSON; without it all defaults'))
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(logLevelOption())
    .addHelpText('after', EXAMPLES)
    .action(async (options: PoolCommandOptions) => {
      const { runPool } = await import('./run-pool.js');
      await runPool(options.config, options, { withParent: false });
    });
}
