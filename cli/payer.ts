/**
 * `lesswork payer`
 * @module
 */
import { Command, Option } from 'commander';
import { refuseWords } from './command-tree.js';
import { filePath, jsonOption, logLevelOption, type OutputOptions, quietOption } from './options.js';

const EXAMPLES = `
Examples:
  lesswork payer --config pool.json --password-file password.txt
  lesswork payer --config pool.json --dry-run          who would be paid now, and what waits for what
  lesswork payer --config pool.json --once             one round, for cron; exit code 1: not all is paid
  lesswork payer pause --config pool.json --reason "the wallet moves"
  lesswork payer status --config pool.json

A process of its own beside the pool: it alone opens the wallet. It pays what the books say that miners are owed, in rounds
(payouts.every, payouts.at). Before each round it checks the whole ledger and what the nodes hold for the wallet; where
anything is wrong it pauses and says why. Where a full node keeps the wallet (payouts.nodeWallet) the password is that of
the node's wallet. Of several payers on the same books one is at work, and the others wait. Start it
on the machine where it ran before: what it sends is kept in the data folder, too (docs/PAYOUTS.md).`;

interface PayerCommandOptions extends OutputOptions {
  readonly config: string;
  readonly wallet?: string;
  readonly passwordFile?: string;
  readonly months?: string;
  readonly once: boolean;
  readonly dryRun: boolean;
}

export function payerCommand(): Command {
  const command: Command = new Command('payer')
    .description('pay miners what the books of a pool say that they are owed')
    .addOption(configOption())
    .addOption(
      new Option('--wallet <file>', 'the wallet that pays; that of the configuration if left out').argParser(
        filePath,
      ),
    )
    .addOption(
      new Option(
        '--password-file <file>',
        'a file with the password on its only line; without it standard input',
      ).argParser(filePath),
    )
    .addOption(
      new Option('--months <folder>', 'of the closed months; needed once the books were trimmed').argParser(
        filePath,
      ),
    )
    .addOption(
      new Option('--once', 'one round; ends when all is paid, or nothing more can be done').default(false),
    )
    .addOption(new Option('--dry-run', 'tell the plan of a round, and touch nothing').default(false))
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(logLevelOption())
    .addHelpText('after', EXAMPLES)
    .action(async ({ dryRun, ...options }: PayerCommandOptions) => {
      refuseWords(command);
      if (options.config === undefined)
        command.error("error: required option '--config <file>' not specified");
      if (dryRun && options.once) command.error('error: expected --once or --dry-run, got both');
      if (dryRun) {
        const { runPayerDryRun } = await import('./run-payer-notes.js');
        await runPayerDryRun(options);
        return;
      }
      const { runPayer } = await import('./run-payer.js');
      await runPayer(options, options);
    });
  for (const part of [pauseCommand(), resumeCommand(), statusCommand()]) command.addCommand(part);
  return command;
}

const configOption = (): Option =>
  new Option('--config <file>', 'configuration of the pool, JSON (required)').argParser(filePath);

function pauseCommand(): Command {
  return new Command('pause')
    .description('have no payer send anything new, until resume')
    .addOption(configOption().makeOptionMandatory())
    .addOption(new Option('--reason <text>', 'for whoever reads the status').default('by hand'))
    .addHelpText(
      'after',
      `
Examples:
  lesswork payer pause --config pool.json
  lesswork payer pause --config pool.json --reason "the wallet moves"

It is kept in the books, and holds for every payer on them. What was sent is followed all the same.`,
    )
    .action(async ({ config, reason }: { readonly config: string; readonly reason: string }) => {
      const { runPayerPause } = await import('./run-payer-notes.js');
      await runPayerPause(config, reason);
    });
}

function resumeCommand(): Command {
  return new Command('resume')
    .description('end a pause, whoever made it')
    .addOption(configOption().makeOptionMandatory())
    .addHelpText(
      'after',
      `
Examples:
  lesswork payer resume --config pool.json

After a pause by the payer itself: put right what it names first, or the next round pauses again.`,
    )
    .action(async ({ config }: { readonly config: string }) => {
      const { runPayerResume } = await import('./run-payer-notes.js');
      await runPayerResume(config);
    });
}

function statusCommand(): Command {
  return new Command('status')
    .description('whether payments are paused, the last and the next round, what is on its way')
    .addOption(configOption().makeOptionMandatory())
    .addOption(new Option('--json', 'one JSON object on stdout').default(false))
    .addHelpText(
      'after',
      `
Examples:
  lesswork payer status --config pool.json
  lesswork payer status --config pool.json --json | jq '.pause'`,
    )
    .action(async ({ config, json }: { readonly config: string; readonly json: boolean }) => {
      const { runPayerStatus } = await import('./run-payer-notes.js');
      await runPayerStatus(config, json);
    });
}
