/**
 * `lesswork ledger`: opens the books that a configuration names, and does what is asked.
 * @module
 */
import { createWriteStream } from 'node:fs';
import { hostname } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { nodeAddressOf } from '../pool/config/node-address-of.js';
import { systemErrorText } from '../protocol/system-error-text.js';
import {
  type AdoptLossOptions,
  type AdoptTransactionOptions,
  adoptLoss,
  adoptOnDesk,
} from './ledger-adopt.js';
import { checkOnDesk, type LedgerCheckOptions } from './ledger-check.js';
import type { LedgerDesk } from './ledger-desk.js';
import {
  type CloseMonthsOptions,
  type CsvOptions,
  closeOnDesk,
  csvOfDesk,
  verifyOnDesk,
} from './ledger-export.js';
import { type OverviewOptions, overviewOnDesk } from './ledger-overview.js';
import { type LedgerShowOptions, showOnDesk } from './ledger-show.js';
import { openPoolBooks } from './open-pool-books.js';
import { readPoolConfig } from './run-pool.js';

/** Where lines of a result go. */
export type Write = (text: string) => void;

const toStdout: Write = (text) => {
  process.stdout.write(text);
};

/** Checks, and sets the exit code. @throws PoolConfigError if the configuration can't be used */
export async function runLedgerCheck(
  config: string | undefined,
  options: LedgerCheckOptions,
  write = toStdout,
): Promise<void> {
  await atDesk(config, write, async (desk) => {
    if (!(await checkOnDesk(desk, options))) process.exitCode = 1;
  });
}

export async function runLedgerOverview(
  config: string | undefined,
  options: OverviewOptions,
  write = toStdout,
): Promise<void> {
  await atDesk(config, write, (desk) => overviewOnDesk(desk, options));
}

export async function runLedgerShow(
  config: string | undefined,
  options: LedgerShowOptions,
  write = toStdout,
): Promise<void> {
  await atDesk(config, write, (desk) => showOnDesk(desk, options));
}

/** @param out - a new file; standard output if left out @throws Error if it is there, or can't be written */
export async function runLedgerExport(
  config: string | undefined,
  out: string | undefined,
  options: CsvOptions,
  write = toStdout,
): Promise<void> {
  await atDesk(config, write, async (desk) => {
    if (out === undefined) for await (const line of csvOfDesk(desk, options)) write(`${line}\n`);
    else await writeLines(out, csvOfDesk(desk, options));
  });
}

export async function runLedgerClose(
  config: string | undefined,
  options: CloseMonthsOptions,
  write = toStdout,
): Promise<void> {
  await atDesk(config, write, (desk) => closeOnDesk(desk, options));
}

/** Verifies, and sets the exit code. */
export async function runLedgerVerify(folder: string, write = toStdout): Promise<void> {
  if (!(await verifyOnDesk(folder, write))) process.exitCode = 1;
}

export async function runLedgerAdopt(
  config: string | undefined,
  options: AdoptTransactionOptions | AdoptLossOptions,
  write = toStdout,
): Promise<void> {
  await atDesk(config, write, (desk) =>
    'txId' in options ? adoptOnDesk(desk, options) : adoptLoss(desk, options),
  );
}

async function atDesk(
  path: string | undefined,
  write: Write,
  action: (desk: LedgerDesk) => Promise<void>,
): Promise<void> {
  const config = readPoolConfig(path);
  const books = await openPoolBooks(config);
  try {
    await action({
      books,
      nodes: config.nodes.map(nodeAddressOf),
      owner: `ledger-${hostname()}-${process.pid}`.slice(0, 64),
      now: Date.now,
      write,
    });
  } finally {
    await books.close();
  }
}

/** @throws Error with the path if the file is there, or can't be written */
async function writeLines(path: string, lines: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(
      async function* () {
        for await (const line of lines) yield `${line}\n`;
      },
      createWriteStream(path, { flags: 'wx', mode: 0o600 }),
    );
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    const why =
      code === 'EEXIST' ? 'it is there already; an export replaces nothing' : systemErrorText(error);
    throw new Error(`${path}: ${why}`);
  }
}
