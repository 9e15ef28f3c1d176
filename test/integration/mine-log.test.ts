import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FakePool } from '../support/fake-pool.js';
import { LessworkRun } from '../support/lesswork.js';
import { inOneProcess } from '../support/one-process.js';
import { skipWhen } from '../support/requirement.js';
import { waitFor } from '../support/wait.js';

const USER = '14gv16y2bEDYV6LaV3iqbJc9n7WT2zromQ1reBKebZc8E.rig1';
const PASSWORD = 'hunter2-secret';
const MAIN = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const CPU = ['--device', 'cpu', '--threads', '1'];

const folder = await mkdtemp(join(tmpdir(), 'lesswork-mine-log-'));
const closing: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
after(async () => {
  for (const close of closing.reverse()) await close();
});

const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

test('a log is opened anew by SIGHUP; each line has its time; no password gets there, though the pool repeats it', async () => {
  const pool = await FakePool.listen(0);
  closing.push(() => pool.close());
  pool.authorize = { result: null, error: [24, `no worker with password ${PASSWORD}`, null] };
  const path = join(folder, 'miner.log');
  const to = ['--pool', `127.0.0.1:${pool.port}`, '--user', USER, '--pass', PASSWORD];
  const run = new LessworkRun(['mine', ...to, ...CPU, '--log', path, '--log-level', 'debug']);
  closing.push(() => run.child.kill('SIGKILL'));
  await waitFor(
    'the refusal',
    async () => (await read(path)).includes('no worker with password ***'),
    30_000,
  );
  await rename(path, `${path}.aside`);
  run.child.kill('SIGHUP');
  await waitFor('a new file', () => existsSync(path), 10_000);
  run.child.kill('SIGTERM');
  const { code } = await run.end();
  assert.equal(code, 0);
  const [aside, last] = [await read(`${path}.aside`), await read(path)];
  assert.match(last, /nothing mined/);
  for (const line of (aside + last).trimEnd().split('\n'))
    assert.match(line, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /);
  for (const text of [aside, last, run.stdout, run.stderr]) assert.ok(!text.includes(PASSWORD), text);
});

test('a password in the URL of a pool is wrong usage, and not repeated', async () => {
  for (const url of [
    `stratum+tcp://me:${PASSWORD}@pool.example:20032`,
    `me:${PASSWORD}@pool.example:20032`,
  ]) {
    const { code, stderr } = await inOneProcess(['mine', '--pool', url, '--user', USER]);
    assert.equal(code, 2);
    assert.match(stderr, /expected no user in the address.*\*\*\*@pool\.example:20032/);
    assert.ok(!stderr.includes(PASSWORD), stderr);
  }
});

test('a log that can not be opened is said before anything is done', async () => {
  const { code, stderr } = await inOneProcess([
    'mine',
    '--node',
    'a',
    '--log',
    join(folder, 'nowhere', 'm.log'),
  ]);
  assert.equal(code, 2);
  assert.match(stderr, /log\.file: expected a file that can be written, got .*nowhere/);
});

test('without a file and without a terminal, as under nohup, SIGHUP ends nothing', {
  skip: process.platform === 'win32',
}, async () => {
  const run = new LessworkRun(['mine', '--pool', '127.0.0.1:1', '--user', USER, ...CPU]);
  closing.push(() => run.child.kill('SIGKILL'));
  await waitFor('the start', () => (run.stdout + run.stderr).includes('trying again'), 30_000);
  run.child.kill('SIGHUP');
  run.child.kill('SIGTERM');
  const { code } = await run.end();
  assert.equal(code, 0);
});

/** Gives a program a terminal. */
const SCRIPT = '/usr/bin/script';

test('a terminal that is closed ends the miner, by that signal; SIGHUP without that does not', {
  skip: skipWhen(
    process.platform === 'linux' && existsSync(SCRIPT) ? undefined : `there is no ${SCRIPT} of Linux here`,
  ),
}, async () => {
  const path = join(folder, 'terminal.log');
  const pidFile = join(folder, 'pid');
  const config = join(folder, 'miner.json');
  await writeFile(
    config,
    JSON.stringify({ pools: ['127.0.0.1:1'], user: USER, devices: ['cpu'], threads: 1, log: { file: path } }),
  );
  const line = `echo $$ > ${pidFile}; exec ${process.execPath} ${MAIN} mine --config ${config}`;
  const terminal = spawn(SCRIPT, ['-qec', line, '/dev/null'], { stdio: ['pipe', 'ignore', 'ignore'] });
  closing.push(() => terminal.kill('SIGKILL'));
  await waitFor('the start', async () => (await read(path)).includes('trying again'), 30_000);
  const pid = Number(await read(pidFile));
  process.kill(pid, 'SIGHUP');
  await waitFor('an answer', async () => (await read(path)).includes('it says what it said before'), 10_000);
  terminal.kill('SIGKILL');
  const lives = (): boolean => {
    try {
      return !/ Z/.test(execFileSync('ps', ['-o', 'pid=,stat=', '-p', String(pid)]).toString());
    } catch {
      return false;
    }
  };
  await waitFor('the end', () => !lives(), 20_000);
  assert.match(await read(path), /nothing mined/);
});
