import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balancedMiner, ChainBalance, EVERY_CHAIN } from '../../../pool/jobs/chain-balance.js';
import { ALL_CHAINS } from '../../../protocol/chain.js';
import { type Simulation, simulate, zipf } from './chain-balance-simulation.js';

const farm: Simulation = { seed: 1, rates: zipf(1000), hours: 2, churn: 0.1, noisy: false, found: 0 };

/** The n-th percentile. */
function percentile(values: readonly number[], n: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil((sorted.length * n) / 100) - 1]!;
}

const most = (ratios: readonly number[]): number => percentile(ratios, 100);

for (const seed of [1, 2, 3]) {
  test(`1,000 miners, the first with 13 % of all hashes: level in every ten minutes (${seed})`, () => {
    const { ratios, decisions } = simulate({ ...farm, seed });
    assert.ok(ratios.length > 600 && decisions > 500_000);
    assert.ok(most(ratios) <= 1.1, `${most(ratios)}`);
  });

  test(`the same with rates as shares tell them, and chains that pause for blocks found (${seed})`, () => {
    const { ratios, overall } = simulate({ ...farm, seed, noisy: true, found: 60 });
    assert.ok(percentile(ratios, 95) <= 1.1, `${percentile(ratios, 95)}`);
    assert.ok(most(ratios) <= 1.15, `${most(ratios)}`);
    assert.ok(overall <= 1.03, `${overall}`);
  });
}

test('the simulation sees a pool that is not level', () => {
  // A chain that is out of reach for minutes is missed in its window.
  const { ratios } = simulate({ ...farm, found: 6, foundParentMs: 300_000 });
  assert.ok(most(ratios) > 1.3, `${most(ratios)}`);
});

test('what a chain missed is made up for, and no more', () => {
  const balance = new ChainBalance(0);
  const miners = ALL_CHAINS.map(() => balancedMiner(1));
  const visits = ALL_CHAINS.map(() => 0);
  const without5 = EVERY_CHAIN & ~(1 << 5);
  for (let round = 0; round < 200; round++) {
    for (const miner of miners) {
      const chain = balance.choose(miner, round * 12_000, round < 25 ? without5 : EVERY_CHAIN)!;
      visits[chain] = visits[chain]! + 1;
    }
    if (round === 24) assert.equal(visits[5], 0);
  }
  const of5 = visits[5]! / ((200 * 16) / 16);
  assert.ok(of5 > 0.9 && of5 < 1.1, `${of5}`);
});

test('4,000 equal miners: level within 3 %', () => {
  const { ratios } = simulate({
    ...farm,
    rates: Array.from({ length: 4000 }, () => 1),
    hours: 0.75,
    noisy: true,
    found: 60,
  });
  assert.ok(most(ratios) <= 1.03, `${most(ratios)}`);
});

// A lone miner stays some 11 s on a chain: ten minutes are 54 stays for 16 chains, so they can't be level.
for (const [miners, windowMs, limit] of [
  [1, 2 * 3_600_000, 1.1],
  [2, 3_600_000, 1.1],
  [5, 3_600_000, 1.1],
  [20, 1_800_000, 1.1],
  [100, 600_000, 1.15],
] as const) {
  test(`${miners} miners: level within ${limit} in every ${windowMs / 60_000} minutes`, () => {
    const { ratios } = simulate({ ...farm, rates: zipf(miners), churn: 0, hours: 6, windowMs });
    assert.ok(most(ratios) <= limit, `${most(ratios)}`);
  });
}

test('miners spread over the chains, and over those alone that have a job', () => {
  const balance = new ChainBalance(0);
  const usable = 0b1010_0000_0000_0110;
  const chains = Array.from({ length: 8 }, () => balance.choose(balancedMiner(5), 0, usable));
  assert.deepEqual(chains.toSorted(), [1, 1, 13, 13, 15, 15, 2, 2]);
  assert.equal(balance.rateOn(13), 10);
  const miner = balancedMiner(5);
  assert.equal(balance.choose(miner, 0, 0), undefined);
  assert.equal(miner.chain, -1);
});

test('a miner leaves with what it brought, also when its rate changed between', () => {
  const balance = new ChainBalance(0);
  const miner = balancedMiner(100);
  const chain = balance.choose(miner, 1_000, EVERY_CHAIN)!;
  balance.setRate(miner, 7, 2_000);
  assert.equal(balance.rateOn(chain), 7);
  const second = balance.choose(miner, 3_000, EVERY_CHAIN)!;
  assert.notEqual(second, chain);
  assert.equal(balance.rateOn(chain), 0);
  balance.remove(miner, 4_000);
  balance.remove(miner, 5_000);
  assert.deepEqual([balance.rateOn(second), miner.chain], [0, -1]);
  balance.setRate(miner, 9, 6_000);
  assert.ok(ALL_CHAINS.every((c) => balance.rateOn(c) === 0));
});

test('only big miners carry a record of their time on each chain', () => {
  const balance = new ChainBalance(0);
  const crowd = Array.from({ length: 2000 }, () => balancedMiner(1));
  const big = balancedMiner(20);
  for (let round = 1; round < 3; round++)
    for (const miner of [...crowd, big]) balance.choose(miner, round * 12_000, EVERY_CHAIN);
  assert.ok(big.times !== undefined);
  const carrying = crowd.filter(({ times }) => times !== undefined).length;
  assert.ok(carrying <= 512, `${carrying}`);
  balance.setRate(big, 1, 40_000);
  balance.choose(big, 40_000, EVERY_CHAIN);
  assert.equal(big.times, undefined);
});
