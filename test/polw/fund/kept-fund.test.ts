// A fund that goes on from what was kept.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retiredOf } from '../../../polw/fund/burn-addresses.js';
import { MAX_FOREIGN_COINS } from '../../../polw/fund/fund-coins.js';
import { FundError } from '../../../polw/fund/fund-error.js';
import { ALPH, FundLab } from '../../support/fund-lab.js';

/** A lab in which chains 0-1 and 0-2 have a deposit that is final. */
function settled(): FundLab {
  const lab = new FundLab(2);
  lab.mine(0, [lab.world.deposit([1, 2], 100n * ALPH)]);
  lab.mineAll(6);
  lab.fund.settle();
  return lab;
}

/** The lab's fund, begun again from what it keeps, and told all since. */
function again(lab: FundLab, addresses: readonly (string | undefined)[]) {
  const snapshot = structuredClone(lab.fund.snapshot());
  const kept = { snapshot, reservations: [], finds: [] };
  const fund = lab.makeFund(2, kept, addresses);
  for (const blocks of lab.world.chains) {
    const { height } = snapshot.cursors[blocks[0]!.chain]!;
    const rest = blocks.slice(height + 1);
    if (rest.length > 0) fund.apply(rest[0]!.chain, rest[0]!.height, rest);
  }
  return fund;
}

const amounts = (lab: FundLab, fund: FundLab['fund'], chain: number) => {
  const answer = fund.coinsFor(lab.world.template(lab.world.tip(chain), 0));
  assert.ok(answer.kind === 'coins');
  return answer.coins.map(({ amount }) => amount);
};

test('an address that comes later joins a fund that was kept: what it gets from then on counts', () => {
  const lab = new FundLab(2);
  const without = (lab.world.addresses as (string | undefined)[]).with(2, undefined);
  const first = lab.makeFund(2, undefined, without);
  for (const { chain, fromHeight, blocks } of lab.world.events) first.apply(chain, fromHeight, blocks);
  lab.fund = first;
  assert.deepEqual(first.joined, []);
  lab.mineAll(6);
  first.settle();
  lab.mine(0, [lab.world.deposit([1, 2], 100n * ALPH)]);
  lab.mineAll(1);
  const joined = again(lab, lab.world.addresses);
  assert.deepEqual(joined.joined, [2]);
  assert.deepEqual(amounts(lab, joined, 1), [100n * ALPH]);
  assert.deepEqual(amounts(lab, joined, 2), [100n * ALPH]);
  assert.deepEqual(joined.snapshot().addresses, lab.world.addresses);
});

test('an address that is missing now stays in a fund that was kept, with its coins', () => {
  const lab = settled();
  const fund = again(lab, (lab.world.addresses as (string | undefined)[]).with(1, undefined));
  assert.deepEqual(fund.joined, []);
  assert.deepEqual(fund.accounts(), lab.fund.accounts());
  assert.deepEqual(fund.snapshot().addresses, lab.world.addresses);
});

test('another address for a chain is refused, with what to do', () => {
  const lab = settled();
  assert.throws(
    () => again(lab, lab.world.addresses.with(1, 'another')),
    (error: unknown) => {
      assert.ok(error instanceof FundError && error.fault === 'foreign');
      assert.equal(
        error.message,
        'chain 0-1: the fund that was kept is of burn address burn-1, got another: take the authorizations that it was ' +
          'kept with, or keep a fund of the others in another place',
      );
      return true;
    },
  );
});

test('addresses of before: what they hold counts, is never offered, and stays known', () => {
  const lab = settled();
  const now = lab.world.addresses.with(1, 'another');
  const retired = retiredOf(now, lab.fund.snapshot());
  assert.deepEqual(retired, [{ address: 'burn-1', chain: 1 }]);
  // Somebody spends them by the signature of then.
  lab.burn(1, 1, false);
  lab.mineAll(1);
  const fund = lab.makeFund(2, { snapshot: undefined, retired, reservations: [], finds: [] }, now);
  for (const { chain, fromHeight, blocks } of lab.world.events) fund.apply(chain, fromHeight, blocks);
  lab.check();
  assert.deepEqual(fund.accounts(), lab.fund.accounts());
  assert.deepEqual([amounts(lab, fund, 1), amounts(lab, fund, 2)], [[], [100n * ALPH]]);
  const held = fund.coins().filter((coin) => coin.retired);
  assert.deepEqual([held.length, held[0]!.owner], [1, 1]);
  lab.mineAll(4);
  lab.fund = fund;
  fund.settle();
  const snapshot = structuredClone(fund.snapshot());
  const later = lab.makeFund(2, { snapshot, reservations: [], finds: [] }, now);
  assert.deepEqual(later.retired, retired);
  assert.ok(later.coins().some((coin) => coin.retired));
  // Back to the addresses of before.
  assert.deepEqual(retiredOf(lab.world.addresses, snapshot), [{ address: 'another', chain: 1 }]);
});

test('coins and accounts that differ: no coins, nothing final, nothing set aside; what is known is still told', () => {
  const lab = settled();
  const snapshot = structuredClone(lab.fund.snapshot());
  const accounts = { ...snapshot.ledger.accounts, fund: 1n };
  const kept = {
    snapshot: { ...snapshot, ledger: { ...snapshot.ledger, accounts } },
    reservations: [],
    finds: [],
  };
  const fund = lab.makeFund(2, kept);
  const isUnbalanced = (error: unknown) => error instanceof FundError && error.fault === 'unbalanced';
  assert.throws(() => fund.coinsFor(lab.world.template(lab.world.tip(1), 0)), isUnbalanced);
  assert.throws(() => fund.settle(), isUnbalanced);
  const { key } = fund.coins()[0]!;
  assert.throws(() => fund.reserve({ id: 'w', payer: 'fund', amount: 1n, keys: [key] }), isUnbalanced);
  assert.equal(fund.accounts().fund, 1n);
  assert.deepEqual(fund.ends(), []);
});

test('a snapshot stays as it was taken', () => {
  const lab = new FundLab(1);
  const litter = () =>
    lab.mine(
      0,
      Array.from({ length: 500 }, () => lab.world.litter(1, 'small')),
    );
  for (let i = 0; i * 500 <= MAX_FOREIGN_COINS; i++) litter();
  lab.mineAll(4);
  lab.fund.settle();
  const snapshot = lab.fund.snapshot();
  const before = structuredClone(snapshot);
  assert.ok(before.ledger.unlisted[1]!.count > 0);
  litter();
  lab.mineAll(4);
  lab.fund.settle();
  assert.notDeepEqual(lab.fund.snapshot(), before);
  assert.deepEqual(snapshot, before);
});

test('what is still noted as set aside, although its coins are gone for good, is let go', () => {
  const lab = settled();
  const [coin] = lab.coins(1);
  const reservation = { id: 'w1', payer: 'fund' as const, amount: ALPH, keys: [coin!.key] };
  assert.equal(lab.fund.reserve(reservation), 'reserved');
  lab.mine(1, [lab.world.withdrawal(1, lab.outputs([coin!]))]);
  lab.mineAll(6);
  assert.deepEqual(lab.fund.settle().reservations, ['w1']);
  // The snapshot was kept, and the process ended before the note went.
  const kept = { snapshot: structuredClone(lab.fund.snapshot()), reservations: [reservation], finds: [] };
  const fund = lab.makeFund(2, kept);
  assert.deepEqual(fund.settle().reservations, ['w1']);
  assert.deepEqual(fund.reservations(), []);
});
