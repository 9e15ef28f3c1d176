import assert from 'node:assert/strict';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { bytesToHex } from '../../protocol/bytes.js';
import { decodeNodeMessage } from '../../protocol/frames.js';
import { submit } from '../devnet/setting.js';
import { LessworkRun, lesswork } from '../support/lesswork.js';
import { inOneProcess } from '../support/one-process.js';
import { RawMiner, solve } from '../support/raw-miner.js';
import { waitFor } from '../support/wait.js';

/** Why there is no /dev/full here, or false. */
const NO_FULL_DEVICE = existsSync('/dev/full') ? false : 'this system has no /dev/full';

const FREE_PORTS = ['--port', '0', '--rest-port', '0', '--control-port', '0'];

/** Starts `lesswork devnet --json`, and waits until it listens. */
async function start(t: TestContext, ...args: string[]) {
  const run = new LessworkRun(['devnet', '--json', ...FREE_PORTS, ...args]);
  t.after(() => run.child.kill('SIGKILL'));
  const waitFor = async (type: string) => {
    for (let i = 0; i < 600; i++) {
      const line = run.jsonLines().find((candidate) => candidate.type === type);
      if (line) return line;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no line of type ${type}: ${run.stdout}${run.stderr}`);
  };
  return { run, waitFor, ports: (await waitFor('listening')) as unknown as Record<string, number> };
}

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-devnet-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`a devnet serves a miner, says what happens as JSON lines, and ends with 0 on ${signal}`, async (t) => {
    const { run, waitFor, ports } = await start(
      t,
      '--rate',
      '1kH/s',
      '--block-time',
      '2s',
      '--others',
      '1kH/s',
    );
    const miner = await RawMiner.connect(ports.minerApiPort!);
    submit(miner, solve((await miner.jobs())[3]!));
    // Others find blocks meanwhile, and whoever takes its time is told of them first.
    let message = decodeNodeMessage(await miner.next());
    while (message.type === 'jobs') message = decodeNodeMessage(await miner.next());
    assert.equal(message.accepted, true);
    const { accepted } = await waitFor('submission');
    assert.equal(accepted, true);
    const { mainChain, height } = await waitFor('block');
    assert.deepEqual([mainChain, typeof height], [true, 'number']);
    const version = await fetch(`http://127.0.0.1:${ports.restPort}/infos/version`);
    assert.equal(version.status, 200);
    const mined = await fetch(`http://127.0.0.1:${ports.controlPort}/mine`, {
      method: 'POST',
      body: '{"chain":5}',
    });
    assert.equal(mined.status, 200);
    run.child.kill(signal);
    const { code, stderr } = await run.end();
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    const { type, ...result } = run.jsonLines().at(-1)!;
    assert.equal(type, 'stopped');
    const told = (what: string) => run.jsonLines().filter((line) => line.type === what).length;
    assert.deepEqual(result, { blocks: told('block'), submitted: 1, refused: 0 });
    await miner.closed;
  });
}

test('plain lines without --json', async (t) => {
  const run = new LessworkRun(['devnet', ...FREE_PORTS]);
  t.after(() => run.child.kill('SIGKILL'));
  while (!run.stdout.includes('group 3')) await new Promise((resolve) => setTimeout(resolve, 50));
  run.child.kill('SIGTERM');
  const { code, stdout } = await run.end();
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d miner API 127\.0\.0\.1:\d+, REST http:\/\/127\.0\.0\.1:\d+, control http/,
  );
  assert.match(stdout, / stopped after 0 blocks: 0 submitted by miners, none refused\n$/);
});

test('--quiet leaves where it listens, and the end result', async (t) => {
  const run = new LessworkRun(['devnet', '--quiet', ...FREE_PORTS]);
  t.after(() => run.child.kill('SIGKILL'));
  await waitFor('it to listen', () => run.stdout.includes('miner API'), 30_000);
  run.child.kill('SIGTERM');
  const { code, stdout } = await run.end();
  assert.equal(code, 0);
  assert.deepEqual(
    stdout.split('\n').map((line) => line.replace(/^\S+ \S+ /, '').slice(0, 9)),
    ['miner API', 'stopped a', ''],
  );
});

test('a port in use is said, and ends with 1', async (t) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.after(() => other.close());
  const { port } = other.address() as { port: number };
  for (const option of ['--port', '--rest-port', '--control-port']) {
    const { code, stdout, stderr } = await lesswork('devnet', ...FREE_PORTS, option, String(port));
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^lesswork: 127\\.0\\.0\\.1:${port} is in use; choose another port`));
    assert.equal(stdout, '');
  }
});

for (const [args, expected] of [
  [['--rate', 'fast'], /'--rate <rate>'.*expected a hash rate such as 500kH\/s or 5MH\/s, got "fast"/],
  [['--rate', '0'], /"rate" expected an integer from 1 to/],
  [['--block-time', '2'], /'--block-time <duration>'.*expected a duration such as .*, got "2"/],
  [['--port', '70000'], /'--port <port>'.*expected a whole number from 0 to 65535, got "70000"/],
  [['--seed', 'x'], /'--seed <n>'/],
  [['--miner-address', 'x'], /"minerAddresses" expected 4 addresses, got 1/],
] as const) {
  test(`wrong usage is said and ends with 2: devnet ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await inOneProcess(['devnet', ...FREE_PORTS, ...args]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, expected);
    assert.equal(stdout, '');
  });
}

test('a state file that is no good is said with its option, and ends with 1', async (t) => {
  const folder = temporaryFolder(t);
  const empty = join(folder, 'empty.json');
  writeFileSync(empty, '');
  for (const [path, reason] of [
    [join(folder, 'nowhere', 'state.json'), 'cannot be written: there is no such file or folder'],
    [folder, 'cannot be written: it is a folder'],
    [empty, 'is empty'],
  ] as const) {
    const { code, stdout, stderr } = await lesswork('devnet', ...FREE_PORTS, '--state', path);
    assert.equal(code, 1);
    assert.ok(stderr.startsWith(`lesswork: --state ${path}: ${reason}`), stderr);
    assert.equal(stdout, '');
  }
});

test('two signals close together are one: the blocks are kept', async (t) => {
  const path = join(temporaryFolder(t), 'state.json');
  const { run } = await start(t, '--state', path);
  run.child.kill('SIGINT');
  run.child.kill('SIGTERM');
  const { code, signal } = await run.end();
  assert.deepEqual([code, signal], [0, null]);
  assert.ok(readFileSync(path, 'utf8').length > 0);
});

test('a full disk under its output does not end it, and is said', { skip: NO_FULL_DEVICE }, async (t) => {
  const full = openSync('/dev/full', 'w');
  const run = new LessworkRun(['devnet', ...FREE_PORTS], {}, undefined, full);
  t.after(() => run.child.kill('SIGKILL'));
  closeSync(full);
  while (!run.stderr.includes('\n')) await new Promise((resolve) => setTimeout(resolve, 50));
  run.child.kill('SIGTERM');
  const { code, stderr } = await run.end();
  assert.equal(code, 0);
  assert.match(stderr, /^lesswork: the log can't be written \(the disk is full\)[^\n]*\n$/);
});

test('a state file that cannot be written at the end: it ends all the same, with 1', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'state.json');
  const { run } = await start(t, '--state', path);
  rmSync(folder, { recursive: true });
  run.child.kill('SIGINT');
  const deadline = setTimeout(() => run.child.kill('SIGKILL'), 30_000);
  const { code, stderr } = await run.end();
  clearTimeout(deadline);
  assert.equal(code, 1);
  assert.ok(
    stderr.startsWith(`lesswork: --state ${path}: cannot be written: there is no such file or folder`),
    stderr,
  );
});

test('--move-deps: a refresh takes the newest blocks of the other chains in', async (t) => {
  for (const args of [[], ['--move-deps']]) {
    const { ports } = await start(t, '--rate', '1kH/s', ...args);
    const miner = await RawMiner.connect(ports.minerApiPort!);
    const before = await miner.jobs();
    for (const [path, body] of [
      ['mine', '{"chain":0}'],
      ['refresh', '{}'],
      ['mine', '{"chain":15}'],
    ]) {
      const url = `http://127.0.0.1:${ports.controlPort}/${path}`;
      assert.equal((await fetch(url, { method: 'POST', body: body! })).status, 200);
    }
    let jobs = await miner.jobs();
    while (jobs[15]!.height === before[15]!.height) jobs = await miner.jobs();
    // Chain 1 got no block: that of chain 0, of its own group, came in by the refresh or not at all.
    const [first, last] = [before, jobs].map((all) => all[1]!.headerBlob);
    const depsEnd = 2 + 7 * 32;
    const moved = bytesToHex(first!.subarray(0, depsEnd)) !== bytesToHex(last!.subarray(0, depsEnd));
    assert.equal(moved, args.length > 0);
    miner.close();
  }
});

test('devnet --lock keeps coins, and locks what blocks pay for so long; --face-port tells the same', async (t) => {
  const network = ['--lock', '7s', '--block-time', '500ms', '--rate', '1kH/s'];
  const { ports } = await start(t, ...network, '--face-port', '0');
  const [facePort] = ports.facePorts as unknown as number[];
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${facePort}${path}`)).json();
  const mining = { method: 'POST', body: '{"chain":"3-0"}' };
  const mined = await fetch(`http://127.0.0.1:${ports.controlPort}/mine`, mining);
  const [{ hash }] = ((await mined.json()) as { blocks: [{ hash: string }] }).blocks;
  const { timestamp } = (await get(`/blockflow/headers/${hash}`)) as { timestamp: number };
  const [address] = ports.minerAddresses as unknown as string[];
  const { utxos } = (await get(`/addresses/${address}/utxos`)) as { utxos: { lockTime: number }[] };
  assert.deepEqual(
    utxos.map(({ lockTime }) => lockTime),
    [timestamp + 7_000],
  );
});
