#!/usr/bin/env node
/**
 * The command line: one file a command; what mines or simulates is loaded only when it is asked for.
 * @module
 */
import { CommanderError } from 'commander';
import { describeBrokenBuild } from './broken-build.js';
import { outputIsResult } from './output-role.js';

/** Wrong usage: commander's own errors, as opposed to --help and --version, which are none. */
const WRONG_USAGE = 2;

/** The watchdog of a miner has ended it: what watches over a rig starts it again. As other miners do. */
const TROUBLE = 42;

/** Errors of what the user said: a device or a CPU that is not there, a configuration that can't be used, words that are no mnemonic, a password that does not fit. */
const USAGE_ERRORS: ReadonlySet<string | undefined> = new Set([
  'ERR_UNKNOWN_DEVICE',
  'ERR_AFFINITY',
  'ERR_POOL_CONFIG',
  'ERR_MINER_CONFIG',
  'ERR_MNEMONIC',
  'ERR_WALLET_NODE',
  'ERR_WALLET_PASSWORD',
]);

outputIsResult(process.stdout, (text) => process.stderr.write(text));
// Where that is lost, nobody can be told.
outputIsResult(process.stderr, () => {});

try {
  // Loaded in here, so that a file that is missing is said like everything else.
  const { createProgram } = await import('./program.js');
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE;
  } else {
    const words = describeBrokenBuild(error) ?? (error instanceof Error ? error.message : String(error));
    process.stderr.write(`lesswork: ${words}\n`);
    process.exitCode = exitCodeOf(codeOf(error));
  }
}

function exitCodeOf(code: string | undefined): number {
  if (code === 'ERR_TROUBLE') return TROUBLE;
  return USAGE_ERRORS.has(code) ? WRONG_USAGE : 1;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
