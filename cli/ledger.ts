/**
 * `lesswork ledger`
 * @module
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { isMonth } from '../ledger/months/month-text.js';
import { refuseWords } from './command-tree.js';
import { filePath, jsonOption, wholeNumber } from './options.js';

const EXAMPLES = `
Examples:
  lesswork ledger check --config pool.json            is every balance right, and is the wallet's money there
  lesswork ledger show --config pool.json             where the money is, and whom the pool owes most
  lesswork ledger show ADDRESS --config pool.json     a miner's balance, and the last that happened to it
  lesswork ledger export --config pool.json --out ledger.csv
  lesswork ledger close --config pool.json --months /var/lib/lesswork/months
  lesswork ledger verify /var/lib/lesswork/months
  lesswork ledger adopt TXID --config pool.json       explains a transaction that nobody here made

The pool runs meanwhile.`;

/** What says which pool's books these are. */
interface ConfigOptions {
  readonly config?: string;
}

export function ledgerCommand(): Command {
  const command: Command = new Command('ledger')
    .description("the pool's money: check it, show and export it, explain what it could not know")
    .addHelpText('after', EXAMPLES)
    .action(() => {
      refuseWords(command);
      command.help({ error: true });
    });
  for (const part of [
    checkCommand(),
    showCommand(),
    exportCommand(),
    closeCommand(),
    verifyCommand(),
    adoptCommand(),
  ])
    command.addCommand(part);
  return command;
}

function configOption(): Option {
  return new Option('--config <file>', 'configuration of that pool, JSON; without it all defaults').argParser(
    filePath,
  );
}

function monthsOption(what = 'of the closed months; needed once the books were trimmed'): Option {
  return new Option('--months <folder>', what).argParser(filePath);
}

function checkCommand(): Command {
  return new Command('check')
    .description('check every transaction, every balance, and what the wallet holds')
    .addOption(configOption())
    .addOption(monthsOption())
    .addOption(new Option('--no-node', 'leave out what the nodes say of the wallet'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  lesswork ledger check --config pool.json
  lesswork ledger check --config pool.json --no-node --json | jq '.faults'

Every transaction sums to 0; every balance is what the log comes to; the wallet's addresses hold the expected outputs, by reference and
amount; no more is owed than is there. It changes nothing. Ends with 0 if all is right, with 1 otherwise: then nothing may be paid.`,
    )
    .action(async ({ config, ...options }: ConfigOptions & CheckOptions) => {
      const { runLedgerCheck } = await import('./run-ledger.js');
      await runLedgerCheck(config, options);
    });
}

interface CheckOptions {
  readonly months?: string;
  readonly node: boolean;
  readonly json: boolean;
}

function showCommand(): Command {
  return new Command('show')
    .description("show where the pool's money is; or a miner's balance, and the last that happened to it")
    .argument('[address]', 'of the miner')
    .addOption(configOption())
    .addOption(
      new Option('--last <n>', 'transactions of the miner that are shown, or miners who are owed most')
        .default(20)
        .argParser(wholeNumber(0, 10_000)),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  lesswork ledger show --config pool.json
  lesswork ledger show ADDRESS --config pool.json
  lesswork ledger show ADDRESS --config pool.json --last 5 --json

A settlement that is being booked shows once it is complete. What is in files of closed months alone is not shown.`,
    )
    .action(
      async (
        address: string | undefined,
        { config, ...options }: ConfigOptions & { last: number; json: boolean },
      ) => {
        const { runLedgerOverview, runLedgerShow } = await import('./run-ledger.js');
        if (address === undefined) await runLedgerOverview(config, options);
        else await runLedgerShow(config, { address, ...options });
      },
    );
}

function exportCommand(): Command {
  const command: Command = new Command('export');
  return command
    .description('write the ledger as CSV: date, type, amount, account, transaction id, key, memo')
    .addOption(configOption())
    .addOption(monthsOption())
    .addOption(new Option('--from <month>', 'first month, as 2026-03').argParser(parseMonth))
    .addOption(new Option('--to <month>', 'last month').argParser(parseMonth))
    .addOption(new Option('--out <file>', 'a new file; standard output if left out').argParser(filePath))
    .addHelpText(
      'after',
      `
Examples:
  lesswork ledger export --config pool.json > ledger.csv
  lesswork ledger export --config pool.json --months months --from 2026-01 --to 2026-03 --out quarter.csv

A line for each posting, amounts in ALPH without rounding, times in UTC. What the pool has and what it spent is positive, what it owes
and what came in is negative: a transaction's lines sum to 0.`,
    )
    .action(async ({ config, out, ...options }: ConfigOptions & ExportOptions) => {
      const { from, to } = options;
      if (from !== undefined && to !== undefined && from > to)
        command.error(`error: --from ${from} is after --to ${to}`);
      const { runLedgerExport } = await import('./run-ledger.js');
      await runLedgerExport(config, out, options);
    });
}

interface ExportOptions {
  readonly out?: string;
  readonly months?: string;
  readonly from?: string;
  readonly to?: string;
}

function closeCommand(): Command {
  return new Command('close')
    .description('write months that are over to files, each with the hash of the one before')
    .addOption(configOption())
    .addOption(
      monthsOption(
        'where the files are written; it is made if it is not there (required)',
      ).makeOptionMandatory(),
    )
    .addOption(
      new Option('--trim', 'then remove their texts from the books, all files verified').default(false),
    )
    .addHelpText(
      'after',
      `
Examples:
  lesswork ledger close --config pool.json --months /var/lib/lesswork/months
  lesswork ledger close --config pool.json --months /var/lib/lesswork/months --trim

A month is closed a day after its end at the earliest. The files are for their owner alone, and hold what accountants and lesswork
ledger verify need; keep them, and a copy elsewhere. The hash of the last one is told here and kept in the books.`,
    )
    .action(async ({ config, ...options }: ConfigOptions & { months: string; trim: boolean }) => {
      const { runLedgerClose } = await import('./run-ledger.js');
      await runLedgerClose(config, options);
    });
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('verify files of closed months, without the pool')
    .argument('<folder>', 'of the files', filePath)
    .addHelpText(
      'after',
      `
Examples:
  lesswork ledger verify /var/lib/lesswork/months

Each file names the SHA-256 of the one before, and its transactions come to its balances. Ends with 0 if all are right, with 1 otherwise.`,
    )
    .action(async (folder: string) => {
      const { runLedgerVerify } = await import('./run-ledger.js');
      await runLedgerVerify(folder);
    });
}

interface AdoptOptions {
  readonly deposit: boolean;
  readonly unbooked: boolean;
  readonly lost?: string;
}

function adoptCommand(): Command {
  const command: Command = new Command('adopt')
    .description('explain a transaction that spent or paid the wallet and that nobody here made')
    .argument('[txid]', 'of the transaction, 64 hex digits', parseTxId)
    .addOption(configOption())
    .addOption(new Option('--deposit', 'what it paid the wallet was paid in by the operator').default(false))
    .addOption(
      new Option(
        '--unbooked',
        'what it spends of the wallet may be in no books, as what came and went at once',
      ).default(false),
    )
    .addOption(
      new Option('--lost <output>', 'in place of a transaction: an output that is gone, GROUP/KEY').argParser(
        parseOutput,
      ),
    );
  return command
    .addHelpText(
      'after',
      `
Examples:
  lesswork ledger adopt TXID --config pool.json
  lesswork ledger adopt TXID --deposit --config pool.json
  lesswork ledger adopt --lost 0/KEY --config pool.json

What left is booked as a withdrawal, with the fee; what came as unexplained, or as a deposit. The transaction must have 20 confirmations
of its group, and what it spends of the wallet must be in the books. An output that is gone without a transaction, such as that of a block that left the main chain, is booked as a loss.`,
    )
    .action(
      async (txId: string | undefined, { config, deposit, unbooked, lost }: ConfigOptions & AdoptOptions) => {
        if ((txId === undefined) === (lost === undefined))
          command.error('error: expected a transaction id or --lost, one of them');
        const { runLedgerAdopt } = await import('./run-ledger.js');
        await runLedgerAdopt(
          config,
          lost === undefined ? { txId: txId!, deposit, unbooked } : { output: lost },
        );
      },
    );
}

function parseMonth(text: string): string {
  if (isMonth(text)) return text;
  throw new InvalidArgumentError(`expected a month such as 2026-03, got ${JSON.stringify(text)}`);
}

function parseTxId(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError(`expected 64 hex digits, got ${JSON.stringify(text)}`);
}

function parseOutput(text: string): string {
  if (/^[0-3]\/[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError(
    `expected GROUP/KEY, as lesswork ledger check names it, got ${JSON.stringify(text)}`,
  );
}
