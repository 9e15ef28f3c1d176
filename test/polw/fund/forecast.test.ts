import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChainForecast, forecastOf } from '../../../polw/fund/forecast.js';
import type { FundCoin } from '../../../polw/fund/fund-coins.js';

const ALPH = 10n ** 18n;
const HOUR_MS = 3_600_000;
const LOCK_MS = 500 * 60_000;
const NOW_MS = 1_800_000_000_000;

let names = 0;

function coin(parts: Partial<FundCoin>): FundCoin {
  return {
    key: `${names++}`,
    hint: 1,
    amount: ALPH,
    lockTimeMs: 0,
    owner: 1,
    chain: 1,
    height: 1,
    blockHash: 'block',
    own: true,
    deposit: false,
    toEarned: undefined,
    ...parts,
  };
}

/** Output 0 of a block of a chain, so long ago. */
function paid(chain: number, agoMs: number, burnt: bigint, earned: bigint): FundCoin {
  const owner = (chain % 4) * 4 + Math.floor(chain / 4);
  return coin({
    chain,
    owner,
    amount: burnt + earned,
    toEarned: earned,
    lockTimeMs: NOW_MS - agoMs + LOCK_MS,
  });
}

const forecast = (coins: readonly FundCoin[], isReserved = (_key: string) => false) =>
  forecastOf(coins, { nowMs: NOW_MS, lockMs: LOCK_MS, isReserved });

/** A chain that burnt an ALPH each 3 min, for a lock period. */
const steady = (chain: number, earned: bigint) =>
  Array.from({ length: Math.floor(LOCK_MS / 180_000) }, (_, i) => paid(chain, i * 180_000, ALPH, earned));

const hours = ({ lastsMs }: ChainForecast): number | undefined => lastsMs && lastsMs / HOUR_MS;

test('a chain that has burnt nothing of late: its coins are told, and no need', () => {
  const all = forecast([
    coin({}),
    coin({ amount: 2n * ALPH }),
    coin({ lockTimeMs: NOW_MS + 1 }),
    coin({ owner: 6 }),
  ]);
  assert.deepEqual(all[1], {
    coins: 2,
    unlocked: 3n * ALPH,
    locked: ALPH,
    needed: 0n,
    outPerHour: 0n,
    inPerHour: 0n,
    lastsMs: undefined,
  });
  assert.equal(all[6]!.coins, 1);
  assert.equal(all.length, 16);
});

test('nothing comes back: coins last as long as they are burnt at the rate of the last hour', () => {
  const [, chain] = forecast([...steady(1, 0n), coin({ amount: 101n * ALPH })]);
  assert.equal(chain!.outPerHour, 20n * ALPH);
  assert.equal(chain!.inPerHour, 0n);
  // A block must be left.
  assert.equal(hours(chain!), 5);
  // 20 ALPH an hour for 8 h 20 min, and a block.
  assert.equal(chain!.needed, (20n * ALPH * 25n) / 3n + ALPH);
});

test('a loop that pays for itself has no end, if it gets over the lock period', () => {
  const both = [...steady(1, ALPH / 10n), ...steady(4, ALPH / 10n)];
  const [, rich] = forecast([...both, coin({ amount: 10n * ALPH })]);
  assert.equal(rich!.lastsMs, Number.POSITIVE_INFINITY);
  assert.ok(rich!.inPerHour > rich!.outPerHour);
  // What comes back within the lock period keeps pace with what is burnt: the first of it is due at once.
  assert.ok(rich!.needed <= 3n * ALPH, `${rich!.needed}`);
  const [, poor] = forecast([
    ...both.filter(({ lockTimeMs }) => lockTimeMs > NOW_MS + 2 * HOUR_MS),
    coin({ amount: 11n * ALPH }),
  ]);
  assert.equal(hours(poor!), 0.5);
});

test('a mirror that burns less: coins drift there, and run out some day', () => {
  // Chain 4 burns half as often.
  const coins = [
    ...steady(1, 0n),
    ...steady(4, 0n).filter((_, i) => i % 2 === 0),
    coin({ amount: 200n * ALPH }),
  ];
  const [, chain, , , mirror] = forecast(coins);
  assert.equal(chain!.outPerHour, 20n * ALPH);
  assert.equal(chain!.inPerHour, 10n * ALPH);
  assert.ok(hours(chain!)! > 19 && hours(chain!)! < 21, `${hours(chain!)}`);
  assert.ok(mirror!.inPerHour > mirror!.outPerHour);
});

test('few blocks: the rate is that of the lock period', () => {
  const few = Array.from({ length: 8 }, (_, i) => paid(1, i * HOUR_MS, ALPH, 0n));
  const [, chain] = forecast([...few, coin({ amount: 3n * ALPH })]);
  assert.equal(chain!.outPerHour, (8n * ALPH) / 7n);
  // One block a minute ago is no rate yet.
  const [, first] = forecast([paid(1, 60_000, ALPH, 0n), coin({ amount: 3n * ALPH })]);
  assert.equal(first!.outPerHour, 2n * ALPH);
});

test('coins set aside do not count, nor a lock of years, nor change that somebody has locked', () => {
  const [kept, aside] = [coin({ amount: 2n * ALPH }), coin({ amount: 100n * ALPH })];
  const locked = coin({ amount: 50n * ALPH, toEarned: 0n, lockTimeMs: NOW_MS + LOCK_MS - 60_000 });
  const years = coin({ amount: 500n * ALPH, lockTimeMs: NOW_MS * 2 });
  const coins = [...steady(1, 0n), kept, aside, locked, years];
  const [, chain] = forecast(coins, (key) => key === aside.key);
  assert.deepEqual([chain!.coins, chain!.unlocked], [1, 2n * ALPH]);
  assert.equal(chain!.outPerHour, 20n * ALPH);
  assert.equal(hours(chain!), 0.05);
});

test('a chain (f, f) pays itself', () => {
  const [chain] = forecast([...steady(0, ALPH / 2n), coin({ owner: 0, amount: 40n * ALPH })]);
  assert.deepEqual([chain!.outPerHour, chain!.inPerHour], [20n * ALPH, 30n * ALPH]);
  assert.equal(chain!.lastsMs, Number.POSITIVE_INFINITY);
});
