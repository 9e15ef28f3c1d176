/**
 * `lesswork pool check`
 * @module
 */
import { Command, Option } from 'commander';
import { filePath, wholeNumber } from './options.js';
import type { PoolCheckRunOptions } from './run-pool-check.js';

const EXAMPLES = `
Looks at everything without serving: configuration, data folder, log file, ports, certificates, store, nodes. One line a finding:
"ok", "warning" or "FAILED", the setting, what was met, and what to do. It writes nothing; a pool that runs beside is not disturbed.
Run it as the user that runs the pool.

Examples:
  lesswork pool check                       what the pool would be without a configuration
  lesswork pool check --config pool.json
  lesswork pool check --config pool.json --workers 4 --log-file /var/log/lesswork/pool.log
  lesswork pool check --config pool.json --json | jq '.findings[] | select(.outcome != "ok")'

Ends with 0 when nothing failed, with 1 otherwise, with 2 where the command line is wrong or the configuration can't be read.`;

export function checkCommand(): Command {
  return new Command('check')
    .description('look at all that the pool would meet at its start, without serving')
    .addOption(
      new Option('--config <file>', 'configuration, JSON; without it all defaults').argParser(filePath),
    )
    .addOption(
      new Option('--workers <n>', 'processes that are to share the miners')
        .default(1)
        .argParser(wholeNumber(1, 64)),
    )
    .addOption(new Option('--log-file <file>', 'file that the log is to be written to').argParser(filePath))
    .addOption(new Option('--json', 'one JSON object on stdout').default(false))
    .addHelpText('after', EXAMPLES)
    .action(async (options: PoolCheckRunOptions) => {
      const { runPoolCheck } = await import('./run-pool-check.js');
      await runPoolCheck(options);
    });
}
