/**
 * `lesswork pool withdraw`, `lesswork pool cancel`
 * @module
 */
import { Command, Option } from 'commander';
import { filePath } from './options.js';
import { addWithdrawalOptions, type WithdrawalOptions } from './withdrawal-options.js';

interface WithdrawCommandOptions extends WithdrawalOptions {
  readonly config: string | undefined;
}

const configOption = (): Option =>
  new Option('--config <file>', 'configuration of that pool, JSON').argParser(filePath).makeOptionMandatory();

export function poolWithdrawCommand(): Command {
  return addWithdrawalOptions(
    new Command('withdraw')
      .description(
        'have a running pool set coins of its fund aside, and write the transfers that are to be signed',
      )
      .addOption(configOption()),
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
