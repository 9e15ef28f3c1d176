import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { POOL_SETTING_UNITS, poolConfigJsonSchema } from '../../pool/config/json-schema.js';
import { parsePoolConfig } from '../../pool/config/pool-config.js';
import { listSettings } from '../../settings/setting-list.js';
import { settingsTable } from '../../settings/settings-table.js';
import { configSources } from '../support/config-sources.js';
import { PROJECT_ROOT } from '../support/lesswork.js';

const read = (path: string): string => readFileSync(join(PROJECT_ROOT, path), 'utf8');
const schema = poolConfigJsonSchema();
const settings = listSettings(schema);

test('docs/pool-config.schema.json is what the code says (tools/config-docs.mjs writes it)', () => {
  assert.deepEqual(JSON.parse(read('docs/pool-config.schema.json')), schema);
});

test('docs/SETTINGS.md has every setting, and nothing else (tools/config-docs.mjs writes it)', () => {
  const rows = [...read('docs/SETTINGS.md').matchAll(/^\| `([^`]+)` \|/gm)].map(([, path]) => path);
  assert.deepEqual(
    rows,
    settings.map(({ path }) => path),
  );
  assert.ok(read('docs/SETTINGS.md').endsWith(settingsTable(schema, POOL_SETTING_UNITS)));
});

test('every setting has a meaning, and the list is whole', () => {
  assert.ok(settings.length > 70);
  for (const { path, meaning } of settings) assert.ok(meaning.length > 3, path);
  for (const path of [
    'listeners[].difficulty.start',
    'store.cluster[].port',
    'limits.deadlines.lineMs',
    'http.port',
  ])
    assert.ok(
      settings.some((setting) => setting.path === path),
      path,
    );
});

test('what the table calls a default is one', () => {
  const config = parsePoolConfig({}, configSources());
  const { jobs, limits, stop, journal, shares, extranonceBytes } = config;
  const real: Record<string, unknown> = { extranonceBytes };
  for (const [section, values] of Object.entries({
    jobs,
    stop,
    journal,
    shares,
    limits,
    'limits.deadlines': limits.deadlines,
  }))
    for (const [name, value] of Object.entries(values)) real[`${section}.${name}`] = value;
  let compared = 0;
  for (const { path, default: text } of settings) {
    if (text === undefined || typeof real[path] !== 'number') continue;
    assert.equal(real[path], JSON.parse(text), path);
    compared++;
  }
  assert.ok(compared >= 18, `${compared} compared`);
});

test('the example can be used', () => {
  const sources = configSources(
    { ALEPHIUM_API_KEY: 'k' },
    {
      '/etc/lesswork/tls/fullchain.pem': 'c',
      '/etc/lesswork/tls/privkey.pem': 'k',
      '/run/secrets/redis-password': 'p',
    },
  );
  const config = parsePoolConfig(read('deploy/pool.example.json'), sources);
  assert.equal(config.listeners.length, 4);
});
