import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authorizationsText } from '../../polw/authorizations/authorizations-text.js';
import { authorize } from '../../polw/keys/authorize.js';
import { testFolder } from '../support/journal-writing.js';
import { inOneProcess } from '../support/one-process.js';
import { sealedWallet } from '../support/wallet-lab.js';
import { KEYS, MNEMONIC } from '../support/withdrawal-lab.js';

test('a wallet of the words of the burn addresses is refused by whoever would use it, in the same words', async (t) => {
  const folder = testFolder(t);
  const path = (name: string): string => join(folder, name);
  writeFileSync(path('authorizations.json'), authorizationsText(4, authorize(KEYS)));
  writeFileSync(path('wallet.json'), await sealedWallet(4, MNEMONIC), { mode: 0o600 });
  writeFileSync(path('password.txt'), 'never asked for\n', { mode: 0o600 });
  writeFileSync(
    path('pool.json'),
    JSON.stringify({
      ...{ mode: 'pool', dataFolder: 'data', http: false, admin: false },
      nodes: [{ host: '127.0.0.1', port: 1, restPort: 1 }],
      listeners: [{ name: 'main', host: '127.0.0.1', port: 0 }],
      payouts: { wallet: 'wallet.json' },
      polw: { authorizations: 'authorizations.json', since: '1970-01-01' },
    }),
  );
  const config = ['--config', path('pool.json')];
  for (const args of [
    ['pool', ...config],
    ['payer', ...config, '--password-file', path('password.txt')],
    ['payer', ...config, '--dry-run'],
  ]) {
    const { code, stderr, stdout } = await inOneProcess(args);
    assert.equal(code, 2, stdout + stderr);
    assert.match(
      stderr,
      /payouts\.wallet: \S+wallet\.json: its address \w+ is one of polw\.authorizations: make a wallet of other words than those of the burn addresses/,
    );
  }
});
