import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import type { PoolOptions } from '../../../miner/app.js';
import {
  MinerConfigError,
  type MinerSettings,
  parseMinerConfig,
  readMinerJson,
} from '../../../miner/config/miner-config.js';
import { devicesOf, workOf } from '../../../miner/settings-use.js';
import type { PoolLogin } from '../../../miner/sources/stratum-client.js';
import { configSources } from '../../support/config-sources.js';

const ADDRESS = '14gv16y2bEDYV6LaV3iqbJc9n7WT2zromQ1reBKebZc8E';
const SOURCES = {
  ...configSources({ NODE_KEY: 'node-key-7', EMPTY: '' }, { '/run/pw': 'file-pw-7\n' }),
  cpuThreads: 2,
};

const parse = (config: unknown): MinerSettings => parseMinerConfig(config, SOURCES);

function problemsOf(config: unknown): readonly string[] {
  try {
    parse(config);
  } catch (error) {
    assert.ok(error instanceof MinerConfigError, String(error));
    assert.equal(error.code, 'ERR_MINER_CONFIG');
    assert.equal(error.message, error.problems.join('\n'));
    return error.problems;
  }
  return [];
}

const LOGIN = { user: `${ADDRESS}.rig1`, password: 'x', agent: 'lesswork/test' };

test('a pool may have a login of its own: what is left out of it is that of all', () => {
  const settings = parse({
    pools: [
      'a:1',
      { url: 'stratum+ssl://b:2', user: 'me' },
      { url: 'c:3', password: { file: '/run/pw' } },
      { url: 'd:4', user: `${ADDRESS}/rig9`, password: 'own-7-text' },
    ],
    user: 'rig1',
    password: 'd=64',
    anyUser: true,
  });
  const { pools, login } = workOf(settings, 'lesswork/test') as PoolOptions;
  assert.deepEqual(pools[1], { carrier: 'tls', host: 'b', port: 2, path: '' });
  assert.deepEqual(
    (login as readonly PoolLogin[]).map(({ user, password }) => [user, password]),
    [
      ['rig1', 'd=64'],
      ['me', 'd=64'],
      ['rig1', 'file-pw-7'],
      [`${ADDRESS}/rig9`, 'own-7-text'],
    ],
  );
  for (const shown of [JSON.stringify(settings), inspect(settings, { depth: 9 })])
    assert.doesNotMatch(shown, /file-pw-7|own-7-text/);
  // Each user is looked at as the one of all, and none is needed beside them.
  const { pools: mended, notices } = parse({ pools: [{ url: 'a:1', user: `${ADDRESS}/rig1` }] });
  assert.equal(mended![0]!.user, `${ADDRESS}.rig1`);
  assert.match(notices[0]!, /"user" .* is sent as /);
});

test('pools: what is left out has its default', () => {
  const settings = parse({ pools: ['pool.example:20032', 'stratum+wss://b:1/x'], user: `${ADDRESS}.rig1` });
  assert.deepEqual(workOf(settings, 'lesswork/test'), {
    pools: [
      { carrier: 'tcp', host: 'pool.example', port: 20032, path: '' },
      { carrier: 'wss', host: 'b', port: 1, path: '/x' },
    ],
    login: [LOGIN, LOGIN],
    tlsInsecure: false,
    allowRedirect: false,
  });
  assert.deepEqual(devicesOf(settings, 2), { devices: 'auto', threads: 2 });
  const { json, quiet, logLevel, log, notices } = settings;
  assert.deepEqual(
    { json, quiet, logLevel, log, notices },
    {
      json: false,
      quiet: false,
      logLevel: 'info',
      log: undefined,
      notices: [],
    },
  );
});

test('affinity: as many threads as it names CPUs, or as many as are asked for', () => {
  const of = (more: object) =>
    devicesOf(parse({ pools: ['a:1'], user: ADDRESS, affinity: '3,0-1', ...more }), 2);
  assert.deepEqual(of({}), { devices: 'auto', threads: 3, affinity: [3, 0, 1] });
  assert.deepEqual(of({ threads: 2 }), { devices: 'auto', threads: 2, affinity: [3, 0, 1] });
});

test('nodes: ports, the REST port of those that name none, a key from the environment, paths beside the file', () => {
  const settings = parse({
    nodes: [{}, { host: 'b', port: 1, restPort: 2 }],
    restPort: 3,
    apiKey: { env: 'NODE_KEY' },
    polw: { authorizations: 'auth.json', since: '2026-11-29' },
    devices: ['cpu', '0', 'RTX 4090'],
    threads: 8,
    log: { file: '/var/log/miner.log' },
  });
  assert.deepEqual(workOf(settings, ''), {
    endpoints: [
      { host: '127.0.0.1', port: 10973, restPort: 3 },
      { host: 'b', port: 1, restPort: 2 },
    ],
    apiKey: 'node-key-7',
  });
  assert.deepEqual(devicesOf(settings, 2), {
    devices: [{ kind: 'cpu' }, { kind: 'adapter', which: '0' }, { kind: 'adapter', which: 'RTX 4090' }],
    threads: 8,
  });
  assert.deepEqual(settings.polw, {
    authorizations: '/etc/lesswork/auth.json',
    since: Date.parse('2026-11-29'),
    shift: 0,
  });
  assert.deepEqual(settings.log, { file: '/var/log/miner.log', maxMegabytes: 10, files: 5 });
});

test('a worker with a flaw is mended, and told', () => {
  const { user, notices } = parse({ pools: ['a:1'], user: `${ADDRESS}/rig1` });
  assert.equal(user, `${ADDRESS}.rig1`);
  assert.match(notices[0]!, /"user" .* is sent as /);
});

test('secrets are read, and never shown', () => {
  for (const password of [{ file: '/run/pw' }, { env: 'NODE_KEY' }, 'in-the-file-7']) {
    const settings = parse({ pools: ['a:1'], user: ADDRESS, password });
    assert.match(settings.password.reveal(), /^(file-pw-7|node-key-7|in-the-file-7)$/);
    for (const shown of [JSON.stringify(settings), inspect(settings, { depth: 9 })])
      assert.doesNotMatch(shown, /file-pw-7|node-key-7|in-the-file-7/);
  }
});

const POOL = { pools: ['a:1'], user: ADDRESS };

for (const [config, expected] of [
  [{}, /^configuration: expected either nodes or pools, got neither$/],
  [{ ...POOL, nodes: [{}] }, /^configuration: expected either nodes or pools, got both$/],
  [[], /^configuration: expected an object, got a list$/],
  [null, /^configuration: expected an object, got null$/],
  [{ ...POOL, thread: 2 }, /^thread: unknown setting; did you mean "threads"\?$/],
  [{ nodes: [{ adress: 'a' }] }, /^nodes\[0\]\.adress: unknown setting; known are host, port, restPort$/],
  [{ nodes: [{ host: 'a b' }] }, /^nodes\[0\]\.host: expected a host name .* got "a b"$/],
  [{ nodes: [{}, {}] }, /^nodes\[1\]: expected another node than \[0\] has/],
  [{ nodes: [] }, /^nodes: expected at least one full node/],
  [{ nodes: [{}], user: ADDRESS }, /^user: expected pools beside it/],
  [
    { nodes: [{}], password: 'hunter2-secret' },
    /^password: expected pools beside it: a full node has its own settings$/,
  ],
  [{ nodes: [{}], polw: {} }, /^polw.authorizations: expected a path .*, got nothing$/],
  [
    { nodes: [{}], polw: { authorizations: 'a', since: 'yesterday' } },
    /^polw.since: expected genesis or a date/,
  ],
  [
    { nodes: [{}], apiKey: 'my-key' },
    /^apiKey: expected \{"env": "NAME"\} or \{"file": "PATH"\}, got text that is not shown$/,
  ],
  [
    { nodes: [{}], apiKey: { env: 'NOWHERE' } },
    /^apiKey: expected the environment variable NOWHERE to be set/,
  ],
  [{ pools: ['a:1'] }, /^user: expected ADDRESS or ADDRESS\.WORKER where there are pools, got nothing$/],
  [{ pools: ['a:1'], user: 'me.rig' }, /^user: expected an Alephium address.*\(anyUser: /],
  [{ pools: ['a:1'], user: 'a b', anyUser: true }, /^user: expected 1 to 256 characters without blanks/],
  [{ pools: [{ url: 'a:1', user: ADDRESS }, 'b:2'] }, /^user: expected ADDRESS or ADDRESS\.WORKER/],
  [{ ...POOL, pools: [{ url: 'b:1', user: 'me.rig' }] }, /^pools\[0\]\.user: expected an Alephium address/],
  [{ ...POOL, pools: [{ user: ADDRESS }] }, /^pools\[0\]\.url: expected HOST:PORT or a URL .*, got nothing$/],
  [{ ...POOL, pools: [{ url: 'b' }] }, /^pools\[0\]\.url: expected a port \(HOST:PORT\), got "b"$/],
  [{ ...POOL, pools: [{ url: 'b:1', pass: 'x' }] }, /^pools\[0\]\.pass: unknown setting; /],
  [{ ...POOL, pools: [{ url: 'b:1', password: 7 }] }, /^pools\[0\]\.password: expected text, or /],
  [{ ...POOL, pools: [7] }, /^pools\[0\]: expected HOST:PORT, a URL, or \{"url"/],
  [{ ...POOL, pools: ['a:1', { url: 'a:1' }] }, /^pools\[1\]: expected another pool than \[0\] has/],
  [
    { ...POOL, pools: [{ url: 'b:1', user: `${ADDRESS}.b` }], workLog: 'log' },
    /^workLog: expected one user for all pools beside it/,
  ],
  [{ ...POOL, pools: ['a'] }, /^pools\[0\]: expected a port \(HOST:PORT\), got "a"$/],
  [{ ...POOL, pools: ['http://a:1'] }, /^pools\[0\]: expected HOST:PORT, or stratum\+tcp/],
  [{ ...POOL, pools: ['a:1', 'stratum+tcp://a:1'] }, /^pools\[1\]: expected another pool than \[0\] has/],
  [{ ...POOL, restPort: 1 }, /^restPort: expected nodes beside it: a pool has no REST API$/],
  [{ ...POOL, devices: 'gpu' }, /^devices: expected "auto", or a list of .*, got "gpu"$/],
  [{ ...POOL, devices: [] }, /^devices: expected at least one device/],
  [{ ...POOL, devices: ['cpu', ' '] }, /^devices\[1\]: expected cpu, gpu, an index or a name, got " "$/],
  [{ ...POOL, devices: ['auto'] }, /^devices\[0\]: expected cpu, gpu, an index or a name, got "auto"$/],
  [{ ...POOL, threads: 0 }, /^threads: expected a whole number of at least 1, got 0$/],
  [{ ...POOL, threads: '2' }, /^threads: expected a whole number of at least 1, got "2"$/],
  [
    { ...POOL, threads: 9 },
    /^threads: expected at most 8, four times the 2 that the CPU runs at once, got 9$/,
  ],
  [{ ...POOL, affinity: '' }, /^affinity: expected numbers of CPUs and ranges .*, as 0,2,4-7, got ""/],
  [{ ...POOL, affinity: '1,a' }, /^affinity: expected numbers of CPUs and ranges .* got "1,a"/],
  [{ ...POOL, affinity: '3-1' }, /^affinity: expected a range that goes up, got 3-1/],
  [{ ...POOL, affinity: '1,0-1' }, /^affinity: expected each CPU once, got 1 twice/],
  [{ ...POOL, affinity: 1 }, /^affinity: expected text, got 1$/],
  [
    { ...POOL, affinity: '0,2', threads: 3 },
    /^threads: expected at most 2, as many as affinity names, got 3$/,
  ],
  [{ ...POOL, logLevel: 'loud' }, /^logLevel: expected "error" or "warn" or "info" or "debug", got "loud"$/],
  [{ ...POOL, log: {} }, /^log.file: expected a path .*, got nothing$/],
  [{ ...POOL, log: { file: 'a\tb' } }, /^log.file: expected no TAB/],
  [
    { ...POOL, log: { file: 'a', maxMegabytes: 0 } },
    /^log.maxMegabytes: expected a whole number from 1 to 10000, got 0$/,
  ],
] as const) {
  test(`refused: ${JSON.stringify(config)}`, () => {
    const problems = problemsOf(config);
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0]!, expected);
  });
}

test('no problem repeats a secret', () => {
  for (const config of [
    { ...POOL, password: 7 },
    { ...POOL, password: { env: 'EMPTY' } },
    { ...POOL, password: { pass: 'hunter2-secret' } },
    { ...POOL, pools: ['stratum+tcp://me:hunter2-secret@a:1'] },
    { ...POOL, pools: ['me:hunter2-secret@x@a:1'] },
    { ...POOL, pools: ['stratum+tcp://me:p/hunter2-secret@a:1'] },
  ]) {
    const problems = problemsOf(config);
    assert.ok(problems.length > 0);
    assert.doesNotMatch(problems.join('\n'), /hunter2-secret/);
  }
});

test('text that is no JSON is told by its place', () => {
  assert.throws(
    () => readMinerJson('{"pools": [}'),
    /^MinerConfigError: configuration: expected .* at line 1, column 12/,
  );
});
