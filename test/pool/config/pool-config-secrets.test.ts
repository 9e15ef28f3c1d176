import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { parsePoolConfig } from '../../../pool/config/pool-config.js';
import { CONFIG_SOURCES, configProblems } from '../../support/config-sources.js';

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
    CONFIG_SOURCES,
  );
  assert.equal(config.nodes[0]!.apiKey!.reveal(), 'node-key-7');
  assert.equal(config.listeners[0]!.tls!.passphrase!.reveal(), 'file-pw-7');
  assert.ok(config.store.type === 'redis');
  assert.equal(config.store.url!.reveal(), 'rediss://u:redis-pw-7@redis:6380/2');
  assert.deepEqual(JSON.parse(JSON.stringify(config.nodes)), [
    { host: '127.0.0.1', port: 10973, restPort: 12973, apiKey: { env: 'API_KEY' } },
  ]);
  const withoutBigints = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
  const printed = [JSON.stringify(config, withoutBigints), inspect(config, { depth: 20, showHidden: true })];
  printed.push(`${config.nodes[0]!.apiKey} ${config.store.password}`);
  for (const text of printed) assert.doesNotMatch(text, /-7|redis-pw/);
});

test('a secret that is missing, or that stands in the configuration itself, is not shown', () => {
  const found = configProblems({
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
    'store.password: expected a file that can be read, got /etc/lesswork/gone: there is no such file or folder',
    'store.pasword: unknown setting; did you mean "password"?',
  ]);
  assert.doesNotMatch(configProblems('{"nodes":[{"apiKey": hunter2}]}').join(), /hunter2/);
});
