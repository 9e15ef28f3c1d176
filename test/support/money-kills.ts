/**
 * Runs of a pool that pays its miners and is killed at random, as the environment asks for them, over both stores.
 * @module
 */
import type { TestContext } from 'node:test';
import { embeddedRollback, redisRollbacks } from './books-rollback.js';
import { killMoney, LONG_RUN_KILLS, type MoneyKillOptions } from './kill-money.js';
import { RedisPair } from './redis-pair.js';

/** LESSWORK_SEED plays a run again, as far as real processes do. */
const SEED = Number(process.env.LESSWORK_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Kills of each run; one of `npm run test:crash` has many. */
const KILLS = Number(process.env.LESSWORK_KILLS ?? 8);

/** Why what takes minutes more is left out; false in a long run. */
export const NOT_IN_SHORT_RUNS = KILLS < LONG_RUN_KILLS && 'part of the long run';

/** @param polw - whether Proof of Less Work begins and ends meanwhile */
export function killEmbedded(t: TestContext, polw: boolean): Promise<void> {
  const rollbacks = (path: string) => [embeddedRollback(t, path)];
  return kill(t, { polw, store: { type: 'embedded' }, rollbacks });
}

/** As `killEmbedded`. */
export async function killOnRedis(t: TestContext, polw: boolean): Promise<void> {
  const pair = await RedisPair.start(t);
  const rollbacks = () => redisRollbacks(t, pair);
  await kill(t, { polw, store: { type: 'redis', url: pair.url }, rollbacks });
}

async function kill(
  t: TestContext,
  options: Pick<MoneyKillOptions, 'polw' | 'store' | 'rollbacks'>,
): Promise<void> {
  t.diagnostic(`LESSWORK_SEED=${SEED}`);
  t.diagnostic(JSON.stringify(await killMoney(t, { kills: KILLS, seed: SEED, ...options })));
}
