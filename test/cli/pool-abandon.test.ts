import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { noteBeginning } from '../../pool/settlement/state-note.js';
import { openEmbeddedBooks } from '../../pool/store/embedded/embedded-books.js';
import { inOneProcess } from '../support/one-process.js';

const JOURNAL = '5f0c0a1b2c3d4e5f';

test('pool drain --abandon notes a journal that is waited for no longer, beside whoever has the books open', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-abandon-'));
  t.after(() => rm(folder, { recursive: true }));
  const config = join(folder, 'pool.json');
  const dataFolder = join(folder, 'data');
  await mkdir(dataFolder, { mode: 0o700 });
  const configure = (more: object): Promise<void> =>
    writeFile(config, JSON.stringify({ mode: 'pool', dataFolder, ...more }));
  const drain = (...args: readonly string[]) =>
    inOneProcess(['pool', 'drain', '--config', config, '--abandon', ...args]);
  await configure({});
  assert.match((await drain(JOURNAL)).stderr, /expected "payouts"/);
  await configure({ payouts: {} });
  assert.match((await drain(JOURNAL)).stderr, /expected the books of a pool, got none/);
  assert.match((await drain('b')).stderr, /expected a journal's id, 16 hex digits/);
  const identity = { poolId: 'lesswork', networkId: undefined, extranonceBytes: 2 };
  const books = await openEmbeddedBooks(join(dataFolder, 'pool.db'), identity);
  t.after(() => books.close());
  await noteBeginning(books, 1_000);
  for (let time = 1; time <= 2; time++) {
    const { code, stdout, stderr } = await drain(JOURNAL);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, new RegExp(`no longer for journal ${JOURNAL}`));
    const [note] = await books.get('note', [`settlement/abandon/${JOURNAL}`]);
    assert.ok(Math.abs(JSON.parse(note!.text).atMs - Date.now()) < 60_000);
    assert.equal(note!.version, time);
  }
});
