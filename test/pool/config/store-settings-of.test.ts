import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePoolConfig } from '../../../pool/config/pool-config.js';
import { storeSettingsOf } from '../../../pool/config/store-settings-of.js';

test('all that is said of a Redis gets to its client', () => {
  const config = parsePoolConfig(
    {
      pool: { id: 'mine' },
      store: {
        type: 'redis',
        sentinels: [{ host: 'a' }],
        name: 'master',
        username: 'pool',
        password: { env: 'WORD' },
        sentinelPassword: { env: 'OTHER_WORD' },
        tls: true,
        caFile: 'ca.pem',
      },
      dataFolder: '/data',
    },
    {
      env: { WORD: 'one', OTHER_WORD: 'two' },
      readFile: () => '',
      resolvePath: (path) => `/etc/${path}`,
    },
  );
  assert.deepEqual(storeSettingsOf(config), {
    type: 'redis',
    identity: { poolId: 'mine', networkId: undefined, extranonceBytes: 2 },
    sentinels: [{ host: 'a', port: 26_379 }],
    name: 'master',
    username: 'pool',
    password: 'one',
    sentinelPassword: 'two',
    tls: true,
    caFile: '/etc/ca.pem',
  });
});
