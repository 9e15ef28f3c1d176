import assert from 'node:assert/strict';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PoolServerEvent } from '../../../pool/domain/events.js';
import {
  DataFolderUnwritableError,
  openDataFolder,
  openPoolDataFolder,
} from '../../../pool/process/open-data-folder.js';
import { testFolder } from '../../support/journal-writing.js';

test('a data folder is made, and nothing is left of the trial', (t) => {
  const folder = join(testFolder(t), 'of', 'a pool');
  openDataFolder(folder);
  openDataFolder(folder);
  assert.deepEqual(readdirSync(folder), []);
});

test('a data folder is for its owner alone; one that is wider is said, and left as it is', {
  skip: process.platform === 'win32',
}, (t) => {
  const folder = join(testFolder(t), 'made');
  assert.equal(openDataFolder(folder), undefined);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  chmodSync(folder, 0o755);
  assert.match(openDataFolder(folder) ?? '', /open to other users .*mode 755.*chmod 700/);
  assert.equal(statSync(folder).mode & 0o777, 0o755);
});

test('the operator is told where the data is', (t) => {
  const dataFolder = join(testFolder(t), 'made');
  const told: PoolServerEvent[] = [];
  openPoolDataFolder({ dataFolder }, (event) => told.push(event));
  assert.deepEqual(told, [{ type: 'notice', level: 'info', name: 'data folder', message: dataFolder }]);
});

test('one that can not be written is refused, in one line', (t) => {
  const file = join(testFolder(t), 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'within')])
    assert.throws(
      () => openDataFolder(path),
      (error) => error instanceof DataFolderUnwritableError && /^the data folder .+$/.test(error.message),
    );
});
