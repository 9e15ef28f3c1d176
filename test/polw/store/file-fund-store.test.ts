import assert from 'node:assert/strict';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  rmdir,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Fund } from '../../../polw/fund/fund.js';
import { FundStoreError } from '../../../polw/fund/fund-store.js';
import { FileFundStore } from '../../../polw/store/file-fund-store.js';
import { fundStoreConformance } from '../../conformance/fund-store-conformance.js';

const FAULT = (fault: string) => (error: unknown) => error instanceof FundStoreError && error.fault === fault;

fundStoreConformance('file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-fund-'));
  let current: FileFundStore | undefined;
  return {
    async open() {
      await current?.close();
      current = await FileFundStore.open(join(folder, 'fund'));
      assert.equal(current.damage, undefined);
      return current;
    },
    async close() {
      await current?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
});

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-fund-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const fund = new Fund({ addresses: new Array(16).fill(undefined), depth: 3, minDeposit: 1n });

function commitOf(...keys: readonly string[]) {
  const entry = {
    kind: 'deposit',
    chain: 1,
    blockHash: 'ab',
    height: 1,
    timestampMs: 1,
    own: false,
  } as const;
  const entries = keys.map((key) => ({ ...entry, key, changes: { fund: 10n ** 18n } }));
  return { snapshot: fund.snapshot(), entries, finds: [], reservations: [] };
}

/** A store with one commit and one find, closed. */
async function filled(t: TestContext): Promise<string> {
  const folder = await folderOf(t);
  const store = await FileFundStore.open(folder);
  await store.commit(commitOf('first', 'second'));
  await store.found({ hash: 'f'.repeat(64), chain: 1, height: 1 });
  await store.close();
  return folder;
}

test('its files are for their owner alone, and nothing else is left in the folder', async (t) => {
  const folder = await filled(t);
  assert.deepEqual((await readdir(folder)).sort(), ['fund', 'log', 'notes']);
  for (const name of await readdir(folder))
    assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
});

for (const [what, damage] of [
  ['cut short', async (path: string) => truncate(path, (await stat(path)).size - 5)],
  [
    'with another byte',
    async (path: string) => {
      const bytes = await readFile(path);
      bytes[bytes.length - 20]! ^= 1;
      await writeFile(path, bytes);
    },
  ],
  ['empty', (path: string) => writeFile(path, '')],
  ['of another kind', (path: string) => writeFile(path, '{"snapshot":{}}\n{}')],
] as const) {
  test(`a state ${what} is set aside and told, and the fund begins anew; its notes stay`, async (t) => {
    const folder = await filled(t);
    await damage(join(folder, 'fund'));
    const store = await FileFundStore.open(folder);
    assert.match(store.damage ?? '', /fund: damaged: /);
    const { snapshot, finds } = await store.load();
    assert.equal(snapshot, undefined);
    assert.equal(finds.length, 1);
    assert.deepEqual(await store.entries(0, 10), []);
    await store.commit(commitOf('first'));
    await store.close();
    const again = await FileFundStore.open(folder);
    assert.equal(again.damage, undefined);
    assert.equal((await again.entries(0, 10)).length, 1);
    await again.close();
    assert.ok((await readdir(folder)).includes('fund.damaged'));
  });
}

test('a log that lacks what was committed is damaged, too', async (t) => {
  const folder = await filled(t);
  await truncate(join(folder, 'log'), 10);
  const store = await FileFundStore.open(folder);
  assert.match(store.damage ?? '', /log: damaged: expected \d+ bytes, got 10/);
  assert.equal((await store.load()).snapshot, undefined);
  await store.close();
});

test('damaged notes are not passed over: they hold what withdrawals have in hand', async (t) => {
  const folder = await filled(t);
  await truncate(join(folder, 'notes'), 30);
  await assert.rejects(FileFundStore.open(folder), FAULT('damaged'));
});

test('a file of a newer version stays as it is', async (t) => {
  const folder = await filled(t);
  const path = join(folder, 'fund');
  const text = (await readFile(path, 'utf8')).replace(/^lesswork-fund 1 /, 'lesswork-fund 2 ');
  await writeFile(path, text);
  await assert.rejects(FileFundStore.open(folder), FAULT('newer'));
  assert.equal(await readFile(path, 'utf8'), text);
});

test('a crash between the log and the state: the entries are committed again, and are there once', async (t) => {
  const folder = await filled(t);
  const before = await readFile(join(folder, 'fund'));
  let store = await FileFundStore.open(folder);
  await store.commit(commitOf('third', 'fourth'));
  await store.close();
  await writeFile(join(folder, 'fund'), before);
  await appendFile(join(folder, 'log'), '{"key":"half a li');
  store = await FileFundStore.open(folder);
  assert.equal(store.damage, undefined);
  await store.commit(commitOf('third', 'fourth', 'fifth'));
  assert.deepEqual(
    (await store.entries(0, 10)).map(({ key }) => key),
    ['first', 'second', 'third', 'fourth', 'fifth'],
  );
  await store.close();
});

test('a crash between the state and the notes: what has ended is not there any more', async (t) => {
  const folder = await filled(t);
  const notes = await readFile(join(folder, 'notes'));
  let store = await FileFundStore.open(folder);
  assert.equal((await store.load()).finds.length, 1);
  await store.commit({ ...commitOf('third'), finds: ['f'.repeat(64)] });
  await store.close();
  await writeFile(join(folder, 'notes'), notes);
  store = await FileFundStore.open(folder);
  assert.deepEqual((await store.load()).finds, []);
  await store.commit(commitOf('fourth'));
  await store.close();
  store = await FileFundStore.open(folder);
  assert.deepEqual((await store.load()).finds, []);
  await store.close();
});

test('a commit that fails keeps what was there, and the next one succeeds', async (t) => {
  const folder = await filled(t);
  const store = await FileFundStore.open(folder);
  // Where the new file is to be written there is a folder.
  const obstacles = ['fund.new', 'notes.new'].map((name) => join(folder, name));
  for (const path of obstacles) await mkdir(path);
  await assert.rejects(store.commit(commitOf('third')), FAULT('io'));
  await assert.rejects(store.found({ hash: 'a'.repeat(64), chain: 1, height: 1 }), FAULT('io'));
  assert.equal((await store.load()).finds.length, 1);
  for (const path of obstacles) await rmdir(path);
  await store.commit(commitOf('third'));
  assert.equal((await store.entries(0, 10)).length, 3);
  await store.close();
});

test('a folder that is a file is told', async (t) => {
  const folder = await folderOf(t);
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(FileFundStore.open(join(folder, 'file', 'fund')), FAULT('io'));
});
