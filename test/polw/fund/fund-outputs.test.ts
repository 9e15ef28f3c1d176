// What is not taken in, what is set aside, and what is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_FOREIGN_COINS } from '../../../polw/fund/fund-coins.js';
import { FundError } from '../../../polw/fund/fund-error.js';
import { ALPH, FundLab, funded } from '../../support/fund-lab.js';

const FAULT = (fault: string) => (error: unknown) => error instanceof FundError && error.fault === fault;

test('tokens, locks of others and dust are listed and never offered; so many, and the rest is counted', () => {
  const lab = new FundLab(3);
  const { world, fund } = lab;
  lab.mine(
    0,
    (['small', 'tokens', 'locked'] as const).map((kind) => world.litter(1, kind)),
  );
  assert.deepEqual(
    fund.foreign().listed.map(({ reason, owner }) => [reason, owner]),
    [
      ['small', 1],
      ['tokens', 1],
      ['locked', 1],
    ],
  );
  for (let i = 0; i < 8; i++) {
    lab.mine(
      0,
      Array.from({ length: 200 }, () => world.litter(1, 'small')),
    );
    fund.settle();
  }
  lab.mineAll(6);
  fund.settle();
  const { listed, unlisted } = fund.foreign();
  assert.equal(listed.length, MAX_FOREIGN_COINS);
  assert.equal(unlisted[1]!.count, 1603 - MAX_FOREIGN_COINS);
  assert.equal(unlisted[1]!.amount, (ALPH - 1n) * BigInt(unlisted[1]!.count));
  assert.deepEqual(lab.amounts(1), []);
  assert.equal(lab.sent(1), 0n);
  lab.check();
});

test('of deposits at one address so many are taken in at a time', () => {
  const lab = new FundLab();
  lab.mine(
    0,
    Array.from({ length: 260 }, () => lab.world.deposit([1], ALPH)),
  );
  assert.equal(lab.amounts(1).length, 256);
  assert.deepEqual(
    lab.fund.foreign().listed.map(({ reason }) => reason),
    ['many', 'many', 'many', 'many'],
  );
});

test('dust that somebody else burns with our coins comes in', () => {
  const lab = funded();
  const { world, fund } = lab;
  lab.mine(0, [world.litter(1, 'small')]);
  lab.mineAll(1);
  const [dust] = fund.foreign().listed;
  const foreign = [world.outputs().get(dust!.key)!.output];
  lab.mine(1, [world.burning(1, lab.outputs(lab.coins(1)), { foreign })]);
  assert.deepEqual(fund.foreign().listed, []);
  lab.check();
});

test('reserved coins are not offered; given back they are; spent they are paid from what was said', () => {
  const lab = funded();
  const { world, fund } = lab;
  const [coin] = lab.coins(1);
  const reservation = { id: 'w1', payer: 'earned' as const, amount: ALPH, keys: [coin!.key] };
  assert.equal(fund.reserve({ ...reservation, amount: 101n * ALPH }), 'short');
  assert.equal(fund.reserve({ ...reservation, keys: ['no such coin'] }), 'taken');
  assert.equal(fund.reserve({ ...reservation, keys: [coin!.key, coin!.key] }), 'taken');
  assert.equal(fund.reserve(reservation), 'reserved');
  assert.equal(fund.reserve(reservation), 'known');
  assert.equal(fund.reserve({ ...reservation, id: 'w2' }), 'taken');
  assert.deepEqual(lab.coins(1), []);
  const { fund: free, earned, reserved } = fund.accounts();
  assert.deepEqual([free, earned, reserved], [ALPH, -ALPH, 100n * ALPH]);
  fund.release('w1');
  assert.deepEqual(lab.coins(1), [coin]);
  assert.equal(fund.reserve(reservation), 'reserved');
  const transfer = world.withdrawal(1, lab.outputs([coin!]));
  lab.mine(3, [transfer]);
  const { paid, gas } = fund.accounts();
  assert.equal(fund.accounts().reserved, 0n);
  assert.equal(fund.accounts().earned, -paid - gas);
  lab.mineAll(30);
  const { reservations, entries } = fund.settle();
  assert.deepEqual(reservations, ['w1']);
  assert.deepEqual(fund.reservations(), []);
  assert.equal(entries.find(({ kind }) => kind === 'transfer')!.changes.earned, -paid - gas);
});

test('blocks that do not follow, or would replace final ones, are refused and change nothing', () => {
  const lab = funded(3);
  const { world, fund } = lab;
  lab.mineAll(6);
  fund.settle();
  const before = fund.accounts();
  const tip = world.tip(1);
  const next = world.block(tip);
  assert.throws(
    () => fund.apply(1, tip.height + 2, [{ ...next, height: tip.height + 2 }]),
    FAULT('unlinked'),
  );
  assert.throws(() => fund.apply(1, tip.height + 1, [world.block(world.tip(2))]), FAULT('unlinked'));
  assert.throws(
    () => fund.apply(1, tip.height + 1, [{ ...next, height: tip.height + 9 }]),
    FAULT('unlinked'),
  );
  const deps = next.deps.with(3 + 1, 'f'.repeat(64));
  assert.throws(() => fund.apply(1, tip.height + 1, [{ ...next, deps }]), FAULT('unlinked'));
  const old = world.chains[1]!.slice(2);
  assert.throws(() => fund.apply(1, 2, old), FAULT('final'));
  assert.deepEqual(fund.tip(1), { hash: tip.hash, height: tip.height, timestampMs: tip.timestampMs });
  assert.deepEqual(fund.accounts(), before);
  fund.apply(1, tip.height + 1, [next]);
});

test('two chains with one address are refused', () => {
  const lab = new FundLab();
  const addresses = lab.world.addresses.with(3, lab.world.addresses[2]!);
  lab.world.addresses[3] = addresses[3]!;
  assert.throws(() => lab.makeFund(), RangeError);
});

test('a find whose height is final is not taken: nobody could tell what became of it', () => {
  const lab = new FundLab(2);
  lab.mineAll(8);
  lab.fund.settle();
  assert.equal(lab.fund.found({ hash: 'a'.repeat(64), chain: 1, height: 1 }), false);
  assert.equal(lab.fund.found({ hash: 'a'.repeat(64), chain: 1, height: 8 }), true);
});
