// Blocks of which no node has told yet what they decide.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FundBlock } from '../../../polw/fund/fund-block.js';
import { ALPH, FundLab } from '../../support/fund-lab.js';

/** A block of (0, 0) that takes in a deposit on chain 0-2, and is told without what it decides. */
function undecided(): { lab: FundLab; taker: FundBlock } {
  const lab = new FundLab(3);
  lab.mine(2, [lab.world.deposit([1], 20n * ALPH)]);
  const block = lab.mine(0);
  const taker = { ...block, undecided: true, transactions: [lab.world.deposit([0], ALPH)] };
  lab.fund.apply(0, block.height, [taker]);
  return { lab, taker };
}

test('a deposit that it takes in is on the way until it is decided', () => {
  const { lab, taker } = undecided();
  assert.equal(lab.fund.hasUndecided, true);
  assert.deepEqual(lab.fund.undecided(0), taker);
  for (let i = 0; i < 2; i++) {
    lab.mine(0);
    lab.mine(1);
  }
  assert.deepEqual([lab.amounts(1), lab.sent(1)], [[], 20n * ALPH]);
  const { undecided: _, ...decided } = taker;
  lab.fund.apply(0, taker.height, [decided, ...lab.fund.blocksFrom(0, taker.height + 1)]);
  assert.deepEqual([lab.amounts(1), lab.sent(1)], [[20n * ALPH], 0n]);
});

test('a deposit that a block beside the main chain has taken in is on the way: no node tells what such a block decides', () => {
  const lab = new FundLab();
  const { world, fund } = lab;
  const deps = world.depsOn(world.tip(0), 0);
  const deposit = lab.mine(2, [world.deposit([1], 20n * ALPH)]);
  const beside = world.block(world.tip(0));
  fund.note(beside);
  world.append(world.block(world.tip(0), [], { deps }));
  lab.follow();
  const template = {
    chain: 1,
    deps: world
      .depsOn(world.tip(1), 0)
      .with(3, beside.hash)
      .with(3 + 2, deposit.hash),
    timestampMs: world.timeMs,
  };
  assert.deepEqual(fund.coinsFor(template), { kind: 'coins', coins: [], sent: 20n * ALPH });
  world.put(0, beside.height, [beside]);
  lab.follow();
  const answer = fund.coinsFor(template);
  assert.ok(answer.kind === 'coins' && answer.coins.length === 1);
});

test('neither it nor what it has taken in is final before it is decided', () => {
  const { lab, taker } = undecided();
  lab.mineAll(10);
  assert.deepEqual(lab.fund.settle().entries, []);
  assert.equal(lab.fund.deepHeight(0), taker.height - 1);
  const above = lab.fund.blocksFrom(0, taker.height + 1);
  assert.equal(above.length, 10);
  const { undecided: _, ...decided } = taker;
  lab.fund.apply(0, taker.height, [decided, ...above]);
  assert.deepEqual(
    lab.fund.settle().entries.map(({ kind, chain }) => [kind, chain]),
    [
      ['deposit', 2],
      ['deposit', 0],
    ],
  );
});
