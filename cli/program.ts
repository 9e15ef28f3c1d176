/**
 * All commands of `lesswork`.
 * @module
 */
import { Command } from 'commander';
import { benchCommand } from './bench.js';
import { demoCommand } from './demo.js';
import { devicesCommand } from './devices.js';
import { devnetCommand } from './devnet.js';
import { doctorCommand } from './doctor.js';
import { mineCommand } from './mine.js';
import { packageVersion } from './package-version.js';
import { polwCommand } from './polw.js';
import { poolCommand } from './pool.js';

export function createProgram(): Command {
  const program = new Command('lesswork')
    .description('Miner and stratum pool for Alephium (ALPH). No fee.')
    .version(packageVersion(), '-V, --version')
    .showHelpAfterError('(lesswork COMMAND --help shows what can be said)')
    .enablePositionalOptions()
    .exitOverride();
  const commands = [
    mineCommand(),
    poolCommand(),
    demoCommand(),
    benchCommand(),
    devicesCommand(),
    doctorCommand(),
    devnetCommand(),
    polwCommand(),
  ];
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}
