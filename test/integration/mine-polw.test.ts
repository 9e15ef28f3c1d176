// `lesswork mine --polw` on a simulated node that is past its threshold and hands out whole templates.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { startDevnet } from '../../devnet/app.js';
import { isAuthorized } from '../../polw/authorizations/authorization.js';
import { authorizationsText } from '../../polw/authorizations/authorizations-text.js';
import { FUNDED } from '../devnet/polw-setting.js';
import { closeAll, closers } from '../support/closers.js';
import { BURN_AUTHORIZATIONS } from '../support/devnet-authorizations.js';
import { LessworkRun, lesswork } from '../support/lesswork.js';
import { waitFor } from '../support/wait.js';

afterEach(closeAll);

/** Puts the threshold at 2^18 H/s: a thread finds some blocks a second. */
const SHIFT = 42;

async function setUp() {
  const node = await startDevnet({
    rate: 1_600_000,
    blockTimeMs: 2_000,
    retarget: false,
    polw: { shift: SHIFT, support: 'full', coins: FUNDED },
  });
  closers.push(() => node.close());
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-mine-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'authorizations.json');
  await writeFile(file, authorizationsText(4, BURN_AUTHORIZATIONS.chains.filter(isAuthorized)));
  const args = [
    'mine',
    '--node',
    `127.0.0.1:${node.minerApiPort},rest=${node.restPort}`,
    ...['--polw', file, '--polw-data', join(folder, 'fund'), '--polw-since', 'genesis'],
    ...['--polw-shift', `${SHIFT}`, '--device', 'cpu', '--threads', '1', '--json'],
  ];
  return { node, folder, args };
}

const countOf = (run: LessworkRun, type: string): number =>
  run.jsonLines().filter((line) => line.type === type).length;

async function mineSome(args: readonly string[], verdicts: number): Promise<LessworkRun> {
  const run = new LessworkRun(args);
  closers.push(() => void run.child.kill('SIGKILL'));
  await waitFor('verdicts', () => countOf(run, 'verdict') >= verdicts, 120_000);
  run.child.kill('SIGTERM');
  const { code, stderr } = await run.end();
  assert.equal(code, 0, stderr);
  const summary = run.jsonLines().at(-1) as unknown as { blocks: { accepted: number; rejected: number } };
  assert.equal(summary.blocks.rejected, 0, run.stdout);
  assert.ok(summary.blocks.accepted > 0);
  return run;
}

test('blocks burn coins and are all taken; a later run goes on with the coins that are left', async () => {
  const { args } = await setUp();
  const first = await mineSome(args, 30);
  assert.match(first.stdout, /the fund is read up to now: 16 coins at the burn addresses/);
  const second = await mineSome(args, 10);
  const [, coins] = /the fund is read up to now: (\d+) coins/.exec(second.stdout)!;
  assert.ok(Number(coins) > 30);
});

test('authorizations that are no file, or of another network, and options that mean nothing alone', async () => {
  const { node, folder, args } = await setUp();
  const place = ['--node', `127.0.0.1:${node.minerApiPort},rest=${node.restPort}`];
  const missing = await lesswork('mine', ...place, '--polw', join(folder, 'none.json'));
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /none\.json: /);
  const stray = await lesswork('mine', ...place, '--polw-since', 'genesis');
  assert.match(stray.stderr, /--polw-since is for --polw/);
  const when = await lesswork('mine', ...place, '--polw-since', 'yesterday');
  assert.match(when.stderr, /expected genesis or a date such as/);
  const file = join(folder, 'other.json');
  await writeFile(file, authorizationsText(0, BURN_AUTHORIZATIONS.chains.filter(isAuthorized)));
  const run = new LessworkRun([
    ...args.with(args.indexOf('--polw') + 1, file),
    '--polw-data',
    join(folder, 'b'),
  ]);
  closers.push(() => void run.child.kill('SIGKILL'));
  await waitFor('a notice', () => /not used: .*network/.test(run.stdout), 20_000);
  run.child.kill('SIGTERM');
  await run.end();
});
