import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writePrivateFile } from '../../files/write-private-file.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-private-file-'));
after(() => rmSync(folder, { recursive: true }));

const KEEP = { overwrite: false, remedy: 'say so' };
const REPLACE = { overwrite: true, remedy: 'say so' };

let files = 0;
function newPath(): string {
  files++;
  const inside = join(folder, String(files));
  mkdirSync(inside);
  return join(inside, 'file');
}

const noLinks = (): Promise<void> =>
  Promise.reject(Object.assign(new Error('EPERM: operation not permitted'), { code: 'EPERM' }));

for (const [what, link] of [
  ['with hard links', undefined],
  ['without hard links', noLinks],
] as const) {
  test(`a new file is whole and for its owner alone, on a file system ${what}`, async () => {
    const path = newPath();
    await writePrivateFile(path, 'text', KEEP, link);
    assert.equal(readFileSync(path, 'utf8'), 'text');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(path, '..')), ['file']);
  });

  test(`a file that is there stays as it is, on a file system ${what}`, async () => {
    const path = newPath();
    await writePrivateFile(path, 'old', KEEP);
    await assert.rejects(writePrivateFile(path, 'new', KEEP, link), {
      message: `${path}: it is there already; say so`,
    });
    assert.equal(readFileSync(path, 'utf8'), 'old');
    assert.deepEqual(readdirSync(join(path, '..')), ['file']);
    await writePrivateFile(path, 'new', REPLACE, link);
    assert.equal(readFileSync(path, 'utf8'), 'new');
  });
}

test("what a killed process of the same id has left behind is in nobody's way", async () => {
  const path = newPath();
  writeFileSync(`${path}.${process.pid}.tmp`, 'half');
  await writePrivateFile(path, 'text', KEEP);
  assert.equal(readFileSync(path, 'utf8'), 'text');
  assert.deepEqual(readdirSync(join(path, '..')), ['file']);
});

test('what the system refuses is told with the path, and nothing is left', async () => {
  const nowhere = join(folder, 'none', 'file');
  await assert.rejects(writePrivateFile(nowhere, '', KEEP), {
    message: `${nowhere}: there is no such file or folder`,
  });
  const path = newPath();
  mkdirSync(path);
  await assert.rejects(writePrivateFile(path, '', REPLACE), { message: `${path}: it is a folder` });
  assert.deepEqual(readdirSync(join(path, '..')), ['file']);
});
