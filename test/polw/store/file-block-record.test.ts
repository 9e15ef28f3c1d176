import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { StoredFileError } from '../../../files/stored-file-error.js';
import type { RecordedBlock } from '../../../polw/block-record.js';
import { FileBlockRecord } from '../../../polw/store/file-block-record.js';
import { concatBytes } from '../../../protocol/bytes.js';

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-blocks-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'blocks');
}

const hashOf = (i: number): string => i.toString(16).padStart(64, '0');

function blockOf(i: number, find: RecordedBlock['find'] = undefined): RecordedBlock {
  const txsBlob = [Uint8Array.of(2, i), new Uint8Array(100).fill(i)];
  return { hash: hashOf(i), header: new Uint8Array(326).fill(i), txsBlob, find };
}

test('what was put there is there after the process has ended, but what was dropped', async (t) => {
  const folder = await folderOf(t);
  const record = await FileBlockRecord.open(folder);
  assert.deepEqual([record.earlier, record.damage], [[], []]);
  const find = { hash: hashOf(1), chain: 4, height: 9 };
  await record.put(blockOf(1, find));
  await record.put(blockOf(2));
  await record.put(blockOf(3));
  await record.drop(hashOf(2));
  await record.drop(hashOf(7));
  const { earlier } = await FileBlockRecord.open(folder);
  const byHash = [...earlier].sort((a, b) => (a.hash < b.hash ? -1 : 1));
  assert.deepEqual(
    byHash.map(({ hash, find: found }) => [hash, found]),
    [
      [hashOf(1), find],
      [hashOf(3), undefined],
    ],
  );
  assert.deepEqual(byHash[1]!.header, blockOf(3).header);
  assert.deepEqual(byHash[1]!.txsBlob, [concatBytes(...blockOf(3).txsBlob)]);
});

test('a file that was cut off or changed is set aside and told; what never was one is left alone', async (t) => {
  const folder = await folderOf(t);
  const record = await FileBlockRecord.open(folder);
  for (const i of [1, 2]) await record.put(blockOf(i));
  await writeFile(join(folder, hashOf(1)), 'lesswork-block 1 3 ');
  await writeFile(join(folder, `${hashOf(5)}.new`), 'half');
  await writeFile(join(folder, 'notes.txt'), 'of somebody');
  const again = await FileBlockRecord.open(folder);
  assert.deepEqual(
    again.earlier.map(({ hash }) => hash),
    [hashOf(2)],
  );
  assert.equal(again.damage.length, 1);
  assert.match(again.damage[0]!, /0001: damaged: it does not begin as such a file does/);
  assert.ok((await readdir(folder)).includes(`${hashOf(1)}.damaged`));
  assert.deepEqual((await FileBlockRecord.open(folder)).damage, []);
});

test('no more than so many are kept: the oldest one goes', async (t) => {
  const folder = await folderOf(t);
  const record = await FileBlockRecord.open(folder);
  await record.put(blockOf(1));
  for (let i = 2; i <= 70; i++) await copyFile(join(folder, hashOf(1)), join(folder, hashOf(i)));
  const full = await FileBlockRecord.open(folder);
  assert.equal(full.earlier.length, 64);
  await full.put(blockOf(80));
  await full.put(blockOf(81));
  const names = await readdir(folder);
  assert.ok(names.includes(hashOf(80)) && names.includes(hashOf(81)));
  assert.ok(!names.includes(full.earlier[0]!.hash) && !names.includes(full.earlier[1]!.hash));
  assert.ok(names.includes(full.earlier[2]!.hash));
});

test('a folder that can not be, and a file of a newer version, are refused', async (t) => {
  const folder = await folderOf(t);
  await writeFile(folder, 'a file');
  await assert.rejects(FileBlockRecord.open(folder), StoredFileError);
  await rm(folder);
  await FileBlockRecord.open(folder);
  await writeFile(join(folder, hashOf(1)), `lesswork-block 2 0 ${'0'.repeat(64)}\n`);
  await assert.rejects(
    FileBlockRecord.open(folder),
    (error: unknown) => error instanceof StoredFileError && error.fault === 'newer',
  );
});
