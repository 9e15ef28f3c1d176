import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMinerConfig } from '../../../miner/config/miner-config.js';
import { foreignNames } from '../../../miner/config/outside-names.js';
import type { MinerFile } from '../../../miner/config/schema.js';
import { ADDRESS } from '../../support/test-pool.js';

const ON_POOLS: MinerFile = {
  pools: ['pool.example:20032'],
  user: ADDRESS,
  password: { file: 'password' },
  workLog: 'acknowledged',
  log: { file: 'miner.log' },
  api: { token: { file: 'token' } },
};
const ON_NODES: MinerFile = {
  nodes: [{ host: 'node.example' }],
  apiKey: { file: 'key' },
  polw: { authorizations: 'rights.json', dataFolder: 'fund' },
};

test('every path that settings have is one that a program can not choose', () => {
  for (const file of [ON_POOLS, ON_NODES]) {
    const resolved = new Set<string>();
    const resolvePath = (path: string): string => {
      resolved.add(path);
      return path;
    };
    parseMinerConfig(file, { env: {}, readFile: () => 'x'.repeat(40), resolvePath, cpuThreads: 1 });
    assert.equal(resolved.size, file === ON_POOLS ? 4 : 3);
    assert.equal(foreignNames(file, {}).length, resolved.size);
    assert.deepEqual(foreignNames(file, file), []);
    assert.deepEqual(foreignNames({}, file), []);
  }
});

test('what is set may stay where it is, and nowhere else; the problem names the place', () => {
  const present = { password: { env: 'POOL_PASSWORD' }, log: { file: 'miner.log' } };
  const only = ': expected none, or the';
  assert.deepEqual(
    [
      { log: { file: 'miner.log', files: 3 } },
      { password: 'd=64' },
      { log: { file: '/etc/passwd' } },
      { password: { env: 'NODE_KEY' } },
      { apiKey: { env: 'POOL_PASSWORD' } },
      { password: { file: 'miner.log' } },
      { list: [{ password: { file: 'x' } }] },
    ].map((value) =>
      foreignNames(value, present).map(
        (problem) => problem.split(' path that ')[0]!.split(' environment ')[0],
      ),
    ),
    [
      [],
      [],
      [`log.file${only}`],
      [`password.env${only}`],
      [`apiKey.env${only}`],
      [`password.file${only}`],
      [`list[0].password.file${only}`],
    ],
  );
});

test('whatever a program sends, of any form and depth, is looked at without harm', () => {
  let deep: unknown = 'end';
  for (let i = 0; i < 100_000; i++) deep = [deep];
  for (const value of [
    undefined,
    null,
    7,
    'text',
    [],
    [[]],
    deep,
    { file: deep },
    { __proto__: null, env: 1 },
  ])
    assert.deepEqual(foreignNames({ value }, value), []);
});
