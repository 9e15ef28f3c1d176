import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FundBlock } from '../../../polw/fund/fund-block.js';
import { ALPH, FundLab, funded } from '../../support/fund-lab.js';

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

test('a guess about a parent that is not known: coins are those of its chain without it', () => {
  const lab = funded();
  const { world, fund } = lab;
  const tip = world.tip(1);
  const known = fund.coinsFor(world.template(tip, 0));
  assert.ok(known.kind === 'coins' && known.coins.length > 0);
  const next = world.block(tip);
  const template = world.template(next, 0);
  assert.deepEqual(fund.coinsFor(template), { kind: 'unknown', hashes: [next.hash] });
  assert.deepEqual(fund.guessFor(template, next.height + 1), known);
  // Of another height it is not what follows.
  for (const height of [next.height, next.height + 2])
    assert.equal(fund.guessFor(template, height), undefined);
  // Nothing else may be missing.
  const other = world.block(world.tip(0));
  const deps = template.deps.with(3, other.hash);
  assert.equal(fund.guessFor({ ...template, deps }, next.height + 1), undefined);
  // A find of ours spends coins.
  const found = world.block(tip);
  fund.found({ hash: found.hash, chain: 1, height: found.height });
  assert.equal(fund.guessFor(world.template(found, 0), found.height + 1), undefined);
  // Nor is anything guessed that is known.
  assert.equal(fund.guessFor(world.template(tip, 0), tip.height + 1), undefined);
  fund.note(next);
  assert.equal(fund.guessFor(template, next.height + 1), undefined);
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

test('a block of (f, f) takes in what a tip beside the main chain builds on, and the tip itself once it is the main one', () => {
  const lab = new FundLab();
  const { world, fund } = lab;
  const deposit = lab.mine(1, [world.deposit([4], 20n * ALPH)]);
  const main = lab.mine(1);
  const side = world.block(deposit, [world.deposit([5], 20n * ALPH)]);
  fund.note(side);
  const deps = world.depsOn(world.tip(0), 0).with(4, side.hash);
  const taker = world.block(world.tip(0), [], { deps });
  assert.deepEqual(fund.takenInBy(taker), [deposit.hash]);
  fund.apply(0, taker.height, [taker]);
  const takersOf = (height: number) => fund.takersOf(1, height).map(({ hash }) => hash);
  assert.deepEqual([takersOf(deposit.height), takersOf(main.height)], [[taker.hash], []]);
  fund.apply(1, side.height, [side]);
  assert.deepEqual(takersOf(side.height), [taker.hash]);
  assert.deepEqual(fund.takenInBy(taker), [deposit.hash, side.hash]);
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
