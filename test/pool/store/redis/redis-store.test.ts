import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { StoreMismatchError, StoreUnavailableError } from '../../../../pool/ports/store.js';
import { openStore } from '../../../../pool/store/open-store.js';
import { checkServer } from '../../../../pool/store/redis/check-server.js';
import { storeKeys } from '../../../../pool/store/redis/keys.js';
import { openRedisStore } from '../../../../pool/store/redis/redis-store.js';
import { SCRIPTS } from '../../../../pool/store/redis/scripts.js';
import { checkRejectSlots } from '../../../../pool/store/redis/worker-record.js';
import { storeConformance } from '../../../conformance/store-conformance.js';
import { IDENTITY } from '../../../conformance/store-lab.js';
import { batchOf } from '../../../support/batches.js';
import { MISSING_REDIS, RedisServer } from '../../../support/redis-server.js';
import { keepNotices, redisSettings, redisStoreLab } from '../../../support/redis-store-lab.js';
import { skipWhen } from '../../../support/requirement.js';

const JOURNAL = '00000000000000a1';
const SHARE = { account: 'aa', name: 'rig', timeMs: 10_000, work: 16n };
const QUIET = { onNotice: () => undefined };
const skip = skipWhen(MISSING_REDIS);
let server: RedisServer;

before(async () => {
  if (skip === false) server = await RedisServer.start({ appendFsync: 'everysec' });
});
after(() => server?.close());

storeConformance({ name: 'Redis', skip, makeLab: () => redisStoreLab(server, false) });

test('openStore opens it by its settings, without a word where it is durable', { skip }, async () => {
  await server.command(['FLUSHALL']);
  const { notices, onNotice } = keepNotices();
  const store = await openStore(JSON.parse(JSON.stringify(redisSettings(server))), { onNotice });
  assert.equal(await store.apply(batchOf(JOURNAL, 1, [SHARE])), 'applied');
  await store.close();
  assert.deepEqual(notices, []);
});

test('every key has the tag of the pool, and pools in one Redis know nothing of each other', {
  skip,
}, async () => {
  await server.command(['FLUSHALL']);
  const settings = redisSettings(server);
  const first = await openRedisStore(settings, QUIET);
  const second = await openRedisStore(
    { ...settings, identity: { ...IDENTITY, poolId: 'other', networkId: 0 } },
    QUIET,
  );
  await first.apply(batchOf(JOURNAL, 1, [SHARE], { rejects: [{ ...SHARE, reason: 'stale' }] }));
  await first.leaseExtranonces('a', 1, 1000);
  await first.addBan({ address: '192.0.2.1', untilMs: Date.now() + 60_000, reason: '' });
  assert.equal(await second.worker({ account: 'aa', name: 'rig' }), undefined);
  assert.deepEqual(await second.bans(), []);
  assert.equal((await second.leaseExtranonces('b', 1, 1000))[0]?.block, 0);
  const keys = (await server.command(['KEYS', '*'])) as string[];
  const prefixes = [storeKeys('test').prefix, storeKeys('other').prefix];
  assert.ok(keys.length > 15);
  assert.deepEqual(
    keys.filter((key) => !prefixes.some((prefix) => key.startsWith(prefix))),
    [],
  );
  await first.close();
  await second.close();
});

test('without an append-only file, or with eviction, it says so', { skip }, async () => {
  const loose = await RedisServer.start({
    args: ['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru'],
  });
  try {
    const { notices, onNotice } = keepNotices();
    const store = await openRedisStore(redisSettings(loose), { onNotice });
    await store.close();
    assert.deepEqual(
      notices.map(({ type }) => type),
      ['notDurable', 'notDurable'],
    );
    assert.match(JSON.stringify(notices), /appendonly yes/);
    assert.match(JSON.stringify(notices), /noeviction/);
  } finally {
    await loose.close();
  }
});

test('a Redis that is too old, or none, is refused', () => {
  assert.throws(() => checkServer('redis_version:6.2.14\r\nrole:master\r\n'), /version 7/);
  assert.throws(() => checkServer(''), StoreUnavailableError);
  assert.deepEqual(
    checkServer('# Server\r\nredis_version:7.2.4\r\nrole:master\r\naof_enabled:1\r\nmaxmemory:0\r\n'),
    [],
  );
});

test('settings that name no way, or two, are refused', async () => {
  const settings = { type: 'redis', identity: IDENTITY } as const;
  const url = 'redis://127.0.0.1:1';
  await assert.rejects(openRedisStore(settings, QUIET), RangeError);
  await assert.rejects(openRedisStore({ ...settings, url, clusterNodes: [] }, QUIET), RangeError);
  await assert.rejects(openRedisStore({ ...settings, sentinels: [] }, QUIET), RangeError);
});

test('an older schema is migrated once, however many open it; a newer one is refused', { skip }, async () => {
  await server.command(['FLUSHALL']);
  const settings = redisSettings(server);
  const zero = { version: 0, migrations: [] };
  const old = await openRedisStore(settings, QUIET, { schema: zero });
  await old.apply(batchOf(JOURNAL, 1, [SHARE]));
  await assert.rejects(openRedisStore(settings, QUIET), /no way leads/);
  // Made up: it counts how often it ran.
  const schema = { version: 1, migrations: [{ from: 0, lua: "redis.call('INCR', prefix .. 'migrated')" }] };
  const stores = await Promise.all([1, 2, 3].map(() => openRedisStore(settings, QUIET, { schema })));
  assert.equal(await server.command(['GET', `${storeKeys('test').prefix}migrated`]), '1');
  assert.equal((await stores[0]!.worker({ account: 'aa', name: 'rig' }))?.shares, 1);
  // The program that had it open writes no more of what the new one doesn't know.
  await assert.rejects(
    old.apply(batchOf(JOURNAL, 2, [SHARE])),
    (error) => error instanceof StoreMismatchError && /schema 1 now/.test(error.message),
  );
  await assert.rejects(openRedisStore(settings, QUIET, { schema: zero }), /too old/);
  for (const store of [old, ...stores]) await store.close();
});

test('workers that Redis numbered anew after it went back are not credited to each other', {
  skip,
}, async () => {
  await server.command(['FLUSHALL']);
  const settings = redisSettings(server);
  const [a, b] = [await openRedisStore(settings, QUIET), await openRedisStore(settings, QUIET)];
  await a.apply(
    batchOf(JOURNAL, 1, [
      { ...SHARE, name: 'x' },
      { ...SHARE, name: 'y' },
    ]),
  );
  // A replica takes over that had heard of nothing: the first client still remembers its numbers.
  await server.command(['FLUSHALL']);
  await assert.rejects(a.apply(batchOf(JOURNAL, 2, [SHARE])), StoreUnavailableError);
  const again = await openRedisStore(settings, QUIET);
  await b.apply(batchOf('00000000000000b2', 1, [{ ...SHARE, name: 'y', work: 1000n }]));
  await a.apply(
    batchOf(JOURNAL, 1, [
      { ...SHARE, name: 'x' },
      { ...SHARE, name: 'y' },
    ]),
  );
  assert.equal((await again.worker({ account: 'aa', name: 'x' }))?.work, 16n);
  assert.equal((await again.worker({ account: 'aa', name: 'y' }))?.work, 1016n);
  const entries = (await again.slices(0, 20_000)).flatMap((slice) => slice.entries);
  const y = (await again.worker({ account: 'aa', name: 'y' }))!.id;
  assert.deepEqual(
    entries
      .filter((e) => e.worker === y)
      .map((e) => e.work)
      .toSorted(),
    [1000n, 16n],
  );
  for (const store of [a, b, again]) await store.close();
});

test('scripts that Redis forgot are sent again', { skip }, async () => {
  await server.command(['FLUSHALL']);
  const store = await openRedisStore(redisSettings(server), QUIET);
  await server.command(['SCRIPT', 'FLUSH']);
  assert.equal(await store.apply(batchOf(JOURNAL, 1, [SHARE])), 'applied');
  await server.command(['SCRIPT', 'FLUSH']);
  assert.equal((await store.leaseExtranonces('a', 1, 1000)).length, 1);
  await store.close();
});

test('a reason that a record has no room for is refused before anything is written', { skip }, async () => {
  await server.command(['FLUSHALL']);
  const store = await openRedisStore(redisSettings(server), QUIET);
  await store.apply(batchOf(JOURNAL, 1, [SHARE]));
  const identity = { account: 'aa', name: 'rig' };
  const before = (await store.worker(identity))!;
  const keys = storeKeys('test');
  const schema = (await server.command(['HGET', keys.meta, 'schema'])) as string;
  const { lua } = SCRIPTS['apply-batch-5'];
  for (const reason of ['16', '-1']) {
    const places = [keys.meta, keys.journals, keys.slices, keys.blocks, keys.earlyBlockStates];
    const head = [keys.prefix, schema, JOURNAL, '2', '20000', '0'];
    const accounts = ['1', 'aa', '1', 'rig', String(before.id), '1', reason, '7', '0'];
    await assert.rejects(
      server.command(['EVAL', lua, '5', ...places, ...head, ...accounts, '0', '0', '0', '0']),
      /a reason beyond the 16/,
    );
  }
  assert.deepEqual(await store.worker(identity), before);
  assert.equal(
    await store.apply(batchOf(JOURNAL, 2, [], { rejects: [{ ...SHARE, reason: 'stale' }] })),
    'applied',
  );
  await store.close();
  assert.throws(() => checkRejectSlots(17), /room for 16 reasons, got 17/);
  checkRejectSlots(16);
});
