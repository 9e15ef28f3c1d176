// A pool that pays its miners, killed at random, and the process that pays as well: nothing is paid twice, nothing is lost.
// LESSWORK_SEED plays one again, as far as real processes do.
import { test } from 'node:test';
import { embeddedRollback, redisRollbacks } from '../support/books-rollback.js';
import { killMoney, LONG_RUN_KILLS } from '../support/kill-money.js';
import { RedisPair } from '../support/redis-pair.js';
import { MISSING_REDIS } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';

const SEED = Number(process.env.LESSWORK_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Kills of each run; one of `npm run test:crash` has many. */
const KILLS = Number(process.env.LESSWORK_KILLS ?? 8);

for (const [polw, where] of [
  [false, 'out of embedded books'],
  [true, 'out of embedded books, while Proof of Less Work begins and ends'],
] as const)
  test(`paying ${where}`, { skip: polw && KILLS < LONG_RUN_KILLS && 'part of the long run' }, async (t) => {
    t.diagnostic(`LESSWORK_SEED=${SEED}`);
    t.diagnostic(
      JSON.stringify(
        await killMoney(t, {
          kills: KILLS,
          seed: SEED,
          polw,
          store: { type: 'embedded' },
          rollbacks: (path: string) => [embeddedRollback(t, path)],
        }),
      ),
    );
  });

test('paying out of books on Redis', { skip: skipWhen(MISSING_REDIS) }, async (t) => {
  t.diagnostic(`LESSWORK_SEED=${SEED}`);
  const pair = await RedisPair.start(t);
  const store = { type: 'redis', url: pair.url };
  t.diagnostic(
    JSON.stringify(
      await killMoney(t, {
        kills: KILLS,
        seed: SEED,
        polw: false,
        store,
        rollbacks: () => redisRollbacks(t, pair),
      }),
    ),
  );
});
