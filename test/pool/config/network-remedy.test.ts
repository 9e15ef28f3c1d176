import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkRemedy } from '../../../pool/config/network-remedy.js';
import { parsePoolConfig } from '../../../pool/config/pool-config.js';
import { systemSources } from '../../../settings/sources.js';

const configOf = (config: object) =>
  parsePoolConfig(JSON.stringify({ dataFolder: '/data/pool', ...config }), systemSources({}));

test('the way to another network names the folder that is in use, and the settings that help', () => {
  const embedded = networkRemedy(configOf({}));
  assert.match(embedded, /set dataFolder, or LESSWORK_DATA .*now \/data\/pool/);
  const redis = networkRemedy(
    configOf({ store: { type: 'redis', url: 'redis://127.0.0.1:1' }, pool: { id: 'one' } }),
  );
  assert.match(redis, /set pool\.id, and dataFolder .*now "one" in \/data\/pool/);
  assert.doesNotMatch(redis, /LESSWORK_DATA|removed/);
});
