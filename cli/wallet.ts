/**
 * `lesswork wallet`
 * @module
 */
import { Command, Option } from 'commander';
import type { Address } from '../protocol/address.js';
import { parseDestination } from '../protocol/transfer.js';
import { refuseWords } from './command-tree.js';
import { filePath, networkId, usageError } from './options.js';
import { parseAlphAmount } from './units.js';

const EXAMPLES = `
Examples:
  lesswork wallet create --network mainnet --out wallet.json
  lesswork wallet import --network mainnet --out wallet.json
  lesswork wallet addresses wallet.json
  lesswork wallet withdraw --config pool.json --to ADDRESS --amount 12.5

A wallet has four addresses, one of each group: blocks of a pool pay them. Its file holds the mnemonic, encrypted under a
password. The keys are those that every Alephium wallet has for the mnemonic.`;

export function walletCommand(): Command {
  const command: Command = new Command('wallet')
    .description("a pool's wallet: four addresses that blocks pay, their keys in an encrypted file")
    .addHelpText('after', EXAMPLES)
    .action(() => {
      refuseWords(command);
      command.help({ error: true });
    });
  for (const part of [createCommand(), importCommand(), addressesCommand(), withdrawCommand()])
    command.addCommand(part);
  return command;
}

const networkOption = (): Option =>
  new Option('--network <id>', 'mainnet, testnet, devnet, or a number from 0 to 255').argParser(networkId);

const outOption = (): Option =>
  new Option('--out <file>', 'a new file, for its owner alone; it replaces none')
    .argParser(filePath)
    .makeOptionMandatory();

const passwordFileOption = (): Option =>
  new Option(
    '--password-file <file>',
    'a file with the password on its only line; without it standard input',
  ).argParser(filePath);

const jsonOption = (): Option => new Option('--json', 'one JSON object on stdout').default(false);

interface NewWalletOptions {
  readonly network: number;
  readonly out: string;
  readonly passwordFile?: string;
  readonly json: boolean;
}

function createCommand(): Command {
  return new Command('create')
    .description('make a wallet of a new mnemonic, which is shown once')
    .addOption(networkOption().makeOptionMandatory())
    .addOption(outOption())
    .addOption(passwordFileOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  lesswork wallet create --network mainnet --out wallet.json
  lesswork wallet create --network devnet --out wallet.json --password-file password.txt

Write the mnemonic down: it is shown this once, and it alone brings the coins back when the file or the password is lost. The
password is asked for, or is the first line of standard input; it has 8 characters at least. Take one mnemonic for each
network, and another one than that of burn keys (lesswork polw keys).`,
    )
    .action(async (options: NewWalletOptions) => {
      const { runWalletCreate } = await import('./run-wallet.js');
      await runWalletCreate(options);
    });
}

function importCommand(): Command {
  return new Command('import')
    .description('make a wallet of a mnemonic that you have')
    .addOption(networkOption().makeOptionMandatory())
    .addOption(outOption())
    .addOption(passwordFileOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  lesswork wallet import --network mainnet --out wallet.json
  lesswork wallet import --network mainnet --out wallet.json --password-file password.txt < mnemonic.txt

The mnemonic comes from standard input, and so does the password unless there is --password-file: where that is no terminal, the
mnemonic is its first line and the password its second. Of each group the wallet has the first address of the mnemonic.`,
    )
    .action(async (options: NewWalletOptions) => {
      const { runWalletImport } = await import('./run-wallet.js');
      await runWalletImport(options);
    });
}

function addressesCommand(): Command {
  return new Command('addresses')
    .description('show the four addresses of a wallet, and what full nodes are to be told of them')
    .argument('<file>', 'what create or import wrote', filePath)
    .addOption(networkOption())
    .addOption(passwordFileOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  lesswork wallet addresses wallet.json
  lesswork wallet addresses wallet.json --network mainnet --password-file password.txt --json

The password is asked for, so that the addresses are those of the mnemonic and not of somebody who had the file in hand. With
--network a wallet of another one is refused.`,
    )
    .action(
      async (
        file: string,
        options: { readonly network?: number; readonly passwordFile?: string; readonly json: boolean },
      ) => {
        const { runWalletAddresses } = await import('./run-wallet.js');
        await runWalletAddresses(file, options);
      },
    );
}

interface WithdrawCommandOptions {
  readonly config: string;
  readonly to: Address;
  readonly amount: bigint;
  readonly wallet?: string;
  readonly passwordFile?: string;
  readonly months?: string;
  readonly json: boolean;
}

function withdrawCommand(): Command {
  return new Command('withdraw')
    .description(
      "take coins out of a wallet that pays miners: what is the pool's own, and never what is owed",
    )
    .addOption(
      new Option('--config <file>', 'configuration of the pool, JSON')
        .argParser(filePath)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--to <address>', 'whom to pay; a groupless address with its group')
        .argParser(usageError(parseDestination))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--amount <alph>', 'what is to arrive; the fee comes on top')
        .argParser(usageError(parseAlphAmount))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--wallet <file>', 'the wallet; that of the configuration if left out').argParser(filePath),
    )
    .addOption(passwordFileOption())
    .addOption(
      new Option('--months <folder>', 'of the closed months; needed once the books were trimmed').argParser(
        filePath,
      ),
    )
    .addOption(new Option('--json', 'JSON lines on stdout, all else on stderr').default(false))
    .addHelpText(
      'after',
      `
Examples:
  lesswork wallet withdraw --config pool.json --to ADDRESS --amount 12.5 --password-file password.txt

It checks the ledger as a round of payouts does, and ends when the transaction is paid. What miners are owed, and what blocks brought and
is not shared out yet, stays. End the payer (lesswork payer) for as long as it takes.`,
    )
    .action(async (options: WithdrawCommandOptions) => {
      const { runWalletWithdraw } = await import('./run-wallet-withdraw.js');
      await runWalletWithdraw(options);
    });
}
