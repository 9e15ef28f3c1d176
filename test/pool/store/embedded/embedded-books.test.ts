import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { StoreMismatchError, StoreUnavailableError } from '../../../../pool/ports/store.js';
import { booksPath, openEmbeddedBooks } from '../../../../pool/store/embedded/embedded-books.js';
import { openEmbeddedStore } from '../../../../pool/store/embedded/embedded-store.js';
import { Sql } from '../../../../pool/store/embedded/sql.js';
import { openBooks } from '../../../../pool/store/open-books.js';
import { booksConformance } from '../../../conformance/books-conformance.js';
import { writeOf } from '../../../conformance/books-lab.js';
import { IDENTITY } from '../../../conformance/store-lab.js';
import { checkMoves, moveOne } from '../../../support/books-moves.js';
import { embeddedBooksLab } from '../../../support/embedded-books-lab.js';
import { sleep } from '../../../support/wait.js';

const WRITER = fileURLToPath(new URL('../../../support/books-writer.js', import.meta.url));

booksConformance({ name: 'embedded', skip: false, makeLab: embeddedBooksLab });

/** Path of a pool's database in a folder of the test's own, which goes with the test. */
function newPlace(t: { after(run: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-books-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'data', 'pool.db');
}

const isUnavailable = (pattern: RegExp) => (error: unknown) =>
  error instanceof StoreUnavailableError && pattern.test(error.message);

test('the books are a file beside the pool’s database, for its owner alone', async (t) => {
  const path = newPlace(t);
  const books = await openEmbeddedBooks(path, IDENTITY);
  await books.commit(writeOf([['a', 0, 'one']]));
  assert.match(booksPath(path), /data\/books\.db$/);
  for (const file of [booksPath(path), `${booksPath(path)}-wal`])
    assert.equal(statSync(file).mode & 0o777, 0o600);
  await books.close();
  await assert.rejects(books.logEnd(), isUnavailable(/closed/));
  await books.close();
});

test('the log of the books is written back bit by bit: no commit waits for much of it', async (t) => {
  const path = newPlace(t);
  const books = await openEmbeddedBooks(path, IDENTITY);
  const text = 'x'.repeat(100_000);
  for (let i = 0; i < 40; i++) assert.equal(await books.commit(writeOf([[`a${i}`, 0, text]])), 'done');
  const { size } = statSync(`${booksPath(path)}-wal`);
  assert.ok(size > 0 && size < 1_500_000, `${size} of 4,000,000 bytes`);
  await books.close();
});

test('the books of a store are those that a process opens by themselves, made when they are asked for', async (t) => {
  const path = newPlace(t);
  const settings = { type: 'embedded', path, identity: IDENTITY } as const;
  const store = openEmbeddedStore(settings);
  assert.equal(existsSync(booksPath(path)), false, 'nobody has asked for them');
  assert.equal(await store.books.commit(writeOf([['a', 0, 'one']])), 'done');
  const books = await openBooks(JSON.parse(JSON.stringify(settings)), { onNotice: () => assert.fail() });
  assert.equal(await books.commit(writeOf([['a', 1, 'two']])), 'done');
  assert.equal((await store.books.get('account', ['a']))[0]?.text, 'two');
  await store.close();
  await assert.rejects(store.books.logEnd(), isUnavailable(/closed/));
  assert.equal((await books.get('account', ['a']))[0]?.version, 2);
  await books.close();
});

test('a backup of the books of a store at work is whole, for its owner alone, and replaces nothing', async (t) => {
  const path = newPlace(t);
  const store = openEmbeddedStore({ type: 'embedded', path, identity: IDENTITY });
  const file = `${path}.backup`;
  assert.equal(await store.backup(file, 'books'), false);
  assert.equal(existsSync(file), false, 'there are no books yet');
  await store.books.commit(writeOf([['a', 0, 'one']], ['x']));
  assert.equal(await store.backup(file, 'books'), true);
  await store.books.commit(writeOf([['a', 1, 'two']], ['y']));
  await assert.rejects(store.backup(file, 'books'), isUnavailable(/exists/));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  await store.close();
  renameSync(file, booksPath(path));
  const books = await openEmbeddedBooks(path, IDENTITY);
  assert.deepEqual(await books.get('account', ['a']), [{ key: 'a', version: 1, text: 'one' }]);
  assert.equal(await books.logEnd(), 1);
  await books.close();
});

test("another pool's or network's books are refused; one that knows no network yet takes any", async (t) => {
  const path = newPlace(t);
  const { networkId: _, ...unknown } = { ...IDENTITY };
  await (await openEmbeddedBooks(path, { ...unknown, networkId: undefined })).close();
  await (await openEmbeddedBooks(path, IDENTITY)).close();
  await assert.rejects(openEmbeddedBooks(path, { ...IDENTITY, poolId: 'other' }), StoreMismatchError);
  await assert.rejects(
    openEmbeddedBooks(path, { ...IDENTITY, networkId: 0 }),
    (error) => error instanceof StoreMismatchError && /network 4, not to 0/.test(error.message),
  );
  await (await openEmbeddedBooks(path, { ...unknown, networkId: undefined })).close();
  const store = openEmbeddedStore({ type: 'embedded', path, identity: { ...IDENTITY, networkId: 0 } });
  await assert.rejects(store.books.logEnd(), StoreMismatchError);
  await assert.rejects(store.books.logEnd(), StoreMismatchError);
  await store.close();
});

test('what is no database, or of a later program, is refused', async (t) => {
  const path = newPlace(t);
  await (await openEmbeddedBooks(path, IDENTITY)).close();
  const sql = new Sql(booksPath(path));
  sql.script("UPDATE meta SET value = '2' WHERE name = 'schema'");
  sql.close();
  await assert.rejects(
    openEmbeddedBooks(path, IDENTITY),
    (error) => error instanceof StoreMismatchError && /too old/.test(error.message),
  );
  writeFileSync(booksPath(path), 'this is not a database, however long it is looked at'.repeat(100));
  await assert.rejects(openEmbeddedBooks(path, IDENTITY), isUnavailable(/not a database/));
  await assert.rejects(
    openEmbeddedBooks(join(booksPath(path), 'x', 'y'), IDENTITY),
    isUnavailable(/no folder/),
  );
});

test('while another process writes, a commit waits and holds nobody up; then it is done', async (t) => {
  const path = newPlace(t);
  const books = await openEmbeddedBooks(path, IDENTITY);
  const other = new Sql(booksPath(path));
  other.script('BEGIN IMMEDIATE');
  let done = false;
  const committed = books.commit(writeOf([['a', 0, 'one']], ['x'])).then((outcome) => {
    done = true;
    return outcome;
  });
  const lease = books.takeLease('payer', 'a', 1000);
  await sleep(50);
  assert.equal(done, false);
  assert.deepEqual(await books.get('account', ['a']), [undefined], 'reading waits for nobody');
  other.script('COMMIT');
  assert.equal(await committed, 'done');
  assert.ok(await lease);
  other.abandon();
  await books.close();
});

test('books whose file is gone or replaced take nothing; in its place again they go on', async (t) => {
  const path = newPlace(t);
  const books = await openEmbeddedBooks(path, IDENTITY);
  await books.commit(writeOf([['a', 0, 'one']]));
  const file = booksPath(path);
  renameSync(file, `${file}.away`);
  await assert.rejects(books.commit(writeOf([['a', 1, 'two']])), isUnavailable(/removed or renamed/));
  await assert.rejects(books.get('account', ['a']), isUnavailable(/removed or renamed/));
  writeFileSync(file, '');
  await assert.rejects(books.commit(writeOf([['a', 1, 'two']])), isUnavailable(/replaced by another/));
  assert.equal(statSync(file).size, 0, 'it is left alone');
  renameSync(`${file}.away`, file);
  assert.equal(await books.commit(writeOf([['a', 1, 'two']])), 'done');
  await books.close();
});

test('processes that write at once, and are killed: each commit is whole, and none that was told is lost', async (t) => {
  const path = newPlace(t);
  const children = ['a', 'b'].map((name) => {
    const child = spawn(process.execPath, [WRITER, path, name], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => child.kill('SIGKILL'));
    return child;
  });
  const mine = await openEmbeddedBooks(path, IDENTITY);
  // Each is killed as it has told so many; the other goes on.
  const told = Promise.all(
    children.map(async (child, i) => {
      let last = 0;
      for await (const line of createInterface(child.stdout)) {
        last = Number(line);
        if (last === 15 + i * 20) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      return last;
    }),
  );
  let moves = 0;
  let ended = false;
  void told.then(() => {
    ended = true;
  });
  while (!ended) {
    await moveOne(mine, `mine/${moves}`);
    moves += 1;
    await sleep(5);
  }
  const [a, b] = await told;
  assert.ok(a! >= 15 && b! >= 35, `${a} and ${b} were told`);
  const all = await checkMoves(mine);
  assert.ok(all >= moves + a! + b! && all <= moves + a! + b! + 2, `${all} moves, told ${moves}, ${a}, ${b}`);
  await mine.close();
  const again = await openEmbeddedBooks(path, IDENTITY);
  assert.equal(await checkMoves(again), all);
  await again.close();
});
