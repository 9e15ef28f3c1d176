import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BookWrite } from '../../../../pool/ports/books.js';
import {
  StoreMismatchError,
  StoreRefusedError,
  StoreUnavailableError,
} from '../../../../pool/ports/store.js';
import { openBooks } from '../../../../pool/store/open-books.js';
import { storeKeys } from '../../../../pool/store/redis/keys.js';
import { openRedisBooks } from '../../../../pool/store/redis/open-redis-books.js';
import { openRedisStore } from '../../../../pool/store/redis/redis-store.js';
import { booksConformance } from '../../../conformance/books-conformance.js';
import { contentOf, FENCE, writeOf } from '../../../conformance/books-lab.js';
import { IDENTITY } from '../../../conformance/store-lab.js';
import { checkMoves, moveOne } from '../../../support/books-moves.js';
import { redisBooksLab } from '../../../support/redis-books-lab.js';
import { MISSING_REDIS, RedisServer, type RedisServerOptions } from '../../../support/redis-server.js';
import { redisSettings } from '../../../support/redis-store-lab.js';
import { skipWhen } from '../../../support/requirement.js';
import { sleep } from '../../../support/wait.js';

const QUIET = { onNotice: () => undefined };
const skip = skipWhen(MISSING_REDIS);
let server: RedisServer;

before(async () => {
  if (skip === false) server = await RedisServer.start({ appendFsync: 'always' });
});
after(() => server?.close());

booksConformance({ name: 'Redis', skip, makeLab: () => redisBooksLab(server, false) });

/** A server of the test's own. */
async function withServer(
  options: RedisServerOptions,
  run: (server: RedisServer) => Promise<void>,
): Promise<void> {
  const own = await RedisServer.start(options);
  try {
    await run(own);
  } finally {
    await own.close();
  }
}

test('the books of a store are those that a process opens by themselves', { skip }, async () => {
  await server.command(['FLUSHALL']);
  const settings = redisSettings(server);
  const store = await openRedisStore(settings, QUIET);
  const books = await openBooks(JSON.parse(JSON.stringify(settings)), QUIET);
  await store.books.commit(writeOf([['a', 0, 'one']], ['x']));
  assert.equal(await books.commit(writeOf([['a', 1, 'two']], ['y'])), 'done');
  assert.equal((await store.books.get('account', ['a']))[0]?.text, 'two');
  assert.ok(await store.books.takeLease('payer', 'a', 1000));
  assert.equal(await books.takeLease('payer', 'b', 1000), undefined);
  await books.close();
  await assert.rejects(books.logEnd(), StoreUnavailableError);
  assert.equal(await store.books.logEnd(), 2);
  await store.close();
});

test('every key of the books has the tag of the pool; another pool has others', { skip }, async () => {
  await server.command(['FLUSHALL']);
  const settings = redisSettings(server);
  const books = await openRedisBooks(settings, QUIET);
  const other = await openRedisBooks({ ...settings, identity: { ...IDENTITY, poolId: 'other' } }, QUIET);
  await books.commit({ ...writeOf([['a', 0, 'one']], ['x']), durable: true });
  await books.commit(writeOf([['a', 1, undefined]]));
  await books.trimLog(1, FENCE);
  assert.equal(await other.commit(writeOf([['a', 0, 'one']], ['x'])), 'done');
  const keys = (await server.command(['KEYS', '*'])) as string[];
  const prefixes = [storeKeys('test').prefix, storeKeys('other').prefix];
  assert.ok(keys.length > 8);
  assert.ok(keys.every((key) => prefixes.some((prefix) => key.startsWith(prefix))));
  await books.close();
  await other.close();
});

test("another network's books are refused", { skip }, async () => {
  await server.command(['FLUSHALL']);
  const settings = redisSettings(server);
  await (await openRedisBooks(settings, QUIET)).close();
  await assert.rejects(
    openRedisBooks({ ...settings, identity: { ...IDENTITY, networkId: 0 } }, QUIET),
    StoreMismatchError,
  );
});

test('without an append-only file, or with one that is synced when it pleases, nothing is durable', {
  skip,
}, async () => {
  for (const [options, why] of [
    [{}, /no append-only file/],
    [{ appendFsync: 'no' }, /"appendfsync" is "no"/],
  ] as const)
    await withServer(options, async (loose) => {
      const books = await openRedisBooks(redisSettings(loose), QUIET);
      const before = await contentOf(books);
      await assert.rejects(
        books.commit({ ...writeOf([['a', 0, 'one']], ['x']), durable: true }),
        (error) =>
          error instanceof StoreRefusedError &&
          why.test(error.message) &&
          /Set "appendonly yes" and "appendfsync always"/.test(error.message),
      );
      assert.deepEqual(await contentOf(books), before, 'nothing was written');
      assert.equal(await books.commit(writeOf([['a', 0, 'one']], ['x'])), 'done');
      await books.close();
    });
});

test('with a replica a durable write waits until that has it', { skip }, async () => {
  await withServer({}, async (master) => {
    const args = ['--replicaof', '127.0.0.1', String(master.port), '--repl-diskless-sync-delay', '0'];
    await master.command(['CONFIG', 'SET', 'repl-diskless-sync-delay', '0']);
    await withServer({ args }, async (replica) => {
      const books = await openRedisBooks(redisSettings(master), QUIET);
      for (const deadline = performance.now() + 20_000; ; await sleep(20)) {
        if (/state=online/.test(String(await master.command(['INFO', 'replication'])))) break;
        assert.ok(performance.now() < deadline, 'the replica does not connect');
      }
      assert.equal(await books.commit({ ...writeOf([['a', 0, 'one']], ['x']), durable: true }), 'done');
      assert.equal(await replica.command(['HGET', storeKeys('test').book('account'), 'a']), '1 one');
      const whileItIsPaused = async (write: BookWrite): Promise<string> => {
        replica.pause();
        let answered = false;
        const outcome = books.commit({ ...write, durable: true }).finally(() => {
          answered = true;
        });
        await sleep(200);
        assert.equal(answered, false, 'the replica has not said that it has it');
        replica.resume();
        return outcome;
      };
      assert.equal(await whileItIsPaused(writeOf([['a', 1, 'two']], ['y'])), 'done');
      // One that took place long ago, and that this connection has not written.
      replica.pause();
      assert.equal(await books.commit(writeOf([['a', 2, 'three']], ['z'])), 'done');
      assert.equal(await whileItIsPaused(writeOf([['a', 2, 'three']], ['z'])), 'already');
      await books.close();
    });
  });
});

test('killed at work, and started again with what is on its disk: each commit is whole, none that was told is lost', {
  skip,
}, async () => {
  await withServer({ appendFsync: 'always' }, async (own) => {
    let books = await openRedisBooks(redisSettings(own), QUIET);
    let told = 0;
    for (let round = 0; round < 3; round++) {
      let kill: Promise<void> | undefined;
      try {
        for (let n = 0; ; n++) {
          if (n === 3 * round + 2) kill = own.kill();
          await moveOne(books, `${round}/${n}`);
          told += 1;
        }
      } catch (error) {
        assert.ok(error instanceof StoreUnavailableError, String(error));
      }
      await kill;
      await books.close();
      await own.start();
      books = await openRedisBooks(redisSettings(own), QUIET);
      const moves = await checkMoves(books);
      assert.ok(moves >= told && moves <= told + 1, `${moves} moves, told ${told}`);
      told = moves;
    }
    assert.ok(told >= 2 + 5 + 8, `${told} moves`);
    await books.close();
  });
});

test('an append-only file that is cut in the middle of a commit has the commits before it', {
  skip,
}, async () => {
  await withServer({ appendFsync: 'everysec' }, async (own) => {
    let books = await openRedisBooks(redisSettings(own), QUIET);
    for (let n = 0; n < 20; n++) await moveOne(books, `n/${n}`);
    await books.close();
    await sleep(50);
    await own.kill();
    own.cutAppendOnlyFile(5000);
    await own.start();
    books = await openRedisBooks(redisSettings(own), QUIET);
    const moves = await checkMoves(books);
    assert.ok(moves > 0 && moves < 20, `${moves} moves`);
    await moveOne(books, 'again');
    assert.equal(await checkMoves(books), moves + 1);
    await books.close();
  });
});
