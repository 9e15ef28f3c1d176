import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openRedisStore } from '../../../../pool/store/redis/redis-store.js';
import { writeOf } from '../../../conformance/books-lab.js';
import { storeConformance } from '../../../conformance/store-conformance.js';
import { batchOf } from '../../../support/batches.js';
import { MISSING_REDIS, RedisServer } from '../../../support/redis-server.js';
import { keepNotices, redisSettings, redisStoreLab } from '../../../support/redis-store-lab.js';
import { skipWhen } from '../../../support/requirement.js';
import { waitFor } from '../../../support/wait.js';

const skip = skipWhen(MISSING_REDIS);
let server: RedisServer;

before(async () => {
  if (skip === false) server = await RedisServer.start({ appendFsync: 'always', cluster: true });
});
after(() => server?.close());

storeConformance({ name: 'Redis Cluster', skip, makeLab: () => redisStoreLab(server, true) });

test('books in a cluster are written, durably too, and read', { skip }, async () => {
  await server.command(['FLUSHALL']);
  const store = await openRedisStore(redisSettings(server, true), { onNotice: () => undefined });
  const write = { ...writeOf([['a', 0, 'one']], ['x']), durable: true };
  assert.equal(await store.books.commit(write), 'done');
  assert.equal(await store.books.commit(write), 'already');
  assert.equal(await store.books.commit(writeOf([['a', 1, 'two']], ['y'])), 'done');
  assert.deepEqual(await store.books.page('account', { limit: 10 }), [{ key: 'a', version: 2, text: 'two' }]);
  assert.equal((await store.books.log(0, 10)).length, 2);
  await store.close();
});

test('a cluster that was away is found again', { skip }, async () => {
  const { notices, onNotice } = keepNotices();
  const store = await openRedisStore(redisSettings(server, true), { onNotice });
  const share = { account: 'away', timeMs: 10_000, work: 16n };
  await store.apply(batchOf('00000000000000c1', 1, [share]));
  await server.kill();
  await assert.rejects(store.apply(batchOf('00000000000000c1', 2, [share])), {
    code: 'ERR_STORE_UNAVAILABLE',
  });
  await server.start();
  await waitFor('it is back', () => notices.some(({ type }) => type === 'back'), 30_000);
  assert.equal(await store.apply(batchOf('00000000000000c1', 2, [share])), 'applied');
  assert.equal((await store.worker({ account: 'away', name: '' }))?.shares, 2);
  await store.close();
});
