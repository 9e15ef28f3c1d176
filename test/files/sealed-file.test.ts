import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readSealed, writeSealed } from '../../files/sealed-file.js';
import { StoredFileError } from '../../files/stored-file-error.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-sealed-'));
after(() => rmSync(folder, { recursive: true }));

const FORM = { name: 'lesswork-test', version: 2 };
const VALUE = { amount: -(10n ** 27n), list: ['#1x', 2, { deep: 0n }] };
const FAULT = (fault: string) => (error: unknown) =>
  error instanceof StoredFileError && error.fault === fault && error.code === 'ERR_STORED_FILE';

test('a value comes back as it was, big integers too; the file is for its owner alone', async () => {
  const path = join(folder, 'whole');
  assert.equal(await readSealed(path, FORM), undefined);
  await writeSealed(path, FORM, { other: true });
  await writeSealed(path, FORM, VALUE);
  assert.deepEqual(await readSealed(path, FORM), VALUE);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['whole']);
  assert.deepEqual(await readSealed(path, { ...FORM, version: 3 }), VALUE);
});

test('a file of another form, or of a newer one, is not taken', async () => {
  const path = join(folder, 'form');
  await writeSealed(path, FORM, VALUE);
  await assert.rejects(readSealed(path, { ...FORM, name: 'lesswork-other' }), FAULT('damaged'));
  await assert.rejects(readSealed(path, { ...FORM, version: 1 }), FAULT('newer'));
});

test('another byte anywhere, or one that lacks, is noticed', async () => {
  const path = join(folder, 'damaged');
  await writeSealed(path, FORM, VALUE);
  const bytes = readFileSync(path);
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes);
    changed[i]! ^= 1;
    writeFileSync(path, changed);
    await assert.rejects(readSealed(path, FORM), StoredFileError, `byte ${i}`);
    writeFileSync(path, bytes.subarray(0, i));
    await assert.rejects(readSealed(path, FORM), FAULT('damaged'), `${i} bytes`);
  }
});

test('what the system refuses is said with the path', async () => {
  await assert.rejects(writeSealed(join(folder, 'none', 'file'), FORM, VALUE), FAULT('io'));
  await assert.rejects(readSealed(folder, FORM), FAULT('io'));
});
