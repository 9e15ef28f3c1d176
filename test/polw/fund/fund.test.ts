import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FundBlock } from '../../../polw/fund/fund-block.js';
import { MAX_FOREIGN_COINS } from '../../../polw/fund/fund-coins.js';
import { FundError } from '../../../polw/fund/fund-error.js';
import { ALPH, FundLab } from '../../support/fund-lab.js';

const FAULT = (fault: string) => (error: unknown) => error instanceof FundError && error.fault === fault;

/** A lab in which chain 0-1 has a deposit, seen by everybody. */
function funded(depth?: number): FundLab {
  const lab = new FundLab(depth);
  lab.mine(0, [lab.world.deposit([1], 100n * ALPH)]);
  lab.mineAll(2);
  return lab;
}

test('a deposit is on the way until the chain has seen its block, then it is a coin', () => {
  const lab = new FundLab();
  const before = lab.world.template(lab.world.tip(1), 0);
  lab.mine(0, [lab.world.deposit([1], 100n * ALPH)]);
  assert.deepEqual(lab.fund.coinsFor(before), { kind: 'coins', coins: [], sent: 100n * ALPH });
  assert.deepEqual(lab.amounts(1), [100n * ALPH]);
  assert.equal(lab.sent(1), 0n);
  assert.deepEqual(lab.amounts(2), []);
  lab.check();
});

test('a deposit in a sibling chain is on the way until a block of (f, f) that the template sees has taken it in', () => {
  const lab = new FundLab();
  const [own, sibling] = [10n * ALPH, 20n * ALPH];
  lab.mine(2, [lab.world.deposit([0], own), lab.world.deposit([1], sibling)]);
  for (const [chain, amount] of [
    [0, own],
    [1, sibling],
  ] as const) {
    assert.ok(lab.world.template(lab.world.tip(chain), 0).deps.includes(lab.world.tip(2).hash));
    assert.deepEqual(lab.amounts(chain), [], 'whoever made it may have spent the same on chain 0-3');
    assert.equal(lab.sent(chain), amount);
  }
  lab.mine(0);
  assert.deepEqual(lab.amounts(0), [own]);
  assert.deepEqual(lab.amounts(1), [sibling]);
  lab.check();
});

test('the change of a block is seen by the next template of its chain; what was burnt comes back to the mirrored chain', () => {
  const lab = funded();
  const block = lab.burn(1);
  const change = block.transactions[0]!.outputs.at(-1)!;
  const [coin] = lab.coins(1);
  assert.equal(coin!.key, change.key);
  assert.equal(coin!.amount, change.amount);
  const first = block.transactions[0]!.outputs[0]!;
  assert.equal(first.address, lab.world.addresses[4]);
  assert.deepEqual(lab.amounts(4), []);
  assert.equal(lab.sent(4), first.amount, 'locked for less than an hour');
  lab.world.timeMs += 60_000;
  lab.mineAll(2);
  assert.deepEqual(lab.amounts(4), [first.amount]);
  lab.check();
});

test('a coin locked for longer than an hour is not on the way', () => {
  const lab = new FundLab();
  const { world } = lab;
  const output = world.output(4, ALPH, 0, world.timeMs + 2 * 3_600_000);
  const truth = { made: new Map([[output.key, ALPH]]) };
  lab.mine(1, [world.transaction({ coinbase: true, spends: [], outputs: [output], gasFee: 0n }, truth)]);
  assert.equal(lab.sent(4), 0n);
  world.timeMs += 3_600_000;
  assert.equal(lab.sent(4), ALPH);
});

test('a template whose blocks are not known names them; then it is answered', () => {
  const lab = funded();
  const { world, fund } = lab;
  const side = world.block(world.parent(world.tip(1))!);
  const next = world.block(side);
  const template = { ...world.template(next, 0) };
  const [first] = [fund.coinsFor(template)];
  assert.deepEqual(first, { kind: 'unknown', hashes: [next.hash] });
  fund.note(next);
  assert.deepEqual(fund.coinsFor(template), { kind: 'unknown', hashes: [side.hash] });
  fund.note(side);
  assert.equal(fund.coinsFor(template).kind, 'coins');
});

for (const depth of [1, 3, 8]) {
  test(`a reorganisation of depth ${depth} through our own change: inputs are back, change is gone`, () => {
    const lab = funded();
    const { world } = lab;
    const before = lab.coins(1);
    const parent = world.tip(1);
    const burnt: FundBlock[] = [];
    for (let i = 0; i < depth; i++) burnt.push(lab.burn(1));
    const after = lab.coins(1);
    assert.notDeepEqual(after, before);
    assert.ok(world.cut(1, parent.height + 1, 100));
    const branch = [world.block(parent)];
    for (let i = 0; i < depth; i++) branch.push(world.block(branch.at(-1)!));
    world.put(1, parent.height + 1, branch);
    lab.follow();
    assert.deepEqual(lab.coins(1), before);
    lab.check();
    assert.equal(lab.fund.accounts().burnt, 0n);
    // And back: the old blocks stand again.
    assert.ok(world.cut(1, parent.height + 1, 100));
    world.put(1, parent.height + 1, [...burnt, world.block(burnt.at(-1)!)]);
    lab.follow();
    assert.deepEqual(lab.coins(1), after);
    lab.check();
  });
}

test('our side block beats our block: its change counts, on its branch already before', () => {
  const lab = funded();
  const { world, fund } = lab;
  const parent = world.tip(1);
  const coins = lab.outputs(lab.coins(1));
  const main = lab.burn(1);
  const side = world.block(parent, [world.burning(1, coins, { changes: 2 })]);
  fund.found({ hash: side.hash, chain: 1, height: side.height });
  fund.note(side);
  const change = side.transactions[0]!.outputs.slice(1).map(({ amount }) => amount);
  assert.deepEqual([...lab.amounts(1, side)].sort(), [...change].sort());
  assert.deepEqual(
    fund.ends().map(({ state }) => state),
    ['main', 'open'],
  );
  assert.ok(world.cut(1, parent.height + 1, 100));
  world.put(1, parent.height + 1, [side, world.block(side)]);
  lab.follow();
  assert.deepEqual([...lab.amounts(1)].sort(), [...change].sort());
  assert.deepEqual(
    fund.ends().map(({ hash, state }) => [hash === main.hash, state]),
    [
      [true, 'open'],
      [false, 'main'],
    ],
  );
  lab.check();
});

/** Two siblings that spend one coin: a withdrawal in a block of 0-2, and our later block of 0-1, which spends all coins there. */
function disputed({ deposits = 1 } = {}) {
  const lab = funded();
  const { world } = lab;
  for (let i = 1; i < deposits; i++) lab.mine(0, [world.deposit([1], 10n * ALPH)]);
  const coins = lab.outputs(lab.coins(1));
  const [tip1, tip2] = [world.tip(1), world.tip(2)];
  const deps = world.depsOn(tip1, 0);
  const first = world.block(tip2, [world.withdrawal(1, coins.slice(0, 1))], { deps: world.depsOn(tip2, 0) });
  const ours = world.block(tip1, [world.burning(1, coins)], { deps });
  world.append(first);
  world.append(ours);
  lab.fund.found({ hash: ours.hash, chain: 1, height: ours.height });
  lab.follow();
  return { lab, ours, first, coins };
}

test('of siblings that spend one coin the later one is void once both were taken in; without that block it is not', () => {
  const { lab, ours, first } = disputed();
  const { world, fund } = lab;
  const state = () => fund.ends().map((end) => end.state);
  // Nothing has decided: one of them counts, not both.
  assert.equal(fund.accounts().burnt, 0n);
  const judge = lab.mine(0);
  assert.deepEqual(judge.conflicted, [ours.transactions[0]!.id]);
  assert.deepEqual(fund.takenInBy(judge, world.parent(judge)).toSorted(), [ours.hash, first.hash].sort());
  assert.deepEqual(state(), ['void']);
  lab.check();
  const entry = fund.openEntries().find(({ kind }) => kind === 'void');
  assert.deepEqual(entry?.changes, {});
  assert.equal(entry?.blockHash, ours.hash);
  // The other way round: a block that saw ours alone decides first.
  assert.ok(world.cut(0, judge.height, 100));
  const deps = [...judge.deps];
  deps[3 + 2] = world.parent(first)!.hash;
  const other = world.block(world.parent(judge)!, [], { deps });
  world.put(0, judge.height, [other]);
  lab.follow();
  assert.ok(fund.accounts().burnt > 0n, 'the one that was taken in counts before the other is');
  lab.mine(0);
  assert.deepEqual(world.tip(0).conflicted, [first.transactions[0]!.id]);
  assert.deepEqual(state(), ['main']);
  lab.check();
  assert.ok(fund.accounts().burnt > 0n);
  // And back.
  assert.ok(world.cut(0, judge.height, 100));
  world.put(0, judge.height, [judge]);
  lab.follow();
  assert.deepEqual(state(), ['void']);
  assert.equal(fund.accounts().burnt, 0n);
  lab.check();
  lab.mineAll(30);
  const { finds, entries } = fund.settle();
  assert.deepEqual(
    finds.map((end) => [end.state, end.final]),
    [['void', true]],
  );
  assert.ok(entries.some(({ kind }) => kind === 'void'));
  lab.check();
});

test('what a void block has spent is spendable for those who see the block that decided so', () => {
  const { lab, first, coins } = disputed({ deposits: 2 });
  const { world, fund } = lab;
  const blind = world.template(world.tip(1), 0);
  const amounts = (template: typeof blind): readonly bigint[] => {
    const answer = fund.coinsFor(template);
    assert.ok(answer.kind === 'coins');
    return answer.coins.map(({ amount }) => amount);
  };
  const change = first.transactions[0]!.outputs[0]!.amount;
  assert.deepEqual(amounts(blind), [change], 'while nothing is decided');
  lab.mine(0);
  assert.deepEqual(amounts(blind), [change], 'a template that does not see it');
  assert.deepEqual(amounts(world.template(world.tip(1), 0)), [change, coins[1]!.amount]);
  lab.check();
});

test("somebody else's block with our coins is booked like ours, and told apart; reshaped outputs are coins", () => {
  const lab = funded();
  const { world, fund } = lab;
  lab.mine(0, [world.deposit([1], 5n * ALPH)]);
  lab.mineAll(1);
  const foreign = lab.burn(1, 4, false);
  assert.equal(lab.amounts(1).length, 4);
  const own = lab.burn(1, 1);
  assert.equal(lab.amounts(1).length, 1);
  lab.check();
  const blocks = fund.openEntries().filter(({ kind }) => kind === 'block');
  assert.deepEqual(
    blocks.map(({ blockHash, own: isOwn }) => [blockHash, isOwn]),
    [
      [foreign.hash, false],
      [own.hash, true],
    ],
  );
  assert.ok((blocks[0]!.changes.pending ?? 0n) > 0n);
});

test('change that somebody else has locked comes back when the lock ends', () => {
  const lab = funded();
  const { world, fund } = lab;
  const transaction = world.burning(1, lab.outputs(lab.coins(1)));
  const until = world.timeMs + 500_000;
  const outputs = transaction.outputs.map((output, i) =>
    i === 1 ? { ...output, lockTimeMs: until } : output,
  );
  lab.mine(1, [{ ...transaction, outputs }]);
  assert.deepEqual(lab.amounts(1), []);
  const { locked, fund: free } = fund.accounts();
  assert.equal(free, 0n);
  assert.ok(locked > 99n * ALPH);
  world.timeMs = until;
  lab.mineAll(1);
  assert.ok(fund.accounts().fund > 99n * ALPH);
  assert.equal(lab.amounts(1).length, 1);
});

test("the coinbase of somebody whose address has our hint is not ours: of it we have our uncle's reward", () => {
  const lab = funded();
  const { world, fund } = lab;
  const reward = 5n * 10n ** 15n;
  const paying = { ...world.paying(1, reward, true), spends: ['not ours'], gasFee: 7n };
  lab.mine(1, [paying], ['uncle']);
  const { gas, burnt, pending } = fund.accounts();
  assert.deepEqual([gas, burnt, pending], [0n, 0n, reward]);
  assert.deepEqual(
    fund.openEntries().map(({ kind }) => kind),
    ['deposit', 'uncle'],
  );
});

test('an uncle earns its reward only; an orphan nothing; both end so', () => {
  const lab = funded();
  const { world, fund } = lab;
  const coins = lab.outputs(lab.coins(1));
  const parent = world.tip(1);
  const [uncle, orphan] = [1, 2].map(() => world.block(parent, [world.burning(1, coins)]));
  for (const { hash, height } of [uncle!, orphan!]) fund.found({ hash, chain: 1, height });
  lab.mine(1);
  const reward = 5n * 10n ** 15n;
  const payer = world.paying(1, reward, true);
  lab.mine(1, [payer], [uncle!.hash]);
  const entries = fund.openEntries().filter(({ kind }) => kind === 'uncle');
  assert.deepEqual(
    entries.map(({ changes, key }) => [changes, key.endsWith(uncle!.hash)]),
    [[{ pending: reward }, true]],
  );
  assert.deepEqual(
    fund.ends().map(({ state }) => state),
    ['uncle', 'open'],
  );
  lab.check();
  lab.mineAll(30);
  assert.deepEqual(
    fund.settle().finds.map(({ hash, state }) => [hash, state]),
    [
      [uncle!.hash, 'uncle'],
      [orphan!.hash, 'orphan'],
    ],
  );
  assert.deepEqual(fund.ends(), []);
  assert.equal(fund.accounts().burnt, 0n);
});

test('a block of another front end with the same inputs: one counts, and the other is an orphan', () => {
  const lab = funded();
  const { world, fund } = lab;
  const coins = lab.outputs(lab.coins(1));
  const parent = world.tip(1);
  const [ours, theirs] = [1, 2].map(() => world.block(parent, [world.burning(1, coins)]));
  for (const { hash, height } of [ours!, theirs!]) fund.found({ hash, chain: 1, height });
  world.append(theirs!);
  fund.note(ours!);
  lab.follow();
  lab.check();
  lab.mineAll(30);
  assert.deepEqual(
    fund.settle().finds.map(({ hash, state }) => [hash === theirs!.hash, state]),
    [
      [false, 'orphan'],
      [true, 'main'],
    ],
  );
});

test('a block is final when enough follow and a block of (from, from) has taken it in', () => {
  const lab = funded(3);
  const { fund } = lab;
  fund.settle();
  lab.burn(1);
  for (let i = 0; i < 5; i++) lab.mine(1);
  assert.deepEqual(
    fund.settle().entries.filter(({ kind }) => kind === 'block'),
    [],
  );
  for (let i = 0; i < 3; i++) lab.mine(0);
  assert.deepEqual(
    fund.settle().entries.filter(({ kind }) => kind === 'block'),
    [],
  );
  lab.mine(0);
  assert.deepEqual(
    fund.settle().entries.map(({ kind }) => kind),
    ['block'],
  );
  assert.deepEqual(fund.settle(), { entries: [], finds: [], reservations: [] });
  lab.check();
});

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
