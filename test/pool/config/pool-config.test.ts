import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  defaultPoolConfig,
  PoolConfigError,
  parsePoolConfig,
  redactedPoolConfig,
} from '../../../pool/config/pool-config.js';
import { type ConfigSources, systemSources } from '../../../pool/config/sources.js';
import { configSources } from '../../support/config-sources.js';

const sources = configSources(
  { API_KEY: 'node-key-7', REDIS_URL: 'rediss://u:redis-pw-7@redis:6380/2', EMPTY: '' },
  {
    '/etc/lesswork/cert.pem': 'c',
    '/etc/lesswork/key.pem': 'k',
    '/run/pw': 'file-pw-7\n',
    '/run/empty': '\n',
  },
);

/** All that is wrong with a configuration. */
function problems(config: unknown, from: ConfigSources = sources): readonly string[] {
  try {
    parsePoolConfig(config, from);
  } catch (error) {
    assert.ok(error instanceof PoolConfigError, String(error));
    assert.equal(error.code, 'ERR_POOL_CONFIG');
    assert.equal(error.message, error.problems.join('\n'));
    return error.problems;
  }
  return [];
}

const listener = (more: object) => ({ listeners: [{ name: 'a', ...more }] });

test('without a configuration: solo, on the usual ports', () => {
  const config = defaultPoolConfig(sources);
  assert.equal(config.mode, 'solo');
  assert.deepEqual(config.nodes, [{ host: '127.0.0.1', port: 10973, restPort: 12973 }]);
  assert.equal(config.listeners.length, 1);
  const [main] = config.listeners;
  assert.equal(`${main!.name} ${main!.protocol} ${main!.host}:${main!.port}`, 'main tcp 0.0.0.0:20032');
  assert.deepEqual(main!.difficulty, {
    start: 4_000_000_000n,
    min: 1_000_000n,
    max: 10n ** 18n,
    fixed: false,
  });
  assert.deepEqual(config.store, { type: 'embedded' });
  assert.ok(config.http !== false && config.admin !== false);
  assert.deepEqual([config.http.host, config.http.port], ['127.0.0.1', 8080]);
  assert.deepEqual(config.http.trustedProxies.toJSON(), []);
  assert.deepEqual(config.admin, { host: '127.0.0.1', port: 8081 });
  assert.equal(config.dataFolder, '/home/miner/.local/share/lesswork/lesswork');
  assert.ok(config.limits.trusted.has('192.168.1.5'), 'a home network is not locked out');
});

test('in mode pool only the ranges that are given are trusted', () => {
  const { limits } = parsePoolConfig({ mode: 'pool', limits: { trusted: ['10.0.0.0/8'] } }, sources);
  assert.ok(limits.trusted.has('10.1.1.1'));
  assert.ok(!limits.trusted.has('127.0.0.1'));
});

test('a listener of fixed difficulty, as the load bench wants it', () => {
  const config = parsePoolConfig(
    JSON.stringify({
      pool: { id: 'bench' },
      nodes: [{ host: '127.0.0.1', port: 7000 }],
      listeners: [
        {
          name: 'main',
          protocol: 'tcp',
          host: '127.0.0.1',
          port: 0,
          difficulty: { fixed: true, start: '16H' },
        },
      ],
      limits: { trusted: ['127.0.0.0/8'] },
      store: { type: 'embedded' },
      dataFolder: 'data',
      http: { host: '127.0.0.1', port: 0 },
      admin: false,
    }),
    sources,
  );
  assert.deepEqual(config.listeners[0]!.difficulty, { start: 16n, min: 16n, max: 16n, fixed: true });
  assert.equal(config.dataFolder, '/etc/lesswork/data');
  assert.equal(config.admin, false);
});

test('a start beyond the default bounds takes the bound with it', () => {
  const low = parsePoolConfig(listener({ difficulty: { start: '1kH' } }), sources);
  assert.equal(low.listeners[0]!.difficulty.min, 1000n);
  const high = parsePoolConfig(listener({ difficulty: { start: '2^80H' } }), sources);
  assert.equal(high.listeners[0]!.difficulty.max, 2n ** 80n);
});

test('all problems at once, each with its path', () => {
  assert.deepEqual(
    problems({
      pool: { id: 'No Good' },
      lisners: [],
      nodes: [{ host: 'a', port: 0 }],
      listeners: [{ nmae: 'a', port: 'x' }, { name: 'b', protocol: 'tls' }, 3],
      http: true,
      admin: { prt: 1 },
      extranonceBytes: 1.5,
      limits: { trusted: ['a/3', 7], deadlines: null },
      jobs: [],
    }),
    [
      'pool.id: expected an id of 1 to 32 of a-z 0-9 -, got "No Good"',
      'nodes[0].port: expected a whole number from 1 to 65535, got 0',
      'listeners[0].name: expected a name of 1 to 32 of a-z 0-9 -, got nothing',
      'listeners[0].port: expected a whole number from 0 to 65535, got "x"',
      'listeners[0].nmae: unknown setting; did you mean "name"?',
      'listeners[1].tls: expected a certificate where the protocol is tls, got nothing',
      'listeners[2]: expected an object, got 3',
      'jobs: expected an object, got a list',
      'extranonceBytes: expected a whole number from 2 to 4, got 1.5',
      'http: expected {"host": ..., "port": ...}, or false, got true',
      'admin.prt: unknown setting; did you mean "port"?',
      'limits.trusted[0]: expected an address, or a range such as "10.0.0.0/8" or "fd00::/8", got "a/3"',
      'limits.trusted[1]: expected an address, or a range such as "10.0.0.0/8" or "fd00::/8", got 7',
      'limits.deadlines: expected an object, got null',
      'lisners: unknown setting; did you mean "listeners"?',
    ],
  );
});

for (const [what, config, expected] of [
  ['a number for a whole', 3, /^configuration: expected an object, got 3$/],
  ['null', null, /^configuration: expected an object, got null$/],
  ['no listener', { listeners: [] }, /^listeners: expected at least one listener/],
  ['no node', { nodes: [] }, /^nodes: expected at least one full node/],
  ['a node twice', { nodes: [{}, { host: '127.0.0.1' }] }, /^nodes\[1\]: expected another node than \[0\]/],
  [
    'a name twice',
    { listeners: [{ name: 'a' }, { name: 'a', port: 1 }] },
    /^listeners\[1\].name: expected another name than \[0\]/,
  ],
  [
    'a port twice',
    { listeners: [{ name: 'a' }, { name: 'b' }] },
    /^listeners\[1\].port: expected another port than \[0\] has, got nothing/,
  ],
  [
    'a certificate without TLS',
    listener({ tls: { certFile: 'cert.pem', keyFile: 'key.pem' } }),
    /\.tls: expected none/,
  ],
  [
    'a certificate that is not there',
    listener({ protocol: 'wss', tls: { certFile: 'cert.pem', keyFile: 'gone.pem' } }),
    /^listeners\[0\]\.tls\.keyFile: expected a file that can be read, got ENOENT/,
  ],
  [
    'a difficulty below 16',
    listener({ difficulty: { start: '15H' } }),
    /start: expected a difficulty of 16 hashes/,
  ],
  [
    'a difficulty above 2^84',
    listener({ difficulty: { max: '20YH' } }),
    /max: expected a difficulty of 16 hashes/,
  ],
  [
    'a negative difficulty',
    listener({ difficulty: { start: -1 } }),
    /start: expected a difficulty: a number/,
  ],
  [
    'an infinite difficulty',
    '{"listeners":[{"name":"a","difficulty":{"start":1e999}}]}',
    /start: .*, got Infinity/,
  ],
  [
    'a min above the start',
    listener({ difficulty: { min: '5GH' } }),
    /min: expected no more than "start", got "5GH"/,
  ],
  ['a max below the start', listener({ difficulty: { max: '1GH' } }), /max: expected no less than "start"/],
  [
    'bounds of a fixed one',
    listener({ difficulty: { fixed: true, max: 9 } }),
    /max: expected none where "fixed"/,
  ],
  [
    'an unknown store',
    { store: { type: 'sqlite' } },
    /^store.type: expected "embedded" or "redis", got "sqlite"/,
  ],
  ['Redis without a server', { store: { type: 'redis' } }, /^store: expected one of "url", .*, got none/],
  [
    'Redis twice',
    { store: { type: 'redis', url: 'redis://a', cluster: [{ host: 'b' }] } },
    /^store: expected one of "url", .*, got 2/,
  ],
  [
    'Sentinels without a name',
    { store: { type: 'redis', sentinels: [{ host: 'b' }] } },
    /^store.name: expected the name of the master/,
  ],
  [
    'a setting of another store',
    { store: { type: 'embedded', url: 'x' } },
    /^store.url: unknown.*does not go with/,
  ],
  [
    'a URL of something else',
    { store: { type: 'redis', url: 'http://a' } },
    /^store.url: expected a URL such as redis/,
  ],
  [
    'text that is no JSON',
    '{\n  "mode": solo }',
    /^configuration: expected a JSON value at line 2, column 11$/,
  ],
  ['text that ends', '{"mode"', /^configuration: expected ":" at line 1, column 8, where the text ends$/],
  [
    'a name twice in one object',
    '{"mode":"solo","mode":"pool"}',
    /did not stand in this object before at line 1/,
  ],
  [
    'names that objects have',
    '{"__proto__":{"mode":"pool"}}',
    /^__proto__: unknown setting; known are \$schema, pool/,
  ],
  [
    'a wrong value that is long',
    { mode: 'x'.repeat(1000) },
    /^mode: expected "solo" or "pool", got "x{59}\.\.\.$/,
  ],
] as const) {
  test(`refused: ${what}`, () => {
    const found = problems(config);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0]!, expected);
  });
}

test('secrets come from the environment and from files, and are printed nowhere', () => {
  const config = parsePoolConfig(
    {
      nodes: [{ apiKey: { env: 'API_KEY' } }],
      listeners: [
        {
          name: 'a',
          protocol: 'tls',
          tls: { certFile: 'cert.pem', keyFile: 'key.pem', passphrase: { file: '/run/pw' } },
        },
      ],
      store: { type: 'redis', url: { env: 'REDIS_URL' }, password: { file: '/run/pw' } },
    },
    sources,
  );
  assert.equal(config.nodes[0]!.apiKey!.reveal(), 'node-key-7');
  assert.equal(config.listeners[0]!.tls!.passphrase!.reveal(), 'file-pw-7');
  assert.ok(config.store.type === 'redis');
  assert.equal(config.store.url!.reveal(), 'rediss://u:redis-pw-7@redis:6380/2');
  const shown = redactedPoolConfig(config) as { nodes: unknown[]; store: object };
  assert.deepEqual(shown.nodes, [
    { host: '127.0.0.1', port: 10973, restPort: 12973, apiKey: { env: 'API_KEY' } },
  ]);
  const printed = [JSON.stringify(shown), inspect(config, { depth: 20, showHidden: true })];
  printed.push(`${config.nodes[0]!.apiKey} ${config.store.password}`);
  for (const text of printed) assert.doesNotMatch(text, /-7|redis-pw/);
});

test('a redacted configuration can be read again', () => {
  const config = parsePoolConfig(
    {
      ...listener({ difficulty: { start: '2^40H' } }),
      mode: 'pool',
      nodes: [{ apiKey: { env: 'API_KEY' } }],
    },
    sources,
  );
  const shown = redactedPoolConfig(config);
  assert.deepEqual(redactedPoolConfig(parsePoolConfig(JSON.stringify(shown), sources)), shown);
});

test('a secret that is missing, or that stands in the configuration itself, is not shown', () => {
  const found = problems({
    nodes: [
      { apiKey: 'hunter2' },
      { host: 'b', apiKey: { env: 'NONE' } },
      { host: 'c', apiKey: { env: 'EMPTY' } },
    ],
    listeners: [
      {
        name: 'a',
        protocol: 'tls',
        tls: { certFile: 'cert.pem', keyFile: 'key.pem', passphrase: { file: '/run/empty' } },
      },
    ],
    store: { type: 'redis', url: 'redis://u:hunter2@h', password: { file: 'gone' }, pasword: 'hunter2' },
  });
  assert.deepEqual(found, [
    'nodes[0].apiKey: expected {"env": "NAME"} or {"file": "PATH"}, got text that is not shown',
    'nodes[1].apiKey: expected the environment variable NONE to be set, got nothing',
    'nodes[2].apiKey: expected the environment variable EMPTY to be set, got nothing',
    'listeners[0].tls.passphrase: expected a secret in /run/empty, got an empty file',
    'store.url: expected a URL without a password: that stands in "password", as {"env": "NAME"} or {"file": "PATH"}, got text that is not shown',
    "store.password: expected a file that can be read, got ENOENT: no such file or directory, open '/etc/lesswork/gone'",
    'store.pasword: unknown setting; did you mean "password"?',
  ]);
  assert.doesNotMatch(problems('{"nodes":[{"apiKey": hunter2}]}').join(), /hunter2/);
});

test('the data folder', () => {
  for (const [env, folder] of [
    [{ LESSWORK_DATA: '/data' }, '/data/main'],
    [{ XDG_DATA_HOME: '/x' }, '/x/lesswork/main'],
    [{ XDG_DATA_HOME: '' }, '/home/miner/.local/share/lesswork/main'],
  ] as const)
    assert.equal(parsePoolConfig({ pool: { id: 'main' } }, configSources(env)).dataFolder, folder);
  assert.match(problems({}, configSources({ HOME: '' })).join(), /^dataFolder: expected a folder/);
});

test('files beside the configuration are found, wherever the process is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-config-'));
  try {
    writeFileSync(join(folder, 'key'), 'from-the-file\r\n');
    const real = systemSources({ HOME: '/home/miner' }, join(folder, 'pool.json'));
    const config = parsePoolConfig({ nodes: [{ apiKey: { file: 'key' } }], dataFolder: 'data' }, real);
    assert.equal(config.nodes[0]!.apiKey!.reveal(), 'from-the-file');
    assert.equal(config.dataFolder, join(folder, 'data'));
    assert.match(problems({ nodes: [{ apiKey: { file: 'gone' } }] }, real).join(), /ENOENT/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
