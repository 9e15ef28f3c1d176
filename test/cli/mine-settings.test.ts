import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Command, Option } from 'commander';
import { mineCommand } from '../../cli/mine.js';
import type { FileOptions, MineOptions } from '../../cli/mine-options.js';
import { MineSettings, SETTING_OF_OPTION } from '../../cli/mine-settings.js';
import { writeMineConfig } from '../../cli/write-mine-config.js';
import { minerConfigJsonSchema } from '../../miner/config/json-schema.js';
import type { MinerSettings } from '../../miner/config/miner-config.js';
import { workOf } from '../../miner/settings-use.js';
import { listSettings } from '../../settings/setting-list.js';
import { inOneProcess } from '../support/one-process.js';

const ADDRESS = '14gv16y2bEDYV6LaV3iqbJc9n7WT2zromQ1reBKebZc8E';
const folder = mkdtempSync(join(tmpdir(), 'lesswork-mine-settings-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Options that are about the file, and no settings. */
const FILE_OPTIONS: Readonly<Record<keyof FileOptions, true>> = {
  config: true,
  writeConfig: true,
  force: true,
};

/** The settings of a command line, which must be right. */
function settingsOf(args: readonly string[]): MineSettings {
  const command: Command = mineCommand().exitOverride();
  command.action(() => {});
  command.parse(args, { from: 'user' });
  return new MineSettings(command.opts<MineOptions>(), command);
}

let files = 0;
const newPath = (): string => join(folder, `miner-${++files}.json`);

function written(config: object): string {
  const path = newPath();
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** All that settings mean: secrets too. */
const meaning = ({ file: _, ...settings }: MinerSettings): object => ({
  ...settings,
  password: settings.password.reveal(),
  apiKey: settings.apiKey?.reveal(),
});

test('every option of the command is a setting, but those about the file', () => {
  const names = mineCommand().options.map((option) => option.attributeName());
  assert.ok(names.length > 20);
  assert.deepEqual(
    names.filter((name) => !(name in SETTING_OF_OPTION) && !(name in FILE_OPTIONS)),
    [],
  );
});

const TOKEN_FILE = join(folder, 'token');
writeFileSync(TOKEN_FILE, 'token-7-secret\n');

/** A value of each option, and the setting that it makes. */
const EXAMPLES: Readonly<Record<keyof typeof SETTING_OF_OPTION, readonly [readonly string[], string]>> = {
  node: [['--node', 'a:1,rest=2'], 'nodes'],
  restPort: [['--rest-port', '5'], 'restPort'],
  apiKey: [['--api-key', 'key-7-secret'], 'apiKey'],
  polw: [['--polw', 'auth.json'], 'polw.authorizations'],
  polwData: [['--polw-data', 'fund'], 'polw.dataFolder'],
  polwSince: [['--polw-since', 'genesis'], 'polw.since'],
  polwShift: [['--polw-shift', '5'], 'polw.shift'],
  pool: [['--pool', 'stratum+wss://a:1/x?token=7'], 'pools'],
  user: [['--user', `${ADDRESS}.rig1`], 'user'],
  pass: [['--pass', 'pass-7-secret'], 'password'],
  anyUser: [['--any-user'], 'anyUser'],
  tlsInsecure: [['--tls-insecure'], 'tlsInsecure'],
  allowRedirect: [['--allow-redirect'], 'allowRedirect'],
  workLog: [['--work-log', 'work'], 'workLog'],
  device: [['--device', 'cpu,0,RTX 4090'], 'devices'],
  threads: [['--threads', '1'], 'threads'],
  affinity: [['--affinity', '0,2-3'], 'affinity'],
  sensors: [['--no-sensors'], 'sensors'],
  tempLimit: [['--temp-limit', '80'], 'limits.temperature'],
  maxLoad: [['--max-load', '60%'], 'limits.loadPercent'],
  pauseOnBattery: [['--pause-on-battery'], 'limits.pauseOnBattery'],
  schedule: [['--schedule', 'Mon-Fri 22:00-06:00, Sat-Sun'], 'limits.schedule'],
  onTrouble: [['--on-trouble', 'run ./reboot.sh "a b"'], 'watchdog.onTrouble'],
  maxRestarts: [['--max-restarts', '5'], 'watchdog.maxRestarts'],
  noWorkTimeout: [['--no-work-timeout', '600'], 'watchdog.noWorkSeconds'],
  api: [['--api', '127.0.0.1:0'], 'api.port'],
  apiTokenFile: [['--api-token-file', TOKEN_FILE], 'api.token'],
  apiOrigin: [['--api-origin', 'https://a.example'], 'api.origins'],
  json: [['--json'], 'json'],
  quiet: [['--quiet'], 'quiet'],
  logLevel: [['--log-level', 'debug'], 'logLevel'],
  log: [['--log', 'miner.log'], 'log.file'],
  logSize: [['--log-size', '3'], 'log.maxMegabytes'],
  logFiles: [['--log-files', '0'], 'log.files'],
};

const NODE_SIDE = ['node', 'restPort', 'apiKey', 'polw', 'polwData', 'polwSince', 'polwShift'];
const POOL_SIDE = ['pool', 'user', 'pass', 'anyUser', 'tlsInsecure', 'allowRedirect', 'workLog'];

/** The examples of all options but some. */
const examplesWithout = (names: readonly string[]): string[] =>
  Object.entries(EXAMPLES).flatMap(([name, [args]]) => (names.includes(name) ? [] : args));

test('a program can set no command that is run, and keep the one that is set', () => {
  const settings = settingsOf(['--node', 'b', '--on-trouble', 'run reboot']);
  const present = settings.load();
  const file = { nodes: [{ host: 'b' }] };
  const parse = (onTrouble: string): MinerSettings =>
    settings.parse({ ...file, watchdog: { onTrouble } }, present);
  assert.equal(parse('run reboot').watchdog.onTrouble.kind, 'run');
  assert.equal(parse('exit').watchdog.onTrouble.kind, 'exit');
  assert.throws(
    () => parse('run rm -rf /'),
    /watchdog.onTrouble: expected restart, exit, or the command that is set/,
  );
});

test('a program can name no file, no folder and no variable, and keep those that are set', () => {
  const settings = settingsOf([
    '--node',
    'b',
    '--log',
    'miner.log',
    '--api',
    '0',
    '--api-token-file',
    TOKEN_FILE,
  ]);
  const present = settings.load();
  assert.equal(settings.parse(present.file, present).log?.file, present.log!.file);
  assert.equal(settings.parse({ nodes: [{ host: 'b' }] }, present).log, undefined);
  for (const [more, name] of [
    [{ log: { file: 'elsewhere' } }, 'log.file'],
    // Neither whether a file is there, nor what it holds, is told.
    [{ apiKey: { file: '/etc/no-such-file' } }, 'apiKey.file'],
    [{ apiKey: { env: 'PATH' } }, 'apiKey.env'],
    [{ polw: { authorizations: 'rights.json' } }, 'polw.authorizations'],
  ] as const)
    assert.throws(() => settings.parse({ ...present.file, ...more }, present), {
      message: new RegExp(`^${name}: expected none, or the (path|environment variable) that is set[^\n]*$`),
    });
});

test('each option changes its setting, and no other', () => {
  const known = listSettings(minerConfigJsonSchema()).map(({ path }) => path);
  for (const [name, [args, path]] of Object.entries(EXAMPLES)) {
    assert.ok(known.includes(path), path);
    const side = NODE_SIDE.includes(name) ? ['--node', 'b'] : ['--pool', 'b:1', '--user', ADDRESS];
    const rest = name.startsWith('polw')
      ? ['--polw', 'other.json']
      : name.startsWith('log')
        ? ['--log', 'other.log']
        : name === 'maxRestarts'
          ? ['--on-trouble', 'exit']
          : name.startsWith('api') && name !== 'apiKey'
            ? ['--api', '127.0.0.1:7']
            : [];
    const base = [...side, ...(name === 'logLevel' ? [] : rest)];
    const before = meaning(settingsOf(base).load()) as Record<string, unknown>;
    const changed = meaning(settingsOf([...base, ...args]).load()) as Record<string, unknown>;
    const [section] = path.split('.');
    for (const key of new Set([...Object.keys(before), ...Object.keys(changed)])) {
      if (key === section) assert.notDeepEqual(changed[key], before[key], `${name}: ${key}`);
      else assert.deepEqual(changed[key], before[key], `${name}: ${key}`);
    }
  }
});

test('what is written means the same, with every option, secrets too; only its owner reads it', async () => {
  for (const args of [
    examplesWithout(POOL_SIDE),
    examplesWithout(NODE_SIDE),
    ['--node', '[::1]:7', '--node', 'a'],
    ['-o', 'a:1', '-u', `${ADDRESS}/rig`, '-p', ' d=64 '],
    ['--pool', 'a:1', '--user', 'me', '--any-user', '--device', 'auto'],
  ]) {
    const path = newPath();
    const given = settingsOf(args);
    await writeMineConfig(given, path, false);
    const read = settingsOf(['--config', path]).load();
    assert.deepEqual(meaning(read), meaning(given.load()));
    assert.deepEqual(workOf(read, ''), workOf(given.load(), ''));
    const text = readFileSync(path, 'utf8');
    assert.doesNotMatch(text, /7-secret/);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    for (const option of ['pass', 'api-key'])
      if (text.includes(`.${option}"`)) assert.equal(statSync(`${path}.${option}`).mode & 0o777, 0o600);
    // And once more, from the file.
    const again = newPath();
    await writeMineConfig(settingsOf(['--config', path]), again, false);
    assert.deepEqual(meaning(settingsOf(['--config', again]).load()), meaning(read));
  }
});

test('options beside a file win over it; a section is put together; the other side is left', () => {
  const path = written({
    pools: ['a:1'],
    user: `${ADDRESS}.rig1`,
    threads: 2,
    log: { file: 'x.log', files: 3 },
  });
  const load = (...args: string[]): MinerSettings => settingsOf(['--config', path, ...args]).load();
  assert.equal(load().threads, 2);
  assert.equal(load('--threads', '1').threads, 1);
  assert.deepEqual(load('--log-size', '7').log, { file: join(folder, 'x.log'), maxMegabytes: 7, files: 3 });
  const elsewhere = load('--pool', 'b:2');
  assert.deepEqual([elsewhere.pools?.map(({ host }) => host), elsewhere.user], [['b'], `${ADDRESS}.rig1`]);
  const nodes = load('--node', 'c');
  assert.deepEqual(
    [nodes.pools, nodes.user, nodes.nodes?.length, nodes.threads],
    [undefined, undefined, 1, 2],
  );
  assert.throws(() => load('--api-key', 'k'), /apiKey: expected nodes beside it/);
});

test('a key in the environment is that of the nodes where nothing else names one', () => {
  const keyOf = (config: object, ...args: string[]): string | undefined =>
    settingsOf(['--config', written(config), ...args])
      .load()
      .apiKey?.reveal();
  process.env.LESSWORK_NODE_API_KEY = 'env-key';
  try {
    assert.equal(keyOf({ nodes: [{}] }), 'env-key');
    assert.equal(keyOf({ nodes: [{}] }, '--api-key', 'given'), 'given');
    process.env.OTHER_KEY = 'other-key';
    assert.equal(keyOf({ nodes: [{}], apiKey: { env: 'OTHER_KEY' } }), 'other-key');
    assert.equal(keyOf({ pools: ['a:1'], user: ADDRESS }), undefined);
  } finally {
    delete process.env.LESSWORK_NODE_API_KEY;
    delete process.env.OTHER_KEY;
  }
});

test('a token in the environment is that of the API where there is one, and nothing else names one', () => {
  const tokenOf = (...args: string[]): string | undefined =>
    settingsOf(['--node', 'a', ...args])
      .load()
      .api?.token?.reveal();
  process.env.LESSWORK_API_TOKEN = 'env-token';
  try {
    assert.equal(tokenOf('--api', '4067'), 'env-token');
    assert.equal(tokenOf('--api', '4067', '--api-token-file', TOKEN_FILE), 'token-7-secret');
    assert.equal(tokenOf(), undefined);
    process.env.LESSWORK_API_TOKEN = 'short';
    assert.throws(
      () => tokenOf('--api', '4067'),
      /^MinerConfigError: api\.token: expected a token of 8 to 256/,
    );
  } finally {
    delete process.env.LESSWORK_API_TOKEN;
  }
});

test('an API that others can reach takes a token', () => {
  const load = (...args: string[]): MinerSettings => settingsOf(['--node', 'a', ...args]).load();
  assert.throws(
    () => load('--api', '0.0.0.0:4067'),
    /^MinerConfigError: api\.host: expected a token beside it/,
  );
  assert.throws(() => load('--api', '[::]:4067'), /api\.host: expected a token/);
  assert.equal(load('--api', '0.0.0.0:4067', '--api-token-file', TOKEN_FILE).api?.host, '0.0.0.0');
  for (const place of ['127.0.0.1:0', '127.8.8.8:0', '[::1]:0', 'localhost:0'])
    assert.equal(load('--api', place).api?.port, 0);
});

test('settings of a program: a hidden password is the one that is set', () => {
  const settings = settingsOf(['--config', written({ pools: ['a:1'], user: ADDRESS, password: 'kept-7' })]);
  const present = settings.load();
  const next = settings.parse({ ...present.file, pools: ['b:2'] }, present);
  assert.equal(next.password.reveal(), 'kept-7');
  assert.equal(next.pools?.[0]?.host, 'b');
  assert.equal(settings.parse({ ...present.file, password: 'new-7' }, present).password.reveal(), 'new-7');
});

test("settings of a program: a pool's hidden password stays with its URL, and goes nowhere else", async () => {
  const pools = [
    { url: 'a:1', user: ADDRESS, password: 'own-a-7' },
    { url: 'b:2', user: ADDRESS, password: 'own-b-7' },
    'c:3',
  ];
  const path = written({ pools, user: ADDRESS });
  const settings = settingsOf(['--config', path]);
  const present = settings.load();
  const [a, b, c] = present.file.pools!;
  assert.deepEqual(a, { ...(pools[0] as object), password: '***' });
  const turned = { ...present.file, pools: [b!, c!, a!], threads: 1 };
  assert.deepEqual(
    settings.parse(turned, present).pools!.map(({ password }) => password?.reveal()),
    ['own-b-7', undefined, 'own-a-7'],
  );
  assert.equal(await settings.keep(turned, present), undefined);
  assert.deepEqual(
    settings.load().pools!.map(({ host, password }) => [host, password?.reveal()]),
    [
      ['b', 'own-b-7'],
      ['c', undefined],
      ['a', 'own-a-7'],
    ],
  );
  assert.throws(
    () => settings.parse({ ...present.file, pools: [{ ...(a as object), url: 'elsewhere:1' }] }, present),
    /pools\[0\]\.password: expected a password: no hidden one is known for this url/,
  );
  const named = { ...present.file, pools: [{ url: 'a:1', password: { env: 'PATH' } }] };
  assert.throws(
    () => settings.parse(named, present),
    /^Error: pools\[0\]\.password\.env: |pools\[0\]\.password\.env: /,
  );
});

for (const [name, text, expected] of [
  [
    'a typing error',
    '{"pools": ["a:1"], "user": "x", "thread": 2}',
    /thread: unknown setting; did you mean "threads"\?/,
  ],
  ['no JSON', '{"pools": ["a:1"]', /configuration: expected .* at line 1/],
  ['a list', '[]', /configuration: expected an object, got a list/],
] as const) {
  test(`a file with ${name} is refused with 2`, async () => {
    const path = newPath();
    writeFileSync(path, text);
    const { code, stdout, stderr } = await inOneProcess(['mine', '--config', path]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, expected);
  });
}

test('wrong usage of the options about the file', async () => {
  const path = written({ pools: ['a:1'], user: ADDRESS });
  const missing = await inOneProcess(['mine', '--config', '/nowhere/miner.json']);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /--config \/nowhere\/miner\.json: /);
  const force = await inOneProcess(['mine', '--config', path, '--force']);
  assert.match(force.stderr, /--force is for --write-config/);
  const elsewhere = await inOneProcess(['mine', '--config', path, '--write-config', '/tmp/other.json']);
  assert.match(elsewhere.stderr, /expected a file in .*, where relative paths of --config begin/);
  const stray = await inOneProcess(['mine', '--node', 'a', '--log-size', '3']);
  assert.match(stray.stderr, /--log-size is for --log/);
});

test('--write-config says what it wrote, keeps what is there, and replaces it with --force', async () => {
  const path = newPath();
  const write = (...more: string[]) =>
    inOneProcess([
      'mine',
      '--pool',
      'a:1',
      '--user',
      ADDRESS,
      '--pass',
      'pass-7-secret',
      '--write-config',
      path,
      ...more,
    ]);
  const first = await write();
  assert.deepEqual([first.code, first.stderr], [0, '']);
  assert.equal(
    first.stdout,
    `${path} is written, for its owner alone\nthe secret of --pass is in ${path}.pass\n`,
  );
  const again = await write('--threads', '1');
  assert.equal(again.code, 1);
  assert.match(again.stderr, /it is there already; --force replaces it/);
  assert.doesNotMatch(readFileSync(path, 'utf8'), /threads/);
  assert.equal((await write('--threads', '1', '--force')).code, 0);
  assert.match(readFileSync(path, 'utf8'), /"threads": 1/);
  rmSync(`${path}.pass`);
  assert.equal((await write()).code, 1);
  assert.equal(existsSync(`${path}.pass`), false, 'no secret is left behind');
  const wrong = await inOneProcess([
    'mine',
    '--pool',
    'a:1',
    '--user',
    'nobody',
    '--write-config',
    newPath(),
  ]);
  assert.equal(wrong.code, 2);
});

test('an option has one place: its flag stands for one name', () => {
  const flags = mineCommand().options.map((option: Option) => option.long);
  assert.equal(new Set(flags).size, flags.length);
});
