// Pools and miners with a fund of coins to burn, killed at random: nothing is burnt twice, nothing forgotten. LESSWORK_SEED plays one
// again, as far as real processes do.
import { test } from 'node:test';
import { killMiner } from '../support/miner-kill-run.js';
import { killPool } from '../support/pool-kill-run.js';
import { MISSING_REDIS, RedisServer } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';

const SEED = Number(process.env.LESSWORK_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Kills of each program; a run of `npm run test:crash` has many. */
const KILLS = process.env.LESSWORK_KILLS === undefined ? undefined : Number(process.env.LESSWORK_KILLS);

// With few kills, pool-withdrawal-kill.test.ts does as much.
test('a pool on an embedded store', {
  skip: KILLS === undefined && 'a part of npm run test:crash',
}, async (t) => {
  t.diagnostic(`LESSWORK_SEED=${SEED}`);
  const options = { kills: KILLS ?? 0, seed: SEED, store: { type: 'embedded' }, rebuildEvery: 5 };
  t.diagnostic(JSON.stringify(await killPool(t, options)));
});

test('a pool on Redis', { skip: skipWhen(MISSING_REDIS) }, async (t) => {
  t.diagnostic(`LESSWORK_SEED=${SEED}`);
  const server = await RedisServer.start({ appendFsync: 'everysec' });
  t.after(() => server.close());
  const store = { type: 'redis', url: server.url };
  t.diagnostic(JSON.stringify(await killPool(t, { kills: KILLS ?? 1, seed: SEED, store, rebuildEvery: 5 })));
});

test('a miner with a fund of its own', async (t) => {
  t.diagnostic(`LESSWORK_SEED=${SEED}`);
  t.diagnostic(JSON.stringify(await killMiner(t, { kills: KILLS ?? 1, seed: SEED, rebuildEvery: 5 })));
});
