import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isAuthorized } from '../../../polw/authorizations/authorization.js';
import { loadAuthorizations } from '../../../polw/authorizations/load-authorizations.js';
import { recordedEntries } from '../../support/polw-authorizations.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-authorizations-'));
after(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'authorizations.json');
const write = (authorizations: unknown, networkId = 0): void =>
  writeFileSync(path, JSON.stringify({ networkId, authorizations }));

test('a file is read anew each time', async () => {
  const [first, ...others] = recordedEntries();
  write(others);
  const before = await loadAuthorizations(path, 0);
  assert.deepEqual(before.chains.filter((chain) => !isAuthorized(chain)).length, 1);
  write([first, ...others]);
  assert.ok((await loadAuthorizations(path)).chains.every(isAuthorized));
});

test('faults of the whole file are told with its path', async () => {
  const fails = (message: string | RegExp, at = path): Promise<void> =>
    assert.rejects(loadAuthorizations(at, 0), { name: 'AuthorizationsError', message });
  write(recordedEntries(), 4);
  await fails(`${path}: networkId: expected 0, that of the network that is mined on, got 4`);
  writeFileSync(path, '{');
  await fails(`${path}: expected a name in quotes at line 1, column 2, where the text ends`);
  writeFileSync(path, ' '.repeat(300_000));
  await fails(`${path}: expected at most 262144 bytes, got a longer file`);
  await fails(`${folder}: it is a folder`, folder);
  await fails(`${folder}/none: there is no such file or folder`, join(folder, 'none'));
});
