// Side blocks, reorganisations, and siblings that spend one coin.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FundBlock } from '../../../polw/fund/fund-block.js';
import { chainIndex } from '../../../protocol/chain.js';
import { ALPH, FundLab, funded } from '../../support/fund-lab.js';

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

test('a void verdict holds for the block that was taken in: another one with the same coinbase is open again', () => {
  const { lab, ours, first } = disputed();
  const { world, fund } = lab;
  const judge = lab.mine(0);
  assert.deepEqual(judge.conflicted, [ours.transactions[0]!.id]);
  const stateOf = (block: FundBlock) => fund.ends().find(({ hash }) => hash === block.hash)?.state;
  // Chains of a simulated node reorganise one by one: the block that decided stays.
  const replace = (...blocks: FundBlock[]): void => {
    world.put(blocks[0]!.chain, blocks[0]!.height, blocks);
    lab.follow();
  };
  const twin = world.block(world.parent(ours)!, ours.transactions);
  fund.found({ hash: twin.hash, chain: 1, height: twin.height });
  replace(twin, world.block(twin));
  assert.equal(fund.accounts().burnt, 0n, 'the one that was taken in counts before it');
  replace(world.block(world.parent(first)!));
  const { burnt } = fund.accounts();
  assert.ok(burnt > 0n, 'nothing stands against it');
  assert.deepEqual([stateOf(ours), stateOf(twin)], ['open', 'main']);
  // The same verdict, once its block is back.
  replace(ours);
  assert.equal(fund.accounts().burnt, 0n);
  assert.deepEqual([stateOf(ours), stateOf(twin)], ['void', 'open']);
  // Two have decided, each about the one that it took in.
  replace(first);
  const later = world.block(judge, [], { deps: judge.deps.with(3 + 0, judge.hash).with(3 + 1, twin.hash) });
  assert.deepEqual(later.conflicted, [twin.transactions[0]!.id]);
  replace(later);
  assert.deepEqual([stateOf(ours), stateOf(twin)], ['void', 'open']);
  replace(twin);
  assert.deepEqual([stateOf(ours), stateOf(twin)], ['open', 'void']);
});

test('a void verdict still holds when the block that decided, or what it took in, is not kept any more', () => {
  for (const grows of [chainIndex(0, 0), chainIndex(0, 1)]) {
    const { lab, ours } = disputed();
    lab.mine(0);
    for (let i = 0; i < 1001; i++) lab.mine(grows);
    assert.deepEqual(
      lab.fund.ends().map(({ hash, state, final }) => [hash, state, final]),
      [[ours.hash, 'void', false]],
    );
    assert.equal(lab.fund.accounts().burnt, 0n);
  }
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

test('what our block spends has left its own chain: nothing of it counts, unless it was taken in before', () => {
  const lab = funded();
  const { world, fund } = lab;
  const [from, judge] = [chainIndex(3, 0), chainIndex(0, 0)];
  const maker = lab.mine(from, [world.deposit([1], 50n * ALPH)]);
  lab.mine(chainIndex(3, 3));
  assert.equal(lab.coins(1).length, 2);
  const ours = lab.burn(1);
  const [burnt, held] = [fund.accounts().burnt, fund.accounts().fund];
  const change = ours.transactions[0]!.outputs[1]!.amount;
  assert.ok(burnt > 0n);
  // Chains of a simulated node reorganise one by one: what stands on the block stays.
  const replace = (blocks: readonly FundBlock[]): void => {
    world.put(from, maker.height, [...blocks]);
    lab.follow();
  };
  const other = world.block(world.parent(maker)!);
  replace([other]);
  assert.equal(fund.accounts().burnt, 0n);
  assert.deepEqual(
    lab.amounts(1),
    [],
    'no change of it, and what it spends beside waits for what is decided',
  );
  assert.deepEqual(
    fund.coins().map(({ amount }) => amount),
    [100n * ALPH],
  );
  replace([maker, world.block(maker)]);
  assert.deepEqual([fund.accounts().burnt, fund.accounts().fund], [burnt, held]);
  lab.check();

  assert.ok(lab.mine(judge).deps.includes(ours.hash));
  replace([other]);
  assert.deepEqual(lab.amounts(1), [change], 'who took it in has decided');
});

test('what our block spends has left its own chain: who builds on our block does not spend it again', () => {
  const lab = new FundLab();
  const { world, fund } = lab;
  const [from, judge, ours] = [chainIndex(3, 0), chainIndex(3, 3), chainIndex(0, 3)];
  const maker = lab.mine(from, [world.paying(from, 5n * ALPH)]);
  lab.mine(judge);
  world.timeMs += world.lockMs;
  const block = lab.burn(ours);
  assert.equal(block.transactions[0]!.spends.length, 1);
  world.put(from, maker.height, [world.block(world.parent(maker)!)]);
  lab.follow();
  const amounts = (deps: readonly string[]): readonly bigint[] => {
    const answer = fund.coinsFor({ chain: ours, deps, timestampMs: world.timeMs });
    assert.ok(answer.kind === 'coins');
    return answer.coins.map(({ amount }) => amount);
  };
  assert.deepEqual(amounts(block.deps), [5n * ALPH], 'beside our block it is there');
  assert.deepEqual(amounts(block.deps.with(3 + 3, block.hash)), []);
});

test('a block beside the main chains that is told of late: what our block spends of it does not count from then on', () => {
  const lab = funded();
  const { world, fund } = lab;
  const maker = world.block(world.tip(chainIndex(3, 0)), [world.deposit([1], 50n * ALPH)]);
  const [deposit] = maker.transactions[0]!.outputs;
  const [accounts, coins] = [fund.accounts(), fund.coins()];
  const { outputs } = lab.mine(1, [world.burning(1, [deposit!])]).transactions[0]!;
  assert.equal(fund.coins().length, coins.length + outputs.length, 'as if it were from before the fund');
  fund.note(maker);
  assert.deepEqual([fund.accounts(), fund.coins()], [accounts, coins]);
});

test('an input that no block here ever made is no fault of a block: it is from before the fund', () => {
  const lab = funded();
  const { world } = lab;
  const burning = world.burning(1, [...lab.outputs(lab.coins(1)), world.output(1, 7n * ALPH, 0)]);
  lab.mine(1, [burning]);
  assert.deepEqual(lab.amounts(1), [burning.outputs[1]!.amount]);
});
