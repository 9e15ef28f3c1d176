import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startDevnet } from '../../devnet/app.js';
import { booksPath, openEmbeddedBooks } from '../../pool/store/embedded/embedded-books.js';
import { openEmbeddedStore } from '../../pool/store/embedded/embedded-store.js';
import { writeOf } from '../conformance/books-lab.js';
import { freePort } from '../support/free-port.js';
import { FrontEnd } from '../support/front-end-lab.js';
import { LessworkRun } from '../support/lesswork.js';
import { waitFor } from '../support/wait.js';

const POOL = 'single';
const IDENTITY = { poolId: POOL, networkId: undefined, extranonceBytes: 2 };

/** A pool with an embedded store on a simulated node, each start a process. */
async function embeddedPool(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-backup-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const devnet = await startDevnet({ rate: 1_000_000_000, retarget: false });
  t.after(() => devnet.close());
  const dataFolder = join(folder, 'data');
  const config = join(folder, 'pool.json');
  writeFileSync(
    config,
    JSON.stringify({
      pool: { id: POOL },
      mode: 'pool',
      nodes: [{ host: '127.0.0.1', port: devnet.minerApiPort, restPort: devnet.restPort }],
      listeners: [{ name: 'main', host: '127.0.0.1', port: 0, difficulty: { start: '1kH', min: '16H' } }],
      dataFolder,
      http: false,
      admin: { host: '127.0.0.1', port: await freePort() },
      stop: { closeOverMs: 100 },
    }),
  );
  const start = async (): Promise<FrontEnd> => {
    const pool = new FrontEnd(new LessworkRun(['pool', '--config', config, '--json']));
    t.after(() => pool.kill());
    await waitFor('it serves', () => pool.failedOr(() => pool.serves), 30_000);
    return pool;
  };
  const backup = (file: string) => new LessworkRun(['pool', 'backup', file, '--config', config]).end();
  return { folder, devnet, database: join(dataFolder, 'pool.db'), start, backup };
}

/** What nodes must be, as a database says. */
async function identityIn(path: string): Promise<unknown> {
  const store = openEmbeddedStore({ type: 'embedded', path, identity: IDENTITY });
  const noted = await store.nodeIdentity();
  await store.close();
  return noted;
}

const ready = async (pool: FrontEnd): Promise<number> => (await pool.admin('/ready')).status;

test('a backup of a running pool is restored as the documents say', async (t) => {
  const { folder, devnet, database, start, backup } = await embeddedPool(t);
  const file = join(folder, 'backup.db');
  assert.match((await backup(file)).stderr, /no pool answers at .*: it must run/);
  assert.ok(!existsSync(file));
  // What a payer beside the pool has written.
  const books = await openEmbeddedBooks(database, IDENTITY);
  await books.commit(writeOf([['a', 0, 'one']], ['x']));
  let pool = await start();
  const made = await backup(file);
  assert.equal(made.code, 0, made.stderr);
  await books.commit(writeOf([['a', 1, 'two']], ['y']));
  await books.close();
  assert.match(made.stdout, /backup\.db: \d+\.\d MB/);
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.match(made.stdout, /backup\.db\.books: \d+\.\d MB/);
  assert.match((await backup(file)).stderr, /is there already/);
  assert.ok(!existsSync(join(database, '../backup.tmp')), 'nothing is left in the data folder');
  await pool.stop();
  rmSync(`${database}-wal`, { force: true });
  renameSync(file, database);
  for (const log of ['-wal', '-shm']) rmSync(`${booksPath(database)}${log}`, { force: true });
  renameSync(`${file}.books`, booksPath(database));
  const restored = await openEmbeddedBooks(database, IDENTITY);
  assert.deepEqual(await restored.get('account', ['a']), [{ key: 'a', version: 1, text: 'one' }]);
  assert.equal(await restored.logEnd(), 1);
  await restored.close();
  const expected = { networkId: 4, minerAddresses: devnet.minerAddresses };
  assert.deepEqual(await identityIn(database), expected);
  pool = await start();
  assert.equal(await ready(pool), 200);
  await pool.stop();
});

test('a database that is removed under a running pool: it is said, the pool is not ready, and then it is there again', async (t) => {
  const { database, start } = await embeddedPool(t);
  const pool = await start();
  assert.equal(await ready(pool), 200);
  rmSync(database);
  await waitFor('it is said', () => pool.notices.some((line) => /was removed or renamed/.test(line)), 10_000);
  assert.equal(await ready(pool), 503);
  await waitFor(
    'it is there again',
    () => pool.notices.some((line) => /is written again/.test(line)),
    20_000,
  );
  assert.ok(existsSync(database));
  assert.equal(await ready(pool), 200);
  await pool.stop();
});
