import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { heldBy } from '../../../polw/fund/accounts.js';
import { Fund } from '../../../polw/fund/fund.js';
import type { CoinsAnswer, FundBlock, TemplateView } from '../../../polw/fund/fund-block.js';
import type { FundKept } from '../../../polw/fund/snapshot.js';
import { step } from '../../support/polw-life.js';
import { PolwWorld } from '../../support/polw-world.js';
import { seededRandom } from '../../support/seeded-random.js';
import { groupFrom } from '../../support/world-chains.js';

/** Blocks that follow on a final one. */
const DEPTH = 12;
/** The same where blocks must become final within a short run. */
const SHALLOW = 4;
const MIN_DEPOSIT = 10n ** 18n;

/** Worlds that a property is tried on: each the same in every run. */
const seeds = fc.integer({ min: 1, max: 1_000_000 });

function makeWorld(seed: number): PolwWorld {
  return new PolwWorld({ random: seededRandom(seed), minDeposit: MIN_DEPOSIT });
}

function makeFund(world: PolwWorld, depth = DEPTH, kept?: FundKept): Fund {
  return new Fund({ addresses: world.addresses, depth, minDeposit: MIN_DEPOSIT }, kept);
}

/** Tells a fund what has happened since it was told last. */
function makeFollower(world: PolwWorld, fund: Fund): () => void {
  let told = 0;
  const noted = new Set<string>();
  return () => {
    for (const hash of world.finds) {
      if (noted.has(hash)) continue;
      const { chain, height } = world.all.get(hash)!;
      fund.found({ hash, chain, height });
      noted.add(hash);
    }
    for (; told < world.events.length; told++) {
      const { chain, fromHeight, blocks } = world.events[told]!;
      fund.apply(chain, fromHeight, blocks);
    }
  };
}

/** All that a fund says, in an order that does not depend on how it came to know. */
function sayingsOf(fund: Fund, settled: readonly { key: string }[] = []): unknown {
  const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);
  return {
    accounts: fund.accounts(),
    coins: [...fund.coins()].sort(byKey),
    foreign: [...fund.foreign().listed].sort(byKey),
    entries: [...settled, ...fund.openEntries()].sort(byKey),
  };
}

const apply = (fund: Fund, blocks: readonly FundBlock[]): void => {
  if (blocks.length > 0) fund.apply(blocks[0]!.chain, blocks[0]!.height, blocks);
};

test('at every height coins are conserved, to the atto, and each account is what it must be', () => {
  let coins = 0;
  fc.assert(
    fc.property(seeds, (seed) => {
      const world = makeWorld(seed);
      const fund = makeFund(world);
      const follow = makeFollower(world, fund);
      for (let i = 0; i < 150; i++) {
        step(world, 8, DEPTH - 1);
        follow();
        if (world.random() < 0.1) fund.settle();
        const held = fund.coins().reduce((sum, { amount }) => sum + amount, 0n);
        assert.equal(held, heldBy(fund.accounts()));
        if (world.disputed().size === 0) assert.deepEqual(fund.accounts(), world.accounts());
      }
      coins += fund.coins().length;
    }),
    { numRuns: 25 },
  );
  assert.ok(coins > 0);
});

test('any order in which the chains become known, and any detour, ends in the same', () => {
  const kinds = new Set<string>();
  let final = 0;
  fc.assert(
    fc.property(seeds, (seed) => {
      const world = makeWorld(seed);
      const fund = makeFund(world, SHALLOW);
      const follow = makeFollower(world, fund);
      const entries = [];
      for (let i = 0; i < 250; i++) {
        step(world, 3, SHALLOW - 1);
        follow();
        if (world.random() < 0.1) entries.push(...fund.settle().entries);
      }
      const straight = makeFund(world, SHALLOW);
      for (const hash of world.finds) {
        const { chain, height } = world.all.get(hash)!;
        straight.found({ hash, chain, height });
      }
      const rest = world.chains.map((blocks) => [...blocks]);
      while (rest.some((blocks) => blocks.length > 0))
        apply(straight, rest[world.below(16)]!.splice(0, 1 + world.below(4)));
      assert.deepEqual(sayingsOf(fund, entries), sayingsOf(straight));
      for (const { kind } of straight.openEntries()) kinds.add(kind);
      final += entries.length;
    }),
    { numRuns: 20 },
  );
  const all = ['block', 'deposit', 'maturity', 'reward', 'transfer', 'uncle', 'void'];
  assert.deepEqual([...kinds].sort(), all, 'each kind must come up');
  assert.ok(final > 50, `${final} entries became final`);
});

test('a fund that was kept when something was final goes on as if it had never ended', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const world = makeWorld(seed);
      const fund = makeFund(world, SHALLOW);
      const follow = makeFollower(world, fund);
      const entries = [];
      for (let i = 0; i < 250; i++) {
        step(world, 3, SHALLOW - 1);
        follow();
        if (i % 50 === 49) entries.push(...fund.settle().entries);
      }
      const snapshot = structuredClone(fund.snapshot());
      const again = makeFund(world, SHALLOW, { snapshot, reservations: [], finds: fund.finds() });
      const settled = [...entries];
      for (let i = 0; i < 60; i++) step(world, 3, SHALLOW - 1);
      follow();
      for (const hash of world.finds) {
        const { chain, height } = world.all.get(hash)!;
        again.found({ hash, chain, height });
      }
      for (const blocks of world.chains) {
        const { height } = snapshot.cursors[blocks[0]!.chain]!;
        apply(again, blocks.slice(height + 1));
      }
      assert.deepEqual(sayingsOf(again, settled), sayingsOf(fund, settled));
      assert.deepEqual(again.ends(), fund.ends());
      const [later, laterAgain] = [fund.settle().entries, again.settle().entries];
      assert.deepEqual(
        sayingsOf(again, [...settled, ...laterAgain]),
        sayingsOf(fund, [...settled, ...later]),
      );
    }),
    { numRuns: 20 },
  );
});

test('a template is offered exactly the coins that its ancestors hold', () => {
  let offered = 0;
  fc.assert(
    fc.property(seeds, (seed) => {
      const world = makeWorld(seed);
      const fund = makeFund(world);
      const follow = makeFollower(world, fund);
      for (let i = 0; i < 120; i++) {
        step(world, 8, DEPTH - 1);
        follow();
        if (world.random() < 0.05) fund.settle();
        const template = world.template(world.tip(world.below(16)));
        const group = groupFrom(template.chain);
        const answer = fund.coinsFor(template);
        assert.equal(answer.kind, 'coins');
        if (answer.kind !== 'coins') return;
        const keys = answer.coins.map(({ key }) => key);
        offered += keys.length;
        // No ancestor in whatever way, of those that count, has spent one.
        const spent = spentByAncestors(world, template.deps);
        assert.ok(keys.every((key) => !spent.has(key)));
        if (world.disputed().size > 0) continue;
        const judges = world.ancestors(template, group * 4 + group);
        const undecided = new Set<string>();
        for (const { transaction } of world.spots()) {
          const judge = world.verdicts().get(transaction.id);
          if (judge !== undefined && !judges.has(judge.hash))
            for (const key of transaction.spends) undecided.add(key);
        }
        const expected = world.spendable(template).filter(({ key }) => !undecided.has(key));
        assert.deepEqual(keys.toSorted(), expected.map(({ key }) => key).sort());
      }
    }),
    { numRuns: 20 },
  );
  assert.ok(offered > 500);
});

test('answers about coins stay while the revision does, and a guess about a block that touches nothing is right', () => {
  let [kept, renewed, guessed] = [0, 0, 0];
  fc.assert(
    fc.property(seeds, (seed) => {
      const world = makeWorld(seed);
      const fund = makeFund(world);
      const follow = makeFollower(world, fund);
      let asked: { template: TemplateView; answer: CoinsAnswer; revision: number }[] = [];
      for (let i = 0; i < 120; i++) {
        if (world.random() < 0.5) step(world, 8, DEPTH - 1);
        follow();
        const tip = world.tip(world.below(16));
        const next = world.block(tip);
        const onNext = world.template(next);
        const guess = fund.guessFor(onNext, next.height + 1);
        world.append(next);
        follow();
        if (world.random() < 0.05) fund.settle();
        for (const { template, answer, revision } of asked) {
          if (revision !== fund.revision) renewed++;
          else {
            kept++;
            assert.deepEqual(fund.coinsFor(template), answer);
          }
        }
        const answer = fund.coinsFor(onNext);
        if (guess !== undefined && answer.kind === 'coins') {
          guessed++;
          const keys = new Set(answer.coins.map(({ key }) => key));
          assert.ok(guess.coins.every(({ key }) => keys.has(key)));
        }
        if (answer.kind === 'coins')
          asked = [...asked.slice(-7), { template: onNext, answer, revision: fund.revision }];
      }
    }),
    { numRuns: 20 },
  );
  const counts = `${kept} answers kept, ${renewed} renewed, ${guessed} guesses`;
  assert.ok(kept > 1_000 && renewed > 1_000 && guessed > 500, counts);
});

function spentByAncestors(world: PolwWorld, deps: readonly string[]): Set<string> {
  const verdicts = world.verdicts();
  const seen = new Set<string>();
  const spent = new Set<string>();
  const next = [...deps];
  for (let hash = next.pop(); hash !== undefined; hash = next.pop()) {
    const block = world.all.get(hash);
    if (block === undefined || seen.has(hash)) continue;
    seen.add(hash);
    next.push(...block.deps);
    for (const { id, spends } of block.transactions)
      if (!verdicts.has(id)) for (const key of spends) spent.add(key);
  }
  return spent;
}
