import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Command } from 'commander';
import { settleCommands } from '../../cli/command-tree.js';
import { ledgerCommand } from '../../cli/ledger.js';
import {
  runLedgerCheck,
  runLedgerClose,
  runLedgerExport,
  runLedgerShow,
  runLedgerVerify,
} from '../../cli/run-ledger.js';
import { Ledger } from '../../ledger/ledger.js';
import { settlementClose, settlementPart } from '../../ledger/movements.js';
import { parseAccount } from '../../pool/domain/account.js';
import { openEmbeddedBooks } from '../../pool/store/embedded/embedded-books.js';
import { coinKey } from '../support/ledger-arbitraries.js';
import { labBlock } from '../support/ledger-lab.js';

const MINER = '14gv16y2bEDYV6LaV3iqbJc9n7WT2zromQ1reBKebZc8E';
const TXID = coinKey(0xabc);
/** Long ago: the commands go by the clock of this machine. */
const TIME_MS = Date.UTC(2024, 2, 1);

/** What is said to a command line. */
async function said(...args: string[]): Promise<string> {
  let text = '';
  const quiet = (command: Command): void => {
    command.exitOverride().configureOutput({
      writeErr: (more) => {
        text += more;
      },
    });
    for (const below of command.commands) quiet(below);
  };
  const command = ledgerCommand();
  settleCommands(command);
  quiet(command);
  await assert.rejects(command.parseAsync(['node', 'ledger', ...args]), { name: 'CommanderError' });
  return text;
}

for (const [args, words] of [
  [['adopt'], /expected a transaction id or --lost, one of them/],
  [['adopt', TXID, '--lost', `0/${TXID}`], /one of them/],
  [['adopt', 'AB'], /expected 64 hex digits, got "AB"/],
  [['adopt', '--lost', TXID], /expected GROUP\/KEY/],
  [['export', '--from', '2026-13'], /expected a month such as 2026-03, got "2026-13"/],
  [['close'], /--months/],
  [['export', '--from', '2026-03', '--to', '2026-02'], /--from 2026-03 is after --to 2026-02/],
  [['show', MINER, '--last', '-1'], /--last/],
  [['verify'], /missing required argument 'folder'/],
  [['frobnicate'], /unknown command 'frobnicate'/],
] as const) {
  test(`refused: ledger ${args.join(' ').slice(0, 40)}`, async () => {
    assert.match(await said(...args), words);
  });
}

test('every command has examples in its help', () => {
  for (const command of ledgerCommand().commands) {
    let text = '';
    command.configureOutput({
      writeOut: (more) => {
        text += more;
      },
    });
    command.outputHelp();
    assert.match(text, /Examples:\n {2}lesswork ledger /, command.name());
  }
});

async function makePool(t: TestContext): Promise<{ folder: string; config: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-ledger-'));
  t.after(() => rm(folder, { recursive: true }));
  const config = join(folder, 'pool.json');
  await writeFile(config, JSON.stringify({ dataFolder: join(folder, 'data') }));
  await mkdir(join(folder, 'data'));
  return { folder, config };
}

test('a pool that has booked nothing: it is said, and no books are made', async (t) => {
  const { folder, config } = await makePool(t);
  await assert.rejects(
    runLedgerCheck(config, { node: false, json: false }),
    /books.db: expected the books of a pool, got none: nothing was booked so far/,
  );
  assert.ok(!existsSync(join(folder, 'data', 'books.db')));
});

test('over the embedded books of a configuration: check, show, export, close, verify', async (t) => {
  const { folder, config } = await makePool(t);
  const identity = { poolId: 'lesswork', networkId: undefined, extranonceBytes: 2 };
  const books = await openEmbeddedBooks(join(folder, 'data', 'pool.db'), identity);
  const ledger = new Ledger(books);
  const fence = { name: 'settlement', number: 1 } as const;
  await ledger.post({ fence, transactions: [{ ...labBlock(1, 5n * 10n ** 27n), timeMs: TIME_MS }] });
  const credits = [{ key: parseAccount(MINER)!.key, amount: 4n * 10n ** 27n }];
  const part = settlementPart(1, 0, TIME_MS, credits);
  await ledger.post({ fence, transactions: [part], settlement: { number: 1, closes: false } });
  const sums = { credits: 4n * 10n ** 27n, fee: 10n ** 27n - 1n, remainder: 1n };
  const close = settlementClose(1, TIME_MS, sums);
  await ledger.post({ fence, transactions: [close], settlement: { number: 1, closes: true }, durable: true });
  // The pool has them open meanwhile.
  t.after(() => books.close());

  let text = '';
  const write = (more: string): void => {
    text += more;
  };
  const { exitCode } = process;
  await runLedgerCheck(config, { node: false, json: false }, write);
  assert.match(
    text,
    /^3 entries of the log.*\n5000000000 ALPH are there, 4000000000 ALPH are owed\nthe ledger is right\n$/,
  );
  text = '';
  await runLedgerShow(config, { address: MINER, last: 3, json: false }, write);
  assert.match(text, /balance 4000000000 ALPH\n.*settlement\/1\/0\n$/);
  const out = join(folder, 'ledger.csv');
  await runLedgerExport(config, out, {}, write);
  const lines = (await readFile(out, 'utf8')).split('\n');
  assert.equal(lines.length, 1 + 2 + 2 + 4 + 1);
  await assert.rejects(runLedgerExport(config, out, {}, write), /ledger.csv: it is there already/);
  assert.equal((await readFile(out, 'utf8')).split('\n').length, lines.length);
  text = '';
  await runLedgerExport(config, undefined, {}, write);
  assert.equal(text, lines.join('\n'));
  const months = join(folder, 'months');
  await mkdir(months);
  text = '';
  await runLedgerClose(config, { months, trim: true }, write);
  await runLedgerVerify(months, write);
  await runLedgerCheck(config, { node: false, json: false, months }, write);
  assert.match(
    text,
    /^2024-03: 3 entries, .*\n.*go back to the end of 2024-03: 3 entries trimmed\n2024-03: right, .*\n0 entries.*\n.*\nthe ledger is right\n$/,
  );
  assert.equal(process.exitCode, exitCode);
});
