/**
 * `lesswork pool`
 * @module
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseAlph } from '../protocol/alph-text.js';
import { refuseWords } from './command-tree.js';
import {
  filePath,
  jsonOption,
  logLevelOption,
  type OutputOptions,
  parseSeconds,
  quietOption,
  usageError,
  wholeNumber,
} from './options.js';
import { checkCommand } from './pool-check.js';
import { poolCancelCommand, poolWithdrawCommand } from './pool-withdrawal.js';

interface PoolCommandOptions extends OutputOptions {
  readonly config: string | undefined;
  readonly workers: number;
  readonly logFile: string | undefined;
  readonly logFileSize: number;
  readonly logFiles: number;
}

const EXAMPLES = `
Examples:
  lesswork pool                       solo: for your own miners, on the full node of this machine
  lesswork pool --config pool.json    with a configuration (docs/SETTINGS.md)
  lesswork pool --config pool.json --workers 4
  lesswork pool --config pool.json --log-file /var/log/lesswork/pool.log --log-level debug
  lesswork pool check --config pool.json    look at everything first, without serving
  lesswork pool drain --config pool.json

Without a configuration miners connect to port 20032, with any payable address as their user. Blocks pay the addresses
that the node has set (alephium.mining.miner-addresses). The API is on port 8080 and the administration on 8081 of this
machine. A configuration sets other ports (listeners, http, admin), and where the data is kept (dataFolder;
without one: LESSWORK_DATA).`;

export function poolCommand(): Command {
  const command: Command = new Command('pool')
    .description('a stratum pool for any Alephium miner, on one or several full nodes')
    .addOption(
      new Option('--config <file>', 'configuration, JSON; without it all defaults').argParser(filePath),
    )
    .addOption(
      new Option('--workers <n>', 'processes that share the miners; needs a Redis store')
        .default(1)
        .argParser(wholeNumber(1, 64)),
    )
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(logLevelOption())
    .addOption(
      new Option('--log-file <file>', 'write the log to a file, too; SIGHUP opens it anew').argParser(
        filePath,
      ),
    )
    .addOption(
      new Option('--log-file-size <MB>', 'size from which on it is put aside as <file>.1')
        .default(10)
        .argParser(wholeNumber(1, 10_000)),
    )
    .addOption(
      new Option('--log-files <n>', 'files that were put aside and are kept')
        .default(5)
        .argParser(wholeNumber(0, 1_000)),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (options: PoolCommandOptions) => {
      refuseWords(command);
      const { runPool } = await import('./run-pool.js');
      await runPool(options, options);
    });
  command.addCommand(checkCommand());
  command.addCommand(drainCommand());
  command.addCommand(acceptAddressesCommand());
  command.addCommand(minimumCommand());
  command.addCommand(backupCommand());
  command.addCommand(poolWithdrawCommand());
  command.addCommand(poolCancelCommand());
  return command;
}

function acceptAddressesCommand(): Command {
  return new Command('accept-addresses')
    .description('have a running pool pay the miner addresses that its nodes have now')
    .addOption(
      new Option('--config <file>', 'configuration of that pool, JSON; without it all defaults').argParser(
        filePath,
      ),
    )
    .addHelpText(
      'after',
      `
Examples:
  lesswork pool accept-addresses                       a pool without a configuration
  lesswork pool accept-addresses --config pool.json

A pool keeps in its store which addresses its nodes pay, and uses none that pays others. After you have changed
them in all nodes, say so by this: once for all front ends. It asks the nodes of the configuration, which must agree.
The pool must run, with its administration (admin) in reach.`,
    )
    .action(async (options: { readonly config: string | undefined }) => {
      const { runAcceptAddresses } = await import('./run-accept-addresses.js');
      await runAcceptAddresses(options.config);
    });
}

function minimumCommand(): Command {
  return new Command('minimum')
    .description('set from which balance on a miner is paid, in place of payouts.minimum')
    .argument('<address>', 'of the miner')
    .argument('<amount>', 'ALPH, from 0.01 on; 0 for the minimum of the pool', usageError(parseMinimum))
    .addOption(
      new Option('--config <file>', 'configuration of that pool, JSON (required)')
        .makeOptionMandatory()
        .argParser(filePath),
    )
    .addHelpText(
      'after',
      `
Examples:
  lesswork pool minimum ADDRESS 5 --config pool.json
  lesswork pool minimum ADDRESS 0 --config pool.json

The pool must run, with its administration (admin) in reach. A miner may set its own by a signed request (docs/API.md), which then
counts in place of this one.`,
    )
    .action(async (address: string, amount: bigint, { config }: { readonly config: string }) => {
      const { runPoolMinimum } = await import('./run-pool-minimum.js');
      await runPoolMinimum(config, address, amount);
    });
}

function parseMinimum(text: string): bigint {
  const amount = parseAlph(text);
  if (amount !== undefined) return amount;
  throw new RangeError(`expected an amount in ALPH such as 12.5, got ${JSON.stringify(text)}`);
}

function backupCommand(): Command {
  return new Command('backup')
    .description('write a backup of the embedded store of a running pool')
    .argument('<file>', 'a new file', filePath)
    .addOption(
      new Option('--config <file>', 'configuration of that pool, JSON; without it all defaults').argParser(
        filePath,
      ),
    )
    .addHelpText(
      'after',
      `
Examples:
  lesswork pool backup /backup/pool-2026-03-01.db
  lesswork pool backup --config pool.json /backup/pool-2026-03-01.db

The pool must run, with its administration (admin) in reach: its database is locked to it. Miners notice nothing; the API
waits while the backup is made. The books of a pool that pays its miners come as FILE.books. A Redis store is backed up by
its own means.`,
    )
    .action(async (file: string, options: { readonly config: string | undefined }) => {
      const { runBackup } = await import('./run-backup.js');
      await runBackup(options.config, file);
    });
}

interface DrainOptions {
  readonly config: string;
  readonly seconds: number;
  readonly abandon?: string;
}

/** @throws InvalidArgumentError */
function parseJournal(text: string): string {
  if (!/^[0-9a-f]{16}$/.test(text)) throw new InvalidArgumentError("expected a journal's id, 16 hex digits");
  return text;
}

function drainCommand(): Command {
  return new Command('drain')
    .description('bring what a front end that goes for good has left in its data folder to the store')
    .addOption(
      new Option('--config <file>', 'configuration of that front end, JSON (required)')
        .makeOptionMandatory()
        .argParser(filePath),
    )
    .addOption(new Option('--seconds <n>', 'longest wait for the store').default(60).argParser(parseSeconds))
    .addOption(
      new Option(
        '--abandon <journal>',
        'instead, credit miners without waiting for this silent journal',
      ).argParser(parseJournal),
    )
    .addHelpText(
      'after',
      `
Examples:
  lesswork pool drain --config pool.json
  lesswork pool drain --config pool.json --seconds 600
  lesswork pool drain --config pool.json --abandon 5f0c0a1b2c3d4e5f

Ends with 0 when all of it is in the store: the data folder may be removed then, unless the store is in it (embedded).

A pool with payouts credits nobody while a front end is silent, since it may have shares that count. --abandon gives up the
journal that the pool's log names: what it brings later counts when it comes. The pool may run meanwhile.`,
    )
    .action(async (options: DrainOptions) => {
      if (options.abandon !== undefined) {
        const { runAbandon } = await import('./run-abandon.js');
        await runAbandon(options.config, options.abandon);
        return;
      }
      const { runDrain } = await import('./run-pool.js');
      await runDrain(options.config, options.seconds);
    });
}
