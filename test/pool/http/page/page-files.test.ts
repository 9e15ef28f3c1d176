import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readPageFiles } from '../../../../pool/http/page/page-files.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-page-'));
after(() => rmSync(folder, { recursive: true }));

test('each file is read with the forms that it has, and nothing that no browser is given', async () => {
  mkdirSync(join(folder, 'assets'));
  for (const [name, text] of [
    ['index.html', '<base href="./" />'],
    ['assets/a.js', 'long'],
    ['assets/a.js.br', 'b'],
    ['notes.md', 'x'],
  ] as const)
    writeFileSync(join(folder, name), text);
  const { document, files } = await readPageFiles(folder);
  assert.equal(document, '<base href="./" />');
  assert.deepEqual([...files.keys()], ['assets/a.js']);
  const file = files.get('assets/a.js')!;
  assert.deepEqual([...file.encoded.keys()], ['br']);
  assert.equal(Buffer.from(file.bytes).toString(), 'long');
});

test('a build without a page is told of', async () => {
  await assert.rejects(readPageFiles(join(folder, 'none')), { code: 'ENOENT' });
});
