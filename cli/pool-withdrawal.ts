/**
 * `lesswork pool withdraw`, `lesswork pool cancel`
 * @module
 */
import { Command, Option } from 'commander';
import type { Address } from '../protocol/address.js';
import { parseDestination } from '../protocol/transfer.js';
import { filePath, usageError } from './options.js';
import { parseAlphAmount } from './units.js';

interface WithdrawCommandOptions {
  readonly config: string | undefined;
  readonly to: Address;
  readonly amount: bigint;
  readonly keep?: bigint;
  readonly fromFund: boolean;
  readonly out: string;
}

const configOption = (): Option =>
  new Option('--config <file>', 'configuration of that pool, JSON').argParser(filePath).makeOptionMandatory();

export function poolWithdrawCommand(): Command {
  return new Command('withdraw')
    .description(
      'have a running pool set coins of its fund aside, and write the transfers that are to be signed',
    )
    .addOption(configOption())
    .addOption(
      new Option('--to <address>', 'whom to pay; a groupless address with its group')
        .argParser(usageError(parseDestination))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--amount <alph>', 'what is to arrive; fees come on top')
        .argParser(usageError(parseAlphAmount))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--keep <alph>', 'least that is left in unlocked coins at each address that pays').argParser(
        usageError(parseAlphAmount),
      ),
    )
    .addOption(
      new Option('--from-fund', 'also what was not earned: coins that blocks are to burn').default(false),
    )
    .addOption(
      new Option('--out <file>', 'a new file, for its owner alone').argParser(filePath).makeOptionMandatory(),
    )
    .addHelpText(
      'after',
      `
Examples:
  lesswork pool withdraw --config pool.json --to ADDRESS --amount 12.5 --out withdrawal.json

Of a pool with the setting polw, which must run, with its administration (admin) in reach. Its front ends burn none of these coins
from then on. Then sign the file where the mnemonic is (lesswork polw sign), and submit it half a minute after this at the
earliest (lesswork polw submit); or give the coins back: lesswork pool cancel.`,
    )
    .action(async ({ config, keep = 0n, ...options }: WithdrawCommandOptions) => {
      const { runPoolWithdraw } = await import('./run-pool-withdraw.js');
      await runPoolWithdraw(config, { ...options, keep });
    });
}

export function poolCancelCommand(): Command {
  return new Command('cancel')
    .description('have a running pool give back the coins that it set aside for a withdrawal')
    .argument(
      '<file>',
      'that withdraw wrote; or the id of the withdrawal, of which /admin/status tells',
      filePath,
    )
    .addOption(configOption())
    .addHelpText(
      'after',
      `
Examples:
  lesswork pool cancel --config pool.json withdrawal.json
  lesswork pool cancel --config pool.json 0123456789abcdef    withdraw was ended before it wrote a file

Only while the signed file was not submitted: a transfer that is on its way may still be paid, and would spend what blocks burn.`,
    )
    .action(async (file: string, { config }: { readonly config: string | undefined }) => {
      const { runPoolCancel } = await import('./run-pool-withdraw.js');
      await runPoolCancel(config, file);
    });
}
