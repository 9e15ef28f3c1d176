/**
 * What both commands that set coins aside are told: `lesswork polw withdraw`, `lesswork pool withdraw`.
 * @module
 */
import { type Command, Option } from 'commander';
import type { Address } from '../protocol/address.js';
import { parseDestination } from '../protocol/transfer.js';
import { filePath, usageError } from './options.js';
import { parseAlphAmount } from './units.js';

export interface WithdrawalOptions {
  readonly to: Address;
  /** attoALPH. */
  readonly amount: bigint;
  /** attoALPH. */
  readonly keep?: bigint;
  readonly fromFund: boolean;
  readonly out: string;
}

/** Lets a command be told whom to pay, how much, from what, and where to write the transfers. */
export function addWithdrawalOptions(command: Command): Command {
  return command
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
    );
}
