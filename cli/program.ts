/**
 * All commands of `lesswork`.
 * @module
 */
import { Command, Help, type Option } from 'commander';
import { auditCommand } from './audit.js';
import { benchCommand } from './bench.js';
import { refuseWords, settleCommands } from './command-tree.js';
import { demoCommand } from './demo.js';
import { devicesCommand } from './devices.js';
import { devnetCommand } from './devnet.js';
import { doctorCommand } from './doctor.js';
import { ledgerCommand } from './ledger.js';
import { mineCommand } from './mine.js';
import { packageVersion } from './package-version.js';
import { payerCommand } from './payer.js';
import { polwCommand } from './polw.js';
import { poolCommand } from './pool.js';
import { walletCommand } from './wallet.js';

/** As commander has it, but for a default that says nothing: what is not asked for is off. */
function optionDescription(option: Option): string {
  return new Help().optionDescription(option).replace(' (default: false)', '');
}

/** An error without a user, and perhaps a password, before the host of an address that was given: rigs log such errors. */
function withoutUsers(text: string): string {
  return text.replace(/(argument '(?:[^']*:\/\/)?)[^']*@/g, '$1***@');
}

export function createProgram(): Command {
  const program: Command = new Command('lesswork')
    .description('Miner and stratum pool for Alephium (ALPH). No fee.')
    .version(packageVersion(), '-V, --version')
    .enablePositionalOptions()
    .configureHelp({ optionDescription })
    .configureOutput({ outputError: (text, write) => write(withoutUsers(text)) })
    .exitOverride()
    .action(() => {
      refuseWords(program);
      program.help({ error: true });
    });
  const commands = [
    mineCommand(),
    auditCommand(),
    poolCommand(),
    demoCommand(),
    benchCommand(),
    devicesCommand(),
    doctorCommand(),
    devnetCommand(),
    polwCommand(),
    walletCommand(),
    payerCommand(),
    ledgerCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  settleCommands(program);
  return program;
}
