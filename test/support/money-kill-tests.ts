/**
 * Tests of a pool that pays its miners, killed at random, and the process that pays as well: nothing is paid twice, nothing is lost.
 * LESSWORK_SEED plays one again, as far as real processes do.
 * @module
 */
import { type TestContext, test } from 'node:test';
import { embeddedRollback, redisRollbacks } from './books-rollback.js';
import { killMoney, LONG_RUN_KILLS, type MoneyKillOptions } from './kill-money.js';
import { RedisPair } from './redis-pair.js';
import { MISSING_REDIS } from './redis-server.js';
import { skipWhen } from './requirement.js';

const SEED = Number(process.env.LESSWORK_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Kills of each run; one of `npm run test:crash` has many. */
const KILLS = Number(process.env.LESSWORK_KILLS ?? 8);

/** @param polw - whether Proof of Less Work begins and ends meanwhile: only in long runs */
export function testMoneyKills(polw: boolean): void {
  const during = polw ? ', while Proof of Less Work begins and ends' : '';
  const notNow = polw && KILLS < LONG_RUN_KILLS && 'part of the long run';
  const kill = async (
    t: TestContext,
    { store, rollbacks }: Pick<MoneyKillOptions, 'store' | 'rollbacks'>,
  ): Promise<void> => {
    t.diagnostic(`LESSWORK_SEED=${SEED}`);
    t.diagnostic(JSON.stringify(await killMoney(t, { kills: KILLS, seed: SEED, polw, store, rollbacks })));
  };

  test(`paying out of embedded books${during}`, { skip: notNow }, (t) =>
    kill(t, { store: { type: 'embedded' }, rollbacks: (path) => [embeddedRollback(t, path)] }),
  );

  test(`paying out of books on Redis${during}`, { skip: skipWhen(MISSING_REDIS) || notNow }, async (t) => {
    const pair = await RedisPair.start(t);
    await kill(t, { store: { type: 'redis', url: pair.url }, rollbacks: () => redisRollbacks(t, pair) });
  });
}
