import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultPoolConfig, parsePoolConfig } from '../../../pool/config/pool-config.js';
import { systemSources } from '../../../settings/sources.js';
import { CONFIG_SOURCES, configProblems, configSources, oneListener } from '../../support/config-sources.js';

test('without a configuration: solo, on the usual ports', () => {
  const config = defaultPoolConfig(CONFIG_SOURCES);
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
  assert.deepEqual(config.admin, {
    host: '127.0.0.1',
    port: 8081,
    connectionsPerAddress: 100,
    hostNames: [],
  });
  assert.equal(config.dataFolder, '/home/miner/.local/share/lesswork/lesswork');
  assert.ok(config.limits.trusted.has('192.168.1.5'), 'a home network is not locked out');
});

test('in mode pool only the ranges that are given are trusted', () => {
  const { limits } = parsePoolConfig({ mode: 'pool', limits: { trusted: ['10.0.0.0/8'] } }, CONFIG_SOURCES);
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
    CONFIG_SOURCES,
  );
  assert.deepEqual(config.listeners[0]!.difficulty, { start: 16n, min: 16n, max: 16n, fixed: true });
  assert.equal(config.dataFolder, '/etc/lesswork/data');
  assert.equal(config.admin, false);
});

test('a start beyond the default bounds takes the bound with it', () => {
  const low = parsePoolConfig(oneListener({ difficulty: { start: '1kH' } }), CONFIG_SOURCES);
  assert.equal(low.listeners[0]!.difficulty.min, 1000n);
  const high = parsePoolConfig(oneListener({ difficulty: { start: '2^80H' } }), CONFIG_SOURCES);
  assert.equal(high.listeners[0]!.difficulty.max, 2n ** 80n);
});

test('the data folder', () => {
  for (const [env, folder] of [
    [{ LESSWORK_DATA: '/data' }, '/data/main'],
    [{ XDG_DATA_HOME: '/x' }, '/x/lesswork/main'],
    [{ XDG_DATA_HOME: '' }, '/home/miner/.local/share/lesswork/main'],
  ] as const)
    assert.equal(parsePoolConfig({ pool: { id: 'main' } }, configSources(env)).dataFolder, folder);
  assert.match(configProblems({}, configSources({ HOME: '' })).join(), /^dataFolder: expected a folder/);
});

test('files beside the configuration are found, wherever the process is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-config-'));
  try {
    writeFileSync(join(folder, 'key'), 'from-the-file\r\n');
    const real = systemSources({ HOME: '/home/miner' }, join(folder, 'pool.json'));
    const config = parsePoolConfig({ nodes: [{ apiKey: { file: 'key' } }], dataFolder: 'data' }, real);
    assert.equal(config.nodes[0]!.apiKey!.reveal(), 'from-the-file');
    assert.equal(config.dataFolder, join(folder, 'data'));
    assert.match(
      configProblems({ nodes: [{ apiKey: { file: 'gone' } }] }, real).join(),
      /there is no such file/,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('Proof of Less Work: nothing of it by default; a file, a day, and the bits of a test network', () => {
  assert.equal(defaultPoolConfig(CONFIG_SOURCES).polw, undefined);
  const polw = { authorizations: 'burn.json', since: '2026-03-01' };
  assert.deepEqual(parsePoolConfig({ polw }, CONFIG_SOURCES).polw, {
    authorizations: '/etc/lesswork/burn.json',
    since: Date.UTC(2026, 2, 1),
    shift: 0,
  });
  const more = { ...polw, since: '2026-03-01T12:30Z', shift: 38 };
  assert.deepEqual(parsePoolConfig({ polw: more }, CONFIG_SOURCES).polw?.since, Date.UTC(2026, 2, 1, 12, 30));
  const date = 'expected a day such as "2026-03-01", or a time such as "2026-03-01T12:00:00Z"';
  assert.deepEqual(configProblems({ polw: { since: '2026-13-01', shift: 51 } }), [
    'polw.authorizations: expected a path (text of 1 to 1000 characters), got nothing',
    `polw.since: ${date}, got "2026-13-01"`,
    'polw.shift: expected a whole number from 0 to 50, got 51',
  ]);
  assert.deepEqual(configProblems({ polw: { ...polw, since: 'yesterday' } }), [
    `polw.since: ${date}, got "yesterday"`,
  ]);
});
