/**
 * `lesswork polw status`
 * @module
 */
import { Command, Option } from 'commander';
import { filePath, jsonOption, networkId, usageError } from './options.js';
import { parseApiUrl } from './units.js';

/** Where a pool serves its API unless it is told otherwise. */
const DEFAULT_API = 'http://127.0.0.1:8080';

interface StatusCommandOptions {
  readonly api: URL;
  readonly data?: string;
  readonly network: number;
  readonly json: boolean;
}

export function statusCommand(): Command {
  const command: Command = new Command('status')
    .description(
      'where each chain stands, and what the fund holds: of a running pool, or of a fund in a folder',
    )
    .addOption(
      new Option('--api <url>', "of the pool's API, as http://HOST:PORT")
        .default(new URL(DEFAULT_API), DEFAULT_API)
        .argParser(usageError(parseApiUrl)),
    )
    .addOption(
      new Option(
        '--data <folder>',
        'where `mine --polw` keeps its fund, by network; the miner may run meanwhile',
      ).argParser(filePath),
    )
    .addOption(
      new Option(
        '--network <id>',
        'of that fund, for how long its coinbases are locked: mainnet, testnet, devnet, or a number from 0 to 255',
      )
        .default(0, 'mainnet')
        .argParser(networkId),
    )
    .addOption(jsonOption());
  return command
    .addHelpText(
      'after',
      `
Examples:
  lesswork polw status
  lesswork polw status --api http://pool.example:8080 --json
  lesswork polw status --data ~/.local/share/lesswork/fund/0

Of a chain that burns: \`needed\` must be unlocked at the present rate until what it burns now comes back; its coins last so many
hours, or for good where as much comes back as it burns; \`drift/h\` is what comes back in an hour less what is burnt: below 0, its
coins move to the opposite chain, (t, f) for (f, t), and have to be sent back some day.

A folder holds what is final: blocks of the last minutes are not in it, nor what chains do now.
Ends with 1 if a chain of the pool is not mined, or a block of its was void, with 0 otherwise.`,
    )
    .action(async ({ api, data, network, json }: StatusCommandOptions) => {
      if (data !== undefined && command.getOptionValueSource('api') === 'cli')
        command.error('error: expected --api or --data, got both');
      const { runPolwStatusOfFolder, runPolwStatusOfPool } = await import('./run-polw-status.js');
      if (data === undefined) await runPolwStatusOfPool(api, json);
      else await runPolwStatusOfFolder(data, network, json);
    });
}
