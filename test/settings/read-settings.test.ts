import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { MAX_SETTINGS_FILE_BYTES, readSettingsFile } from '../../settings/read-settings.js';
import { MadeFiles } from '../support/made-files.js';
import { inOneProcess } from '../support/one-process.js';

const files = new MadeFiles({});
after(() => files.remove());

test('a file is read whole, or not at all where it is longer than settings are', () => {
  files.write({
    most: 'ä'.repeat(MAX_SETTINGS_FILE_BYTES / 2),
    more: 'x'.repeat(MAX_SETTINGS_FILE_BYTES + 1),
    empty: '',
  });
  assert.equal(readSettingsFile(`${files.root}/most`), 'ä'.repeat(MAX_SETTINGS_FILE_BYTES / 2));
  assert.equal(readSettingsFile(`${files.root}/empty`), '');
  assert.throws(
    () => readSettingsFile(`${files.root}/more`),
    /expected a file of at most 1 MiB, got a longer one/,
  );
  assert.throws(() => readSettingsFile(`${files.root}/none`), { code: 'ENOENT' });
  assert.throws(() => readSettingsFile(files.root), { code: 'EISDIR' });
});

test('a configuration without an end is refused at once, by each command that has one', async () => {
  for (const command of ['mine', 'pool', 'payer']) {
    const { code, stderr } = await inOneProcess([command, '--config', '/dev/zero']);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /--config \/dev\/zero: expected a file of at most 1 MiB, got a longer one/);
  }
});
