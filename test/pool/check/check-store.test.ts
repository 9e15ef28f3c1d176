import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { checkStore, judgeDatabase, judgeRedis, judgeRedisError } from '../../../pool/check/check-store.js';
import { parsePoolConfig } from '../../../pool/config/pool-config.js';
import { openEmbeddedStore } from '../../../pool/store/embedded/embedded-store.js';
import { openRedisStore } from '../../../pool/store/redis/redis-store.js';
import { configSources } from '../../support/config-sources.js';
import { testFolder } from '../../support/journal-writing.js';
import { MISSING_REDIS, RedisServer } from '../../support/redis-server.js';
import { skipWhen } from '../../support/requirement.js';

const IDENTITY = { poolId: 'one', networkId: undefined, extranonceBytes: 2 };
const NODES = { networkId: 4, minerAddresses: ['a0', 'a1', 'a2', 'a3'] };

const skip = skipWhen(MISSING_REDIS);
let redis: RedisServer;

before(async () => {
  if (MISSING_REDIS === undefined) redis = await RedisServer.start({ appendFsync: 'everysec' });
});
after(() => redis?.close());

async function looked(settings: object, now = Date.now) {
  const config = parsePoolConfig({ pool: { id: 'one' }, ...settings }, configSources());
  const { findings, nodes } = await checkStore(config, false, now);
  return { nodes, lines: findings.map(({ setting, outcome, met }) => `${outcome} ${setting}: ${met}`) };
}

test('an embedded store: not there, there, of another pool, no database; nothing is left beside it', async (t) => {
  const dataFolder = testFolder(t);
  const path = join(dataFolder, 'pool.db');
  assert.match((await looked({ dataFolder })).lines[0]!, /^ok store: .*pool\.db: is not there/);
  const store = openEmbeddedStore({ type: 'embedded', path, identity: IDENTITY });
  await store.claimNodeIdentity(NODES);
  await store.close();
  const before = readdirSync(dataFolder);
  const { lines, nodes } = await looked({ dataFolder });
  assert.match(lines[0]!, /^ok store: .*can be opened, network 4, pays a0 a1 a2 a3$/);
  assert.deepEqual(nodes, NODES);
  const other = await looked({ dataFolder, pool: { id: 'two' } });
  assert.match(other.lines[0]!, /^failed store: the store belongs to the pool "one", not to "two"$/);
  assert.match(
    (await looked({ dataFolder, extranonceBytes: 3 })).lines[0]!,
    /^failed .* have 2 bytes, not 3/,
  );
  assert.deepEqual(readdirSync(dataFolder), before);
  writeFileSync(path, 'no database at all');
  assert.match((await looked({ dataFolder })).lines[0]!, /^failed store: .*not a database/);
});

test('a log that is left may hold more than the file: nothing is compared with what the file says', () => {
  const content = { schema: 1, poolId: 'one', extranonceBytes: 2, nodes: NODES };
  const left = judgeDatabase('/pool.db', content, true, IDENTITY);
  assert.deepEqual([left.findings[0]!.outcome, left.nodes], ['ok', undefined]);
  assert.equal(judgeDatabase('/pool.db', undefined, true, IDENTITY).findings[0]!.outcome, 'warning');
});

test('a Redis that holds the pool, or nothing of it: nothing is written there', { skip }, async () => {
  await redis.command(['FLUSHALL']);
  const settings = { store: { type: 'redis', url: redis.url } };
  const fresh = await looked(settings);
  assert.match(fresh.lines[0]!, /^ok store: Redis \d[\d.]+, append-only file on, 0 replicas$/);
  assert.equal(fresh.lines[1], 'ok pool.id: nothing of a pool "one" yet: made at the start');
  assert.deepEqual(fresh.nodes, {});
  assert.equal(await redis.command(['DBSIZE']), 0);
  const store = await openRedisStore(
    { type: 'redis', url: redis.url, identity: IDENTITY },
    { onNotice: () => {} },
  );
  await store.claimNodeIdentity(NODES);
  await store.close();
  const used = await looked(settings);
  assert.equal(used.lines[1], 'ok pool.id: holds the pool "one", network 4, pays a0 a1 a2 a3');
  assert.deepEqual(used.nodes, NODES);
  assert.match(
    (await looked({ ...settings, extranonceBytes: 3 })).lines[0]!,
    /^failed store: .*2 bytes, not 3/,
  );
  const late = await looked(settings, () => Date.now() + 60_000);
  assert.ok(
    late.lines.some((line) => /^failed store: the store's clock is 60\.\d s behind/.test(line)),
    String(late.lines),
  );
});

test('a Redis without append-only file, with a password, and one that is away', { skip }, async (t) => {
  const plain = await RedisServer.start();
  t.after(() => plain.close());
  const settings = { store: { type: 'redis', url: plain.url } };
  assert.match((await looked(settings)).lines[0]!, /^warning store: Redis keeps no append-only file/);
  await plain.command(['CONFIG', 'SET', 'requirepass', 'secret']);
  assert.deepEqual((await looked(settings)).lines, ['failed store.password: Redis asks for a password']);
  await plain.close();
  assert.match((await looked(settings)).lines[0]!, /^failed store: Redis: 127\.0\.0\.1:\d+: nobody listens/);
});

test('a server that has trouble with its disk may refuse writes', () => {
  const server = { version: '7.2.0', replicas: 1, appendOnly: true, warnings: [] };
  const troubles = ['its append-only file can not be written'];
  const { findings } = judgeRedis(
    { servers: [{ ...server, troubles }], content: undefined, offsetMs: 0 },
    IDENTITY,
  );
  assert.equal(findings[0]!.outcome, 'failed');
  assert.match(findings[0]!.met, /append-only file on, 1 replica: its append-only file can not be written/);
});

test('of a store that may lose what was written a pool is warned that pays', () => {
  const server = { version: '7.0.15', replicas: 0, appendOnly: true, troubles: [], warnings: [] };
  const look = { servers: [server], durableFault: 'why', content: undefined, offsetMs: 0 };
  const warned = (pays: boolean): boolean =>
    judgeRedis(look, IDENTITY, pays).findings.some(
      ({ outcome, met }) => outcome === 'warning' && /written: why; lesswork payer pays nothing/.test(met),
    );
  assert.deepEqual([warned(true), warned(false)], [true, false]);
});

test('what Redis says to a login, in the words of the settings', () => {
  assert.equal(judgeRedisError('Redis: WRONGPASS invalid username-password pair').setting, 'store.password');
  assert.equal(
    judgeRedisError("Redis: NOPERM this user has no permissions to run 'info'").setting,
    'store.username',
  );
  assert.match(judgeRedisError('Redis 6.2.1: version 7 or later is needed').remedy!, /newer Redis/);
  assert.match(judgeRedisError('Redis: READONLY: this server is a replica').remedy!, /master/);
});
