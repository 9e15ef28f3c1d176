/**
 * `lesswork polw`
 * @module
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Address, parseAddress } from '../protocol/address.js';
import { GROUPS } from '../protocol/chain.js';
import { refuseWords } from './command-tree.js';
import { filePath, networkId, usageError } from './options.js';
import { statusCommand } from './polw-status.js';
import { cancelCommand, signCommand, submitCommand, withdrawCommand } from './polw-withdrawal.js';
import { parseNetworkHashrate, parseShare } from './units.js';

const EXAMPLES = `
Examples:
  lesswork polw keys                                   16 burn addresses of a new mnemonic, which is shown once
  lesswork polw authorize --network mainnet --out authorizations.json
  lesswork polw verify authorizations.json
  lesswork polw simulate --hashrate 3EH --pool-share 5%
  lesswork polw status                                 of a running pool
  lesswork polw sign withdrawal.json --out signed.json

Under Proof of Less Work a block burns coins that its miner already has. keys, authorize and sign belong on a
machine without a network; a server gets the file of authorizations alone. docs/POLW.md tells how much, when, and what can go wrong.`;

export function polwCommand(): Command {
  const command: Command = new Command('polw')
    .description(
      'Proof of Less Work: keys of the coins that blocks burn, authorizations for servers, coins needed, transfers',
    )
    .addHelpText('after', EXAMPLES)
    .action(() => {
      refuseWords(command);
      command.help({ error: true });
    });
  for (const part of [
    keysCommand(),
    authorizeCommand(),
    verifyCommand(),
    statusCommand(),
    simulateCommand(),
    withdrawCommand(),
    signCommand(),
    submitCommand(),
    cancelCommand(),
  ])
    command.addCommand(part);
  return command;
}

function keysCommand(): Command {
  return new Command('keys')
    .description('make 16 burn addresses, one for each chain, of one mnemonic')
    .addOption(
      new Option('--stdin', 'of the mnemonic on standard input, in place of a new one').default(false),
    )
    .addOption(new Option('--json', 'one JSON object on stdout').default(false))
    .addHelpText(
      'after',
      `
Examples:
  lesswork polw keys            a new mnemonic of 24 words: write it down, it is shown this once
  lesswork polw keys --stdin    type what you wrote down: the same addresses must come out

Run it on a machine without a network. Whoever has the mnemonic has the coins. The keys are those that every Alephium
wallet has for the mnemonic (m/44'/1234'/0'/0/i). Take another mnemonic for each network.`,
    )
    .action(async (options: { readonly stdin: boolean; readonly json: boolean }) => {
      const { runPolwKeys } = await import('./run-polw-keys.js');
      await runPolwKeys(options);
    });
}

function authorizeCommand(): Command {
  const command: Command = new Command('authorize')
    .description('sign, offline, what lets a server burn on all 16 chains without a key')
    .addOption(
      new Option('--network <id>', 'mainnet, testnet, devnet, or a number from 0 to 255')
        .argParser(networkId)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--reward-address <address>',
        'paid by the chains into its group, in place of the burn address of the way back; at most one a group',
      ).argParser(rewardAddress),
    )
    .addOption(
      new Option('--out <file>', 'a new file, for its owner alone; without it stdout').argParser(filePath),
    )
    .addOption(new Option('--force', 'replace the file if it is there').default(false))
    .addOption(
      new Option(
        '--format <format>',
        'lesswork, or node: a list for a full node that builds such blocks itself',
      )
        .choices(['lesswork', 'node'])
        .default('lesswork'),
    );
  return command
    .addHelpText(
      'after',
      `
The mnemonic comes from standard input. What is written holds no secret.

Examples:
  lesswork polw authorize --network mainnet --out authorizations.json
  lesswork polw authorize --network mainnet --reward-address ADDRESS --reward-address ADDRESS
  lesswork polw authorize --network mainnet --format node

Without --reward-address the blocks of chain (f, t) pay the burn address of chain (t, f): what one burns comes back as
coins of the other, and the fund goes round without a key.`,
    )
    .action(async (options: AuthorizeOptions) => {
      if (options.force && options.out === undefined)
        command.error('error: --force is for --out: nothing else could be replaced');
      const { runPolwAuthorize } = await import('./run-polw-authorize.js');
      await runPolwAuthorize({ ...options, rewards: options.rewardAddress ?? [] });
    });
}

interface AuthorizeOptions {
  readonly network: number;
  readonly rewardAddress?: readonly (Address | undefined)[];
  readonly out?: string;
  readonly force: boolean;
  readonly format: 'lesswork' | 'node';
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('look whether a file of authorizations is good, chain by chain')
    .argument('<file>', 'what authorize wrote', filePath)
    .addOption(
      new Option(
        '--network <id>',
        'that it must be of: mainnet, testnet, devnet, or a number from 0 to 255',
      ).argParser(networkId),
    )
    .addOption(new Option('--json', 'one JSON object on stdout').default(false))
    .addHelpText(
      'after',
      `
Examples:
  lesswork polw verify authorizations.json
  lesswork polw verify authorizations.json --network mainnet --json

Ends with 0 if all 16 chains are authorized, with 1 otherwise. A chain with a fault is not mined; the others are.`,
    )
    .action(async (file: string, options: { readonly network?: number; readonly json: boolean }) => {
      const { runPolwVerify } = await import('./run-polw-verify.js');
      await runPolwVerify(file, options);
    });
}

/** A table of all that matters, where none is asked for, EH/s. */
const DEFAULT_HASHRATES = ['1', '1.1', '1.25', '1.5', '2', '3', '4', '5', '8', '12', '16'];
/** Hashrates of one run. */
const MAX_HASHRATES = 1000;

function simulateCommand(): Command {
  const command: Command = new Command('simulate')
    .description('what blocks burn, and how many coins a pool needs for it, at hashrates of the network')
    .addOption(
      new Option('--hashrate <rate>', 'of the network, such as 3EH; several with commas between them')
        .default(
          DEFAULT_HASHRATES.map((rate) => parseNetworkHashrate(`${rate}EH`)),
          `${DEFAULT_HASHRATES.join(', ')} EH/s`,
        )
        .argParser(usageError(parseHashrates)),
    )
    .addOption(
      new Option('--pool-share <part>', "the pool's part of it, such as 5%")
        .argParser(usageError(parseShare))
        .makeOptionMandatory(),
    )
    .addOption(new Option('--csv', 'a table for spreadsheets on stdout, amounts exact').default(false))
    .addOption(new Option('--json', 'one JSON object on stdout, amounts in attoALPH').default(false));
  return command
    .addHelpText(
      'after',
      `
Examples:
  lesswork polw simulate --hashrate 3EH --pool-share 5%
  lesswork polw simulate --hashrate 1.1EH,1.5EH,3EH --pool-share 0.5% --json
  lesswork polw simulate --pool-share 5% --csv > polw.csv

A hashrate is what is really hashed. 1 EH/s is 2^60 H/s, as in the network's rules. The capital is enough at any one
moment with a probability of 99.9 %, on all 16 chains at once, each with the coins of its own address.`,
    )
    .action(async (options: SimulateOptions) => {
      if (options.csv && options.json) command.error('error: expected --csv or --json, got both');
      const { runPolwSimulate } = await import('./run-polw-simulate.js');
      runPolwSimulate({ ...options, hashrates: options.hashrate }, Date.now());
    });
}

interface SimulateOptions {
  readonly hashrate: readonly bigint[];
  readonly poolShare: number;
  readonly csv: boolean;
  readonly json: boolean;
}

function parseHashrates(text: string): readonly bigint[] {
  const rates = text.split(',');
  if (rates.length > MAX_HASHRATES)
    throw new RangeError(`expected at most ${MAX_HASHRATES} hashrates, got ${rates.length}`);
  return rates.map(parseNetworkHashrate);
}

/** Gathers them by group. */
function rewardAddress(
  text: string,
  before: readonly (Address | undefined)[] = Array.from({ length: GROUPS }, () => undefined),
): readonly (Address | undefined)[] {
  const address = parseAddress(text);
  if (address === undefined)
    throw new InvalidArgumentError(`expected an Alephium address, got ${JSON.stringify(text)}`);
  const other = before[address.group];
  if (other !== undefined)
    throw new InvalidArgumentError(
      `expected one address a group, got ${other.text} and ${address.text}, both of group ${address.group}`,
    );
  return before.with(address.group, address);
}
