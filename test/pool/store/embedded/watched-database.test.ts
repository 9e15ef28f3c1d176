import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Store, StoreUnavailableError } from '../../../../pool/ports/store.js';
import { openEmbeddedStore } from '../../../../pool/store/embedded/embedded-store.js';
import type { StoreNotice } from '../../../../pool/store/store-settings.js';
import { IDENTITY } from '../../../conformance/store-lab.js';
import { batchOf } from '../../../support/batches.js';
import { testFolder } from '../../../support/journal-writing.js';
import { waitFor } from '../../../support/wait.js';

const JOURNAL = '00000000000000a1';
const SHARE = { account: 'aa', name: 'rig', timeMs: 10_000, work: 16n };
const OWNER = { account: 'aa', name: 'rig' };

interface Watched {
  readonly store: Store;
  readonly path: string;
  /** Types, in order. */
  readonly notices: StoreNotice['type'][];
  reopen(): Store;
}

/** A store with one batch, whose file is looked at often. */
async function watched(t: TestContext): Promise<Watched> {
  const path = join(testFolder(t), 'data', 'pool.db');
  const notices: StoreNotice['type'][] = [];
  const settings = { type: 'embedded', path, identity: IDENTITY } as const;
  const onNotice = ({ type }: StoreNotice): void => void notices.push(type);
  const store = openEmbeddedStore(settings, { lookEveryMs: 20, onNotice });
  t.after(() => store.close());
  assert.equal(await store.apply(batchOf(JOURNAL, 1, [SHARE])), 'applied');
  return { store, path, notices, reopen: () => openEmbeddedStore(settings) };
}

const shares = async (store: Store): Promise<number> => (await store.worker(OWNER))?.shares ?? 0;

test('a file that was removed is noticed with the next batch, and written again with all that it held', async (t) => {
  const { store, path, notices, reopen } = await watched(t);
  rmSync(path);
  await assert.rejects(store.apply(batchOf(JOURNAL, 2, [SHARE])), StoreUnavailableError);
  assert.deepEqual(notices, ['fileGone']);
  await waitFor('the file', () => notices.includes('fileBack'));
  assert.equal(await store.apply(batchOf(JOURNAL, 2, [SHARE])), 'applied');
  await store.close();
  const again = reopen();
  assert.equal(await shares(again), 2);
  await again.close();
});

test('a folder that was removed comes back with the file', async (t) => {
  const { store, path, notices } = await watched(t);
  rmSync(dirname(path), { recursive: true });
  await waitFor('the file', () => notices.includes('fileBack'));
  assert.deepEqual(notices, ['fileGone', 'fileBack']);
  assert.equal(await shares(store), 1);
  assert.equal(statSync(path).mode & 0o777, process.platform === 'win32' ? 0o666 : 0o600);
});

test('a backup in its place is opened anew, as a store that went back, without the log of the other file', async (t) => {
  const { store, path, notices, reopen } = await watched(t);
  // What is in the log alone must not come into the backup.
  const backup = `${path}.old`;
  await store.backup(backup);
  assert.equal(await store.apply(batchOf(JOURNAL, 2, [SHARE])), 'applied');
  renameSync(backup, path);
  await waitFor('the other file', () => notices.includes('fileBack'));
  assert.deepEqual(await store.marks([JOURNAL]), [
    { journal: JOURNAL, number: 1, throughMs: (await store.marks([JOURNAL]))[0]!.throughMs, finished: false },
  ]);
  assert.equal(await shares(store), 1);
  assert.equal(await store.apply(batchOf(JOURNAL, 2, [SHARE])), 'applied');
  await store.close();
  const again = reopen();
  assert.equal(await shares(again), 2);
  await again.close();
});

test('a file that is no database is told, and waited for', async (t) => {
  const { store, path, notices } = await watched(t);
  renameSync(path, `${path}.away`);
  mkdirSync(path);
  await waitFor('the trouble', () => notices.length >= 2);
  assert.deepEqual(notices, ['fileGone', 'fileGone'], 'that it is gone, and that it can not be opened');
  await assert.rejects(store.bans(), StoreUnavailableError);
  rmSync(path, { recursive: true });
  renameSync(`${path}.away`, path);
  await waitFor('the file', () => notices.includes('fileBack'));
  assert.equal(await shares(store), 1);
});

test('what can not be written again is not given up: the only copy stays open until it can', async (t) => {
  const { store, path, notices, reopen } = await watched(t);
  const folder = dirname(path);
  rmSync(folder, { recursive: true });
  // Nothing can be written below a file.
  writeFileSync(folder, '');
  await waitFor('the trouble', () => notices.length >= 2);
  await assert.rejects(store.bans(), StoreUnavailableError);
  assert.ok(!notices.includes('fileBack'), notices.join(', '));
  rmSync(folder);
  await waitFor('the file', () => notices.includes('fileBack'));
  assert.equal(await shares(store), 1);
  await store.close();
  const again = reopen();
  assert.equal(await shares(again), 1);
  await again.close();
});

test('a file that was away for a moment keeps its log', async (t) => {
  const { store, path, notices } = await watched(t);
  assert.ok(existsSync(`${path}-wal`));
  renameSync(path, `${path}.away`);
  await waitFor('the loss', () => notices.includes('fileGone'));
  renameSync(`${path}.away`, path);
  await waitFor('the file', () => notices.includes('fileBack'));
  assert.ok(existsSync(`${path}-wal`));
  assert.equal(await store.apply(batchOf(JOURNAL, 2, [SHARE])), 'applied');
  // What a process that is killed now leaves.
  const left = join(testFolder(t), 'left.db');
  for (const ending of ['', '-wal']) copyFileSync(path + ending, left + ending);
  const again = openEmbeddedStore({ type: 'embedded', path: left, identity: IDENTITY });
  assert.equal(await shares(again), 2);
  await again.close();
});

test('a file that was removed just before the end is written again', async (t) => {
  const { store, path, reopen } = await watched(t);
  rmSync(path);
  await store.close();
  const again = reopen();
  assert.equal(await shares(again), 1);
  await again.close();
});

test('a backup of a store at work is whole, for its owner alone, and replaces nothing', async (t) => {
  const { store, path } = await watched(t);
  const folder = testFolder(t);
  const file = join(folder, 'backup.db');
  await store.backup(file);
  assert.equal(await store.apply(batchOf(JOURNAL, 2, [SHARE])), 'applied');
  await assert.rejects(store.backup(file), /EEXIST|exists/);
  await assert.rejects(store.backup(join(folder, 'nowhere', 'backup.db')), /ENOENT/);
  assert.deepEqual(readdirSync(folder), ['backup.db']);
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  await store.close();
  // As docs/OPERATIONS.md says: put in place while the pool is stopped.
  copyFileSync(file, path);
  const restored = openEmbeddedStore({ type: 'embedded', path, identity: IDENTITY });
  assert.equal(await shares(restored), 1);
  assert.equal(await restored.apply(batchOf(JOURNAL, 2, [SHARE])), 'applied');
  await restored.close();
});

test('database and log are for their owner alone', { skip: process.platform === 'win32' }, async (t) => {
  const { path } = await watched(t);
  assert.equal(statSync(dirname(path)).mode & 0o777, 0o700);
  for (const name of readdirSync(dirname(path)))
    assert.equal(statSync(join(dirname(path), name)).mode & 0o777, 0o600, name);
});
