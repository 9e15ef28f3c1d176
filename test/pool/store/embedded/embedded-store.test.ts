import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  StoreInUseError,
  StoreMismatchError,
  StoreRefusedError,
  StoreUnavailableError,
} from '../../../../pool/ports/store.js';
import { openEmbeddedStore } from '../../../../pool/store/embedded/embedded-store.js';
import { EMBEDDED_SCHEMA } from '../../../../pool/store/embedded/schema.js';
import { openStore } from '../../../../pool/store/open-store.js';
import { storeConformance } from '../../../conformance/store-conformance.js';
import { IDENTITY } from '../../../conformance/store-lab.js';
import { batchOf } from '../../../support/batches.js';
import { embeddedStoreLab } from '../../../support/embedded-store-lab.js';
import { checkWritten } from '../../../support/written-batches.js';

const JOURNAL = '00000000000000a1';
const SHARE = { account: 'aa', name: 'rig', timeMs: 10_000, work: 16n };
const WRITER = fileURLToPath(new URL('../../../support/embedded-writer.js', import.meta.url));

storeConformance({ name: 'embedded', skip: false, makeLab: embeddedStoreLab });

/** Settings for a database in a folder of the test's own, which goes with the test. */
function newDatabase(t: { after(run: () => void): void }): {
  type: 'embedded';
  path: string;
  identity: typeof IDENTITY;
} {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-store-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return { type: 'embedded', path: join(folder, 'data', 'pool.db'), identity: IDENTITY };
}

test('openStore opens it by its settings', async (t) => {
  const settings = newDatabase(t);
  const store = await openStore(JSON.parse(JSON.stringify(settings)), { onNotice: () => assert.fail() });
  assert.equal(await store.apply(batchOf(JOURNAL, 1, [SHARE])), 'applied');
  assert.ok(Math.abs((await store.now()) - Date.now()) < 10_000);
  await store.close();
});

test('a second owner is refused, in this process and from another, until the first has closed', async (t) => {
  const settings = newDatabase(t);
  const store = openEmbeddedStore(settings);
  await store.apply(batchOf(JOURNAL, 1, [SHARE]));
  assert.throws(
    () => openEmbeddedStore(settings),
    (error) =>
      error instanceof StoreInUseError && error.code === 'ERR_STORE_IN_USE' && /in use/.test(error.message),
  );
  const other = spawnSync(process.execPath, [WRITER, settings.path, '1'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  assert.equal(other.status, 1);
  assert.match(other.stderr, /StoreInUseError: the store .* is in use/);
  assert.equal(await store.apply(batchOf(JOURNAL, 2, [SHARE])), 'applied');
  await store.close();
  const again = openEmbeddedStore(settings);
  assert.equal((await again.worker({ account: 'aa', name: 'rig' }))?.shares, 2);
  await again.close();
});

test("another pool's store is refused", async (t) => {
  const settings = newDatabase(t);
  await openEmbeddedStore(settings).close();
  const identity = { ...IDENTITY, poolId: 'other' };
  assert.throws(() => openEmbeddedStore({ ...settings, identity }), StoreMismatchError);
  await openEmbeddedStore(settings).close();
});

test('an older schema is migrated, step by step, with what it holds; a newer one is refused', async (t) => {
  const settings = newDatabase(t);
  const bans = /CREATE TABLE bans[^;]*;\s*CREATE INDEX bans_by_end[^;]*;/;
  const [createBans] = bans.exec(EMBEDDED_SCHEMA.create)!;
  // Made up: a version without bans, and one before it that called the journals otherwise.
  const versionMinus1 = {
    version: -1,
    create: EMBEDDED_SCHEMA.create.replace(bans, '').replace('TABLE journals', 'TABLE logs'),
    migrations: [],
  };
  const old = openEmbeddedStore(settings, { schema: versionMinus1 });
  await assert.rejects(old.bans(), StoreRefusedError);
  await old.close();
  const toZero = {
    from: -1,
    sql: "ALTER TABLE logs RENAME TO journals; INSERT INTO journals VALUES ('x', 7, 8, 0)",
  };
  const schema = { ...EMBEDDED_SCHEMA, migrations: [toZero, { from: 0, sql: createBans }] };
  assert.throws(() => openEmbeddedStore(settings), /no way leads/);
  const store = openEmbeddedStore(settings, { schema });
  assert.deepEqual(await store.journals(), [{ journal: 'x', number: 7, throughMs: 8, finished: false }]);
  assert.deepEqual(await store.bans(), []);
  await store.close();
  await openEmbeddedStore(settings).close();
  assert.throws(
    () => openEmbeddedStore(settings, { schema: versionMinus1 }),
    (error) => error instanceof StoreMismatchError && /too old/.test(error.message),
  );
});

test('a migration that fails changes nothing', async (t) => {
  const settings = newDatabase(t);
  const zero = { ...EMBEDDED_SCHEMA, version: 0 };
  await openEmbeddedStore(settings, { schema: zero }).close();
  const schema = { ...EMBEDDED_SCHEMA, migrations: [{ from: 0, sql: 'DROP TABLE bans; SELECT broken' }] };
  assert.throws(() => openEmbeddedStore(settings, { schema }), StoreRefusedError);
  const store = openEmbeddedStore(settings, { schema: zero });
  assert.deepEqual(await store.bans(), []);
  await store.close();
});

test('what no statement takes is refused for good, and told apart from a store that is away', async (t) => {
  const store = openEmbeddedStore(newDatabase(t));
  const ban = { address: '192.0.2.1', untilMs: Number.NaN, reason: '' };
  await assert.rejects(
    store.addBan(ban),
    (error) => error instanceof StoreRefusedError && /whole/.test(error.message),
  );
  await store.close();
  await assert.rejects(store.bans(), StoreUnavailableError);
});

test('what is no database, or no place for one, is refused with its reason', (t) => {
  const settings = newDatabase(t);
  const file = join(settings.path, '../../file');
  writeFileSync(file, 'this is not a database, however long it is looked at'.repeat(100));
  const isUnavailable = (pattern: RegExp) => (error: unknown) =>
    error instanceof StoreUnavailableError && pattern.test(error.message);
  assert.throws(() => openEmbeddedStore({ ...settings, path: file }), isUnavailable(/not a database/));
  assert.throws(
    () => openEmbeddedStore({ ...settings, path: join(file, 'x', 'y') }),
    isUnavailable(/file\/x\/y: a part of the path is no folder$/),
  );
});

test('killed in the middle of applying: the mark and what is stored agree, and nothing acknowledged is lost', async (t) => {
  const settings = newDatabase(t);
  const workers = 40;
  let children: ChildProcess[] = [];
  t.after(() => {
    for (const child of children) child.kill('SIGKILL');
    children = [];
  });
  let least = 0;
  for (let round = 0; round < 5; round++) {
    const child = spawn(process.execPath, [WRITER, settings.path, String(workers)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    let told = least;
    const lines = createInterface(child.stdout!);
    const enough = least + 20 + round * 7;
    for await (const line of lines) {
      told = Number(line);
      if (told === enough) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    assert.ok(told >= enough, 'it was at work');
    const store = openEmbeddedStore(settings);
    const applied = await checkWritten(store, workers);
    await store.close();
    assert.ok(applied >= told, `told ${told}, stored ${applied}`);
    least = applied;
  }
});
