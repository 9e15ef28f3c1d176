/**
 * `lesswork polw withdraw`, `sign`, `submit`, `cancel`
 * @module
 */
import { Command, Option } from 'commander';
import { type GivenEndpoint, parseNodeEndpoint, withRestPort } from '../node/endpoint.js';
import { DEFAULT_CONFIRMATIONS } from '../node/follow.js';
import {
  apiKeyOption,
  filePath,
  jsonOption,
  parseSeconds,
  parseSince,
  restPortOption,
  usageError,
  wholeNumber,
} from './options.js';
import { addWithdrawalOptions, type WithdrawalOptions } from './withdrawal-options.js';

/** Most confirmations that are waited for: two hours. */
const MAX_CONFIRMATIONS = 1000;

interface WithdrawCommandOptions extends WithdrawalOptions {
  readonly authorizations: string;
  readonly data?: string;
  readonly node: GivenEndpoint;
  readonly restPort: number;
  readonly apiKey: string | undefined;
  readonly since?: number;
}

const authorizationsOption = (): Option =>
  new Option('--authorizations <file>', 'whose burn addresses the fund is at')
    .argParser(filePath)
    .makeOptionMandatory();

const dataOption = (): Option =>
  new Option(
    '--data <folder>',
    "where `mine --polw` keeps the fund; a folder in the user's data folder by default",
  ).argParser(filePath);

const nodeOption = (): Option =>
  new Option('--node <host[:port][,rest=port]>', 'the full node; it is asked by its REST API')
    .argParser(usageError(parseNodeEndpoint))
    .makeOptionMandatory();

export function withdrawCommand(): Command {
  return addWithdrawalOptions(
    new Command('withdraw')
      .description("set coins of a miner's own fund aside, and write the transfers that are to be signed")
      .addOption(authorizationsOption())
      .addOption(dataOption())
      .addOption(
        new Option(
          '--since <time>',
          'where there is no fund: make one, and begin to read here; `genesis`, or a date',
        ).argParser(parseSince),
      )
      .addOption(nodeOption())
      .addOption(restPortOption())
      .addOption(apiKeyOption()),
  )
    .addHelpText(
      'after',
      `
Examples:
  lesswork polw withdraw --authorizations authorizations.json --node 127.0.0.1 --to ADDRESS --amount 12.5 --out withdrawal.json

For \`lesswork mine --polw\`, which must not run meanwhile; for the fund of a pool, see lesswork pool withdraw: it would burn what this
sets aside. Then sign the file where the mnemonic is, and submit it; or give the coins back: lesswork polw cancel. The
fullest burn addresses pay.`,
    )
    .action(async ({ node, restPort, authorizations, ...options }: WithdrawCommandOptions) => {
      const { runPolwWithdraw } = await import('./run-polw-withdraw.js');
      await runPolwWithdraw(authorizations, {
        ...options,
        keep: options.keep ?? 0n,
        endpoint: withRestPort(node, restPort),
      });
    });
}

export function cancelCommand(): Command {
  return new Command('cancel')
    .description('give back what withdraw has set aside for a file')
    .argument('<file>', 'what withdraw wrote, signed or not', filePath)
    .addOption(dataOption())
    .addHelpText(
      'after',
      `
Examples:
  lesswork polw cancel withdrawal.json

Only for transfers that were never submitted: destroy what is signed of them. A signed one that is submitted all the same spends
coins that a block may burn, and that block may lose its reward.`,
    )
    .action(async (file: string, options: { readonly data?: string }) => {
      const { runPolwCancel } = await import('./run-polw-withdraw.js');
      await runPolwCancel(file, options);
    });
}

export function signCommand(): Command {
  const command: Command = new Command('sign')
    .description('sign, offline, transfers out of burn addresses, after telling what they do')
    .argument('<file>', 'a withdrawal', filePath)
    .addOption(
      new Option('--out <file>', 'a new file, for its owner alone; without it stdout').argParser(filePath),
    )
    .addOption(new Option('--force', 'replace the file if it is there').default(false));
  return command
    .addHelpText(
      'after',
      `
The mnemonic comes from standard input. What is written holds no secret.

Examples:
  lesswork polw sign withdrawal.json --out signed.json

Every byte that is signed follows from what is told: whom it pays, from which burn addresses, what goes back to them, the fee.
A file in which anything does not fit the rest is refused. Type no mnemonic, and nothing is signed.`,
    )
    .action(async (file: string, options: { readonly out?: string; readonly force: boolean }) => {
      if (options.force && options.out === undefined)
        command.error('error: --force is for --out: nothing else could be replaced');
      const { runPolwSign } = await import('./run-polw-sign.js');
      await runPolwSign(file, options);
    });
}

interface SubmitCommandOptions {
  readonly node: GivenEndpoint;
  readonly restPort: number;
  readonly apiKey: string | undefined;
  readonly confirmations: number;
  readonly every: number;
  readonly json: boolean;
}

export function submitCommand(): Command {
  return new Command('submit')
    .description('hand signed transfers to a full node, and follow them until they are paid')
    .argument('<file>', 'a withdrawal that sign has signed', filePath)
    .addOption(nodeOption())
    .addOption(restPortOption())
    .addOption(apiKeyOption())
    .addOption(
      new Option('--confirmations <n>', "blocks of the sender's group after which a transfer counts as paid")
        .default(DEFAULT_CONFIRMATIONS)
        .argParser(wholeNumber(1, MAX_CONFIRMATIONS)),
    )
    .addOption(
      new Option('--every <seconds>', 'time between two questions how the transfers stand')
        .default(5)
        .argParser(parseSeconds),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  lesswork polw submit signed.json --node 127.0.0.1
  lesswork polw submit signed.json --node 192.168.1.5,rest=12973 --confirmations 40 --json

Nothing is paid twice: run it again whenever you like, here or elsewhere. What a node drops is handed in again every minute. A
transfer in a block is not paid yet: until a block of chain (f, f) has taken that in, another one can win that spends the same coin.
Ends with 0 if all is paid, with 1 otherwise.`,
    )
    .action(async (file: string, { node, restPort, every, ...options }: SubmitCommandOptions) => {
      const { runPolwSubmit } = await import('./run-polw-submit.js');
      await runPolwSubmit(file, {
        ...options,
        endpoint: withRestPort(node, restPort),
        everyMs: every * 1000,
      });
    });
}
