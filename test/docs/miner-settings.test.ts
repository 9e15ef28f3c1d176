import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MINER_SETTING_UNITS, minerConfigJsonSchema } from '../../miner/config/json-schema.js';
import { parseMinerConfig } from '../../miner/config/miner-config.js';
import { listSettings } from '../../settings/setting-list.js';
import { settingsTable } from '../../settings/settings-table.js';
import { configSources } from '../support/config-sources.js';
import { PROJECT_ROOT } from '../support/lesswork.js';

const read = (path: string): string => readFileSync(join(PROJECT_ROOT, path), 'utf8');
const schema = minerConfigJsonSchema();
const settings = listSettings(schema);
const sources = { ...configSources(), cpuThreads: 2 };

test('docs/miner-config.schema.json is what the code says (tools/config-docs.mjs writes it)', () => {
  assert.deepEqual(JSON.parse(read('docs/miner-config.schema.json')), schema);
});

test('docs/MINER-SETTINGS.md has every setting, and nothing else (tools/config-docs.mjs writes it)', () => {
  const document = read('docs/MINER-SETTINGS.md');
  const rows = [...document.matchAll(/^\| `([^`]+)` \|/gm)].map(([, path]) => path);
  assert.deepEqual(
    rows,
    settings.map(({ path }) => path),
  );
  assert.ok(document.endsWith(settingsTable(schema, MINER_SETTING_UNITS)));
});

test('every setting has a meaning', () => {
  for (const { path, meaning } of settings) assert.ok(meaning.length > 3, path);
});

test('the example can be used, and is what its defaults are', () => {
  const example = /```json\n(.*?)```/s.exec(read('docs/MINER-SETTINGS.md'))![1]!;
  const parsed = parseMinerConfig(JSON.parse(example), sources);
  assert.equal(parsed.pools?.length, 2);
  let compared = 0;
  const bare = parseMinerConfig(
    { pools: parsed.file.pools, user: parsed.user },
    sources,
  ) as unknown as Record<string, unknown>;
  for (const { path, default: text } of settings) {
    if (text === undefined || !['number', 'boolean'].includes(typeof bare[path])) continue;
    assert.equal(bare[path], JSON.parse(text), path);
    compared++;
  }
  assert.ok(compared >= 6, `${compared} compared`);
});
