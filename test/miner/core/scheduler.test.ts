import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scheduler } from '../../../miner/core/scheduler.js';
import { ALL_CHAINS } from '../../../protocol/chain.js';

function withAllChains(): Scheduler {
  const scheduler = new Scheduler();
  for (const chain of ALL_CHAINS) scheduler.setUsable(chain, true, 0);
  return scheduler;
}

/** Gives out work of one unit each `stepMs`; counts it by chain. */
function run(scheduler: Scheduler, fromMs: number, toMs: number, stepMs = 10): number[] {
  const work = new Array<number>(16).fill(0);
  for (let now = fromMs; now < toMs; now += stepMs) {
    const chain = scheduler.next(now);
    if (chain === undefined) continue;
    scheduler.book(chain, 1, now);
    work[chain]!++;
  }
  return work;
}

const spread = (work: readonly number[]): number => Math.max(...work) / Math.min(...work);

test('nothing to work on', () => {
  assert.equal(new Scheduler().next(0), undefined);
});

test('even over a minute, and over the next ones', () => {
  const scheduler = withAllChains();
  for (let minute = 0; minute < 3; minute++) {
    assert.ok(spread(run(scheduler, minute * 60_000, (minute + 1) * 60_000)) <= 1.05);
  }
});

test('even with unequal pieces of work', () => {
  const scheduler = withAllChains();
  const work = new Array<number>(16).fill(0);
  let seed = 1;
  for (let now = 0; now < 60_000; now += 10) {
    seed = (seed * 48_271) % 2_147_483_647;
    const size = 50 + (seed % 100);
    const chain = scheduler.next(now)!;
    scheduler.book(chain, size, now);
    work[chain]! += size;
  }
  assert.ok(spread(work) <= 1.05);
});

test('a chain that was away for half a minute does not take it all at once when it is back', () => {
  const scheduler = withAllChains();
  run(scheduler, 0, 60_000);
  scheduler.setUsable(5, false, 60_000);
  const meanwhile = run(scheduler, 60_000, 90_000);
  assert.equal(meanwhile[5], 0);
  scheduler.setUsable(5, true, 90_000);
  assert.ok(spread(run(scheduler, 90_000, 100_000)) <= 1.2);
  for (let minute = 0; minute < 3; minute++) {
    const from = 100_000 + minute * 60_000;
    const work = run(scheduler, from, from + 60_000);
    assert.ok(spread(work) <= 1.05, `uneven: ${work}`);
  }
});

test('work that was not done after all is taken back', () => {
  const scheduler = withAllChains();
  scheduler.book(0, 100, 0);
  for (const chain of ALL_CHAINS.slice(1)) scheduler.book(chain, 50, 0);
  scheduler.book(0, -90, 0);
  assert.equal(scheduler.next(0), 0);
});

test('what is older than a minute is forgotten', () => {
  const scheduler = withAllChains();
  scheduler.book(0, 1000, 0);
  assert.equal(run(scheduler, 0, 59_000)[0], 0);
  assert.ok(run(scheduler, 60_000, 120_000)[0]! > 0);
});
