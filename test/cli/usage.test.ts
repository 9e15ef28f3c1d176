import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { FakeNode } from '../support/fake-node.js';
import { FakePool } from '../support/fake-pool.js';
import { LessworkRun, lesswork } from '../support/lesswork.js';
import { inOneProcess } from '../support/one-process.js';

test('--help and --version are no errors', async () => {
  const [help, version] = await Promise.all([lesswork('--help'), lesswork('--version')]);
  assert.equal(help.code, 0);
  for (const command of ['mine', 'demo', 'devices', 'doctor', 'devnet', 'bench'])
    assert.match(help.stdout, new RegExp(`^  ${command} `, 'm'));
  assert.equal(version.code, 0);
  assert.match(version.stdout, /^\d+\.\d+\.\d+/);
});

/** Paths of all commands below one, and of those below them. */
async function commandsBelow(path: readonly string[] = []): Promise<string[][]> {
  const { stdout } = await inOneProcess([...path, '--help']);
  const [, list = ''] = stdout.split('\nCommands:\n');
  const names = [...list.matchAll(/^ {2}([\w-]+)/gm)].map((match) => match[1]!);
  const found = names.filter((name) => name !== 'help' && name !== 'lesswork').map((name) => [...path, name]);
  return [...found, ...(await Promise.all(found.map((below) => commandsBelow(below)))).flat()];
}

test('every command has examples in its help, which help COMMAND shows, too', async () => {
  const commands = await commandsBelow();
  const paths = commands.map((path) => path.join(' '));
  for (const path of ['mine', 'demo', 'pool check', 'pool drain', 'bench compare'])
    assert.ok(paths.includes(path), `${path} is not among ${paths.join(', ')}`);
  for (const path of commands) {
    const [option, command] = [
      await inOneProcess([...path, '--help']),
      await inOneProcess(['help', ...path]),
    ];
    assert.match(option.stdout, new RegExp(`^Usage: lesswork ${path.join(' ')} `));
    assert.match(option.stdout, /Examples:\n {2}lesswork /);
    assert.doesNotMatch(option.stdout.replaceAll(/\s+/g, ' '), /\(default: false\)/);
    assert.deepEqual(command, option);
    assert.deepEqual([option.code, option.stderr], [0, '']);
  }
  assert.equal(
    (await inOneProcess(['pool', 'help', 'drain'])).stdout,
    (await inOneProcess(['help', 'pool', 'drain'])).stdout,
  );
  assert.equal((await inOneProcess(['help'])).stdout, (await inOneProcess(['--help'])).stdout);
});

test('in a process of its own a command line ends as in one that has run others', async () => {
  for (const args of [
    [],
    ['--help'],
    ['mine', '--node', 'a', '--threads', 'two'],
    ['pool', '--config', '/nowhere'],
  ])
    assert.deepEqual(await inOneProcess(args), await lesswork(...args));
});

const ADDRESS = '14gv16y2bEDYV6LaV3iqbJc9n7WT2zromQ1reBKebZc8E';

const wrong: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /Usage: lesswork/],
  [['mien'], /^error: unknown command 'mien': did you mean "mine"\?\n\(lesswork --help shows/],
  [['xyz', '--json'], /unknown option '--json'/],
  [
    ['xyz'],
    /unknown command 'xyz': known are mine, audit, pool, demo, bench, devices, doctor, devnet, polw, wallet, payer, ledger\n/,
  ],
  [['help', 'pool', 'dran'], /unknown command 'dran' of lesswork pool: did you mean "drain"\?/],
  [['help', 'mine', 'more'], /unknown command 'more' of lesswork mine: there are none/],
  [['pool', 'chekc'], /unknown command 'chekc' of lesswork pool: did you mean "check"\?/],
  [
    ['pool', 'foo', '--config', 'x'],
    /unknown command 'foo' of lesswork pool: known are check, drain, accept-addresses, minimum, backup, withdraw, cancel\n\(lesswork pool --help/,
  ],
  [['payer'], /required option '--config <file>' not specified\n\(lesswork payer --help/],
  [['payer', 'resume'], /required option '--config <file>' not specified\n\(lesswork payer resume --help/],
  [['payer', '--config', 'x', '--once', '--dry-run'], /expected --once or --dry-run, got both/],
  [['payer', 'stat'], /unknown command 'stat' of lesswork payer: /],
  [['wallet', 'withdraw', '--config', 'x', '--to', ADDRESS], /required option '--amount <alph>'/],
  [['pool', 'drain'], /required option '--config <file>' not specified\n\(lesswork pool drain --help/],
  [['pool', '--config', '--json'], /expected a path, got "--json"/],
  [['bench', 'compute'], /unknown command 'compute' of lesswork bench: did you mean "compare"\?/],
  [['bench', 'compare', 'a'], /missing required argument 'b.json'/],
  [['mine'], /expected either --node HOST or --pool HOST:PORT, got neither/],
  [['mine', '--node', 'a', '--pool', 'a:1', '--user', ADDRESS], /either --node .* got both/],
  [['mine', '--pool', 'a:1'], /--pool expected --user ADDRESS or ADDRESS.WORKER beside it, got none/],
  [['mine', '--pool', 'a', '--user', ADDRESS], /"pool" expected a port \(HOST:PORT\), got "a"/],
  [['mine', '--pool', 'http://a:1', '--user', ADDRESS], /stratum\+tcp.*got "http:\/\/a:1"/],
  [
    ['mine', '--pool', 'a:1', '--user', 'me.rig'],
    /"user" expected an Alephium address.*got "me.rig".*--any-user/,
  ],
  [['mine', '--pool', 'a:1', '--user', `${ADDRESS}x`], /"user" expected an Alephium address/],
  [['mine', '-o', 'a:1', '-u', `${ADDRESS}x`, '-p', 'd=1'], /"user" expected an Alephium address/],
  [['mine', '--pool', 'a:1', '--user', ADDRESS, '--rest-port', '99'], /--rest-port is for --node/],
  [['mine', '--pool', 'a:1', '--user', ADDRESS, '--api-key', 'k'], /--api-key is for --node/],
  [['mine', '--pool', 'alphstratum+tcp://a:1', '--user', ADDRESS], /--node a:1 mines on it/],
  [['mine', '--pool', 'a:1', '--any-user', '--user', 'a b'], /1 to 256 characters without blanks/],
  [['mine', '--node', 'a', '--user', ADDRESS], /--user is for --pool/],
  [['mine', '--node', 'a', '--tls-insecure'], /--tls-insecure is for --pool/],
  [['mine', '--node', 'a', '--allow-redirect'], /--allow-redirect is for --pool/],
  [['doctor', '--user', ADDRESS], /--user is for --pool/],
  [['doctor', '--pool', 'a:1'], /--pool expected --user/],
  [['mine', '--node', 'host:99999'], /expected a port from 1 to 65535, got "host:99999"/],
  [['mine', '--node', 'a', '--threads', '0'], /expected a whole number from 1 to \d+, got "0"/],
  [
    ['mine', '--node', 'a', '--threads', '100000'],
    /expected at most \d+, four times the \d+ that the CPU runs at once, got "100000"/,
  ],
  [['mine', '--node', 'a', '--threads', 'two'], /got "two"/],
  [
    ['mine', '--node', 'a', '--device', 'gpu,0', '--threads', '1'],
    /--threads is for the CPU, which --device leaves out/,
  ],
  [['mine', '--node', 'a', '--device', 'gpu', '--affinity', '0'], /--affinity is for the CPU, which/],
  [['mine', '--node', 'a', '--affinity', ''], /expected numbers of CPUs and ranges .*, as 0,2,4-7, got ""/],
  [['mine', '--node', 'a', '--affinity', '0x3'], /expected numbers of CPUs and ranges .* got "0x3"/],
  [['mine', '--node', 'a', '--affinity', '0-2,1'], /expected each CPU once, got 1 twice/],
  [['demo', '--device', 'gpu', '--threads', '1'], /--threads is for the CPU/],
  [['bench', '--device', '0', '--threads', '1'], /--threads is for the CPU/],
  [['mine', '--node', 'a', '--nonsense'], /unknown option '--nonsense'/],
  [['mine', '--node', 'a', 'more'], /too many arguments/],
  [['mine', '--node', 'a', '--log-level', 'loud'], /error, warn, info, debug/],
  [['demo', '--seconds', '-1'], /expected a number of seconds above 0, at most 2147483/],
  [['demo', '--seconds', '0'], /got "0"/],
  [['demo', '--polw', '--device', 'gpu'], /--polw mines on the CPU.*leave --device out/],
  [['demo', '--polw', '--device', 'cpu,0'], /--polw mines on the CPU/],
  [['demo', '--polw', 'authorizations.json'], /too many arguments/],
];

for (const [args, expected] of wrong) {
  test(`wrong usage is said and ends with 2: ${args.join(' ') || '(nothing)'}`, async () => {
    const { code, stdout, stderr } = await inOneProcess(args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, expected);
    assert.equal(stdout, '');
  });
}

test('a device that is not there is wrong usage, and what there is is said before anybody is connected to', async () => {
  const node = await FakeNode.listen();
  const to = ['--node', `127.0.0.1:${node.port},rest=1`];
  for (const device of ['voodoo', 'cpu,voodoo']) {
    const { code, stdout, stderr } = await lesswork('mine', ...to, '--device', device, '--json');
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, /got "voodoo"; adapters here: /);
  }
  assert.equal(node.sockets.length, 0);
  await node.close();
});

test('a result that can not be written fails, and that is said', {
  skip: existsSync('/dev/full') ? false : 'this system has no /dev/full',
}, async () => {
  for (const args of [['--help'], ['devices']]) {
    const full = openSync('/dev/full', 'w');
    const run = new LessworkRun(args, {}, undefined, full);
    closeSync(full);
    const { code, stderr } = await run.end();
    assert.deepEqual([code, stderr], [1, "lesswork: the result can't be written (the disk is full)\n"]);
  }
});

test('devices lists the CPU at least, in words and as one JSON object', async () => {
  const [words, json] = await Promise.all([lesswork('devices'), lesswork('devices', '--json')]);
  assert.equal(words.code, 0, words.stderr);
  assert.match(words.stdout, /^cpu .*threads/);
  const value = JSON.parse(json.stdout) as { type: string; cpu: { threads: number }; adapters: unknown[] };
  assert.equal(value.type, 'devices');
  assert.ok(value.cpu.threads >= 1);
  assert.ok(Array.isArray(value.adapters));
});

test('doctor names what is missing, with its remedy, and ends with 1 where no node is there', async () => {
  const { code, stdout, stderr } = await lesswork('doctor', '--node', '127.0.0.1:1', '--rest-port', '1');
  assert.equal(code, 1, stderr);
  assert.match(stdout, /ok {7}Node\.js/);
  assert.match(stdout, /FAILED .*miner API 127\.0\.0\.1:1: connection refused/);
  assert.match(stdout, /start a full node/);
});

test('doctor --pool tries the pool, and asks no node', async () => {
  const refused = await FakePool.listen();
  await refused.close();
  const { port } = refused;
  const { code, stdout } = await lesswork('doctor', '-o', `127.0.0.1:${port}`, '-u', `${ADDRESS}/rig`);
  assert.equal(code, 1);
  assert.match(stdout, new RegExp(`FAILED {3}pool 127.0.0.1:${port}, connection: connection refused`));
  assert.doesNotMatch(stdout, /full node/);
});

test('files that are not there are said with their option', async () => {
  for (const [args, expected, code] of [
    [
      ['bench', 'compare', '/nowhere/a', '/nowhere/b'],
      'lesswork: /nowhere/a: there is no such file or folder\n',
      1,
    ],
    [
      ['pool', '--config', '/nowhere/a'],
      'lesswork: --config /nowhere/a: there is no such file or folder\n',
      2,
    ],
  ] as const) {
    const result = await lesswork(...args);
    assert.deepEqual([result.stderr, result.code], [expected, code]);
  }
});
