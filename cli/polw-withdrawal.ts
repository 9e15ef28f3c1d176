/**
 * `lesswork polw sign`, `lesswork polw submit`
 * @module
 */
import { Command, Option } from 'commander';
import { type GivenEndpoint, parseNodeEndpoint, withRestPort } from '../node/endpoint.js';
import { DEFAULT_CONFIRMATIONS } from '../polw/withdrawal/follow.js';
import {
  apiKeyOption,
  filePath,
  jsonOption,
  parseSeconds,
  restPortOption,
  usageError,
  wholeNumber,
} from './options.js';

/** Most confirmations that are waited for: two hours. */
const MAX_CONFIRMATIONS = 1000;

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
    .addOption(
      new Option('--node <host[:port][,rest=port]>', 'the full node; it is asked by its REST API')
        .argParser(usageError(parseNodeEndpoint))
        .makeOptionMandatory(),
    )
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
