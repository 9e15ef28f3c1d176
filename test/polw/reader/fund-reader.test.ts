import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { Fund } from '../../../polw/fund/fund.js';
import { FundReader } from '../../../polw/reader/fund-reader.js';
import { FarBlockError, ReaderError } from '../../../polw/reader/reader-error.js';
import { ALPH } from '../../support/fund-lab.js';
import { step } from '../../support/polw-life.js';
import { PolwWorld } from '../../support/polw-world.js';
import { seededRandom } from '../../support/seeded-random.js';
import { WorldSource, worldTerms } from '../../support/world-source.js';

const DEPTH = 12;

/** A model, and a fund that reads it as from a node. @param aheadMs - by which the reader's clock is ahead of the network's */
function setUp(seed = 1, aheadMs = 1000) {
  const world = new PolwWorld({ random: seededRandom(seed), minDeposit: ALPH });
  const source = new WorldSource(world);
  const kept: unknown[] = [];
  const makeReader = (fund: Fund): FundReader =>
    new FundReader({
      fund,
      source,
      terms: worldTerms(world),
      clock: () => world.timeMs + aheadMs,
      keep: async () => {
        kept.push(fund.settle());
      },
    });
  const fund = new Fund({ addresses: world.addresses, depth: DEPTH, minDeposit: ALPH });
  return { world, source, fund, kept, makeReader, reader: makeReader(fund) };
}

/** The deps of the newest templates of all chains. */
function templateDeps(world: PolwWorld): string[] {
  return world.chains.flatMap((blocks) => world.depsOn(blocks.at(-1)!, 0));
}

function note(world: PolwWorld, fund: Fund, noted: Set<string>): void {
  for (const hash of world.finds) {
    if (noted.has(hash)) continue;
    noted.add(hash);
    const { chain, height } = world.all.get(hash)!;
    fund.found({ hash, chain, height });
  }
}

const tipsOfWorld = (world: PolwWorld): string[] => world.chains.map((blocks) => blocks.at(-1)!.hash);

const tipsOf = (fund: Fund): (string | undefined)[] =>
  Array.from({ length: 16 }, (_, chain) => fund.tip(chain)?.hash);

test('following templates through reorganisations, siblings and uncles, the accounts are what they must be', async () => {
  let compared = 0;
  for (let seed = 1; seed <= 4; seed++) {
    const { world, fund, reader, kept } = setUp(seed);
    await reader.catchUp(0);
    for (let i = 0; i < 150; i++) {
      step(world, 8, DEPTH - 1);
      if (world.random() < 0.3) continue;
      const { missing } = await reader.follow(templateDeps(world));
      assert.deepEqual(missing, []);
      const isSame = tipsOf(fund).every((hash, chain) => hash === world.tip(chain).hash);
      if (!isSame || world.disputed().size > 0) continue;
      compared++;
      assert.deepEqual(fund.accounts(), world.accounts());
    }
    assert.ok(kept.length > 0);
  }
  assert.ok(compared > 100, `${compared} times`);
});

test('reading all of it by time comes to the same, and so does going on from what was kept', async () => {
  let same = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const { world, fund, reader, makeReader } = setUp(seed);
    const noted = new Set<string>();
    await reader.catchUp(0);
    for (let i = 0; i < 150; i++) step(world, 8, DEPTH - 1);
    note(world, fund, noted);
    await reader.catchUp(0);
    assert.deepEqual(tipsOf(fund), tipsOfWorld(world));
    if (world.disputed().size === 0) assert.deepEqual(fund.accounts(), world.accounts());
    const snapshot = structuredClone(fund.snapshot());
    const again = new Fund(
      { addresses: world.addresses, depth: DEPTH, minDeposit: ALPH },
      {
        snapshot,
        reservations: [],
        finds: fund.finds(),
      },
    );
    for (let i = 0; i < 30; i++) step(world, 8, DEPTH - 1);
    await makeReader(again).catchUp(0);
    await reader.catchUp(0);
    assert.deepEqual(tipsOf(again), tipsOfWorld(world));
    if (world.disputed().size === 0) assert.deepEqual(again.accounts(), world.accounts());
    // A fund keeps the end of a chain that was cut off, until others follow.
    if (!isDeepStrictEqual(tipsOf(fund), tipsOfWorld(world))) continue;
    same++;
    assert.deepEqual(again.accounts(), fund.accounts());
    assert.deepEqual(again.ends(), fund.ends());
  }
  assert.ok(same > 0);
});

test('what a block has decided is asked for, however far ahead the clock is', async () => {
  const { world, fund, reader } = setUp(1, 900_000);
  await reader.catchUp(0);
  const deposit = world.append(world.block(world.tip(2), [world.deposit([1], 5n * ALPH)]));
  await reader.follow([deposit.hash]);
  assert.equal(fund.accounts().fund, 5n * ALPH);
  // Whoever paid it has spent the same coins in a sibling chain.
  const conflicted = deposit.transactions.map(({ id }) => id);
  const judge = world.append({ ...world.block(world.tip(0)), conflicted });
  await reader.follow([judge.hash]);
  assert.equal(fund.accounts().fund, 0n);
});

test('what was decided long ago is not asked for once more when the past is read', async () => {
  const { world, source, reader, fund } = setUp();
  const mine = (chain: number, afterMs: number, transactions = [] as Parameters<PolwWorld['block']>[1]) => {
    world.timeMs += afterMs;
    return world.append(world.block(world.tip(chain), transactions));
  };
  // The first block of each chain is asked for anyway.
  for (let chain = 0; chain < 16; chain++) mine(chain, 10);
  // Between the two another answer begins.
  const deposit = mine(2, 58_000, [world.deposit([1], 5n * ALPH)]);
  mine(0, 3_000);
  mine(0, 300_000);
  source.asked.length = 0;
  await reader.catchUp(0);
  assert.equal(fund.accounts().fund, 5n * ALPH);
  const ranges = source.asked.filter((asked) => asked.startsWith('blocks ')).map((asked) => asked.split(' '));
  assert.ok(
    ranges.some(([, , to]) => Number(to) >= deposit.timestampMs && Number(to) < world.tip(0).timestampMs),
  );
  assert.ok(!source.asked.includes(`block ${deposit.hash}`));
});

test('a new fund that begins later reads what is since then, and other chains from their last block on', async () => {
  const { world, fund, source, reader } = setUp();
  const mine = (chain: number, transactions = [] as Parameters<PolwWorld['block']>[1]) => {
    world.timeMs += 1000;
    return world.append(world.block(world.tip(chain), transactions));
  };
  for (let i = 0; i < 3; i++) for (let chain = 0; chain < 16; chain++) mine(chain);
  mine(0, [world.deposit([1], 5n * ALPH)]);
  world.timeMs += 1000;
  const sinceMs = world.timeMs;
  for (let chain = 0; chain < 15; chain++) mine(chain);
  mine(0, [world.deposit([1], 7n * ALPH)]);
  source.asked.length = 0;
  await reader.catchUp(sinceMs);
  assert.equal(fund.accounts().fund, 7n * ALPH);
  assert.equal(fund.tip(15)!.hash, world.tip(15).hash);
  assert.equal(fund.tip(1)!.hash, world.tip(1).hash);
  // Then templates are answered, with older blocks asked for by name.
  const template = world.template(world.tip(1), 0);
  for (let i = 0; i < 5; i++) {
    const answer = fund.coinsFor(template);
    if (answer.kind === 'coins') break;
    await reader.follow(answer.hashes);
  }
  const answer = fund.coinsFor(template);
  assert.ok(answer.kind === 'coins');
  assert.deepEqual(
    answer.coins.map(({ amount }) => amount),
    [7n * ALPH],
  );
});

test('a chain that stands still does not make all others be read again from there', async () => {
  const { world, source, reader, makeReader, fund } = setUp();
  for (let chain = 0; chain < 16; chain++) world.append(world.block(world.tip(chain)));
  await reader.catchUp(0);
  for (let i = 0; i < 40; i++) {
    world.timeMs += 100_000;
    for (let chain = 0; chain < 16; chain++) if (chain !== 14) world.append(world.block(world.tip(chain)));
  }
  await reader.catchUp(0);
  const snapshot = fund.snapshot();
  const again = new Fund(
    { addresses: world.addresses, depth: DEPTH, minDeposit: ALPH },
    {
      snapshot,
      reservations: [],
      finds: [],
    },
  );
  source.asked.length = 0;
  await makeReader(again).catchUp(0);
  const [, from] = source.asked.find((asked) => asked.startsWith('blocks'))!.split(' ');
  assert.ok(Number(from) > world.tip(14).timestampMs + 1_000_000);
  assert.deepEqual(tipsOf(again), tipsOfWorld(world));
});

test('where a chain (f, f) stands still its group is read again from there, and the other chains go on where they were', async () => {
  const { world, reader, makeReader, fund } = setUp();
  for (let i = 0; i < 40; i++) {
    world.timeMs += 1000;
    for (let chain = 0; chain < 16; chain++)
      if (chain < 15 || i === 0) world.append(world.block(world.tip(chain)));
  }
  await reader.catchUp(0);
  const snapshot = fund.snapshot();
  assert.ok(snapshot.cursors[12]!.height < 2);
  assert.ok(snapshot.cursors[1]!.height > 20);
  const kept = { snapshot, reservations: [], finds: [] };
  const again = new Fund({ addresses: world.addresses, depth: DEPTH, minDeposit: ALPH }, kept);
  await makeReader(again).catchUp(0);
  assert.deepEqual(tipsOf(again), tipsOfWorld(world));
});

test('a failed request leaves what was read; the next one goes on', async () => {
  const { world, source, reader, fund } = setUp();
  await reader.catchUp(0);
  for (let i = 0; i < 60; i++) step(world, 2, DEPTH - 1);
  source.failure = new Error('the node is away');
  await assert.rejects(reader.catchUp(0), /the node is away/);
  const deps = templateDeps(world);
  const { failed } = await reader.follow(deps);
  assert.ok(failed.size > 0 && [...failed.values()].every((error) => error === source.failure));
  source.failure = undefined;
  await reader.follow(templateDeps(world));
  assert.deepEqual(tipsOf(fund), tipsOfWorld(world));
});

test('blocks that the node does not have are told, and the others read', async () => {
  const { world, reader, fund } = setUp();
  await reader.catchUp(0);
  const block = world.append(world.block(world.tip(1)));
  const strange = 'ab'.repeat(32);
  assert.deepEqual((await reader.follow([strange, block.hash])).missing, [strange]);
  assert.equal(fund.tip(1)!.hash, block.hash);
  assert.equal(reader.heightOf(block.hash), 1);
  assert.equal(reader.heightOf(strange), undefined);
});

test('a block that can not be read does not keep the others from being read', async () => {
  const { world, source, reader, fund } = setUp();
  await reader.catchUp(0);
  const [first, second, third] = [1, 6, 7].map((chain) => world.append(world.block(world.tip(chain))));
  source.faults.set(first!.hash, new Error('its index is damaged'));
  const entry = source.entryOf(second!);
  const { block } = source;
  source.block = (hash) =>
    hash === second!.hash ? Promise.resolve({ ...entry, height: 9 }) : block.call(source, hash);
  const { failed, missing } = await reader.follow([first!.hash, second!.hash, third!.hash]);
  assert.deepEqual([...failed.keys()].sort(), [first!.hash, second!.hash].sort());
  assert.deepEqual(missing, []);
  assert.equal(fund.tip(7)!.hash, third!.hash);
  source.faults.clear();
  source.block = block;
  assert.equal((await reader.follow([first!.hash, second!.hash])).failed.size, 0);
  assert.equal(fund.tip(1)!.hash, first!.hash);
});

test('a block beside the main chain is noted; once it is the main one the chain is replaced', async () => {
  const { world, reader, fund } = setUp();
  await reader.catchUp(0);
  const parent = world.append(world.block(world.tip(1)));
  const main = world.append(world.block(parent));
  const side = world.block(parent);
  await reader.follow([main.hash, side.hash]);
  assert.equal(fund.tip(1)!.hash, main.hash);
  assert.equal(fund.block(side.hash)!.height, 2);
  world.put(1, 2, [side]);
  await reader.follow([side.hash]);
  assert.equal(fund.tip(1)!.hash, side.hash);
});

test('the block that a chain begins behind is read where a template asks what it builds on', async () => {
  const { world, fund, reader, makeReader } = setUp();
  for (let i = 0; i < 400; i++) step(world, 1, 1);
  await reader.catchUp(0);
  fund.settle();
  const snapshot = fund.snapshot();
  const again = new Fund(
    { addresses: world.addresses, depth: DEPTH, minDeposit: ALPH },
    { snapshot, reservations: [], finds: [] },
  );
  const { hash, height } = snapshot.cursors[5]!;
  assert.deepEqual([again.has(hash), again.block(hash)], [true, undefined]);
  await makeReader(again).follow([hash]);
  assert.equal(again.block(hash)?.height, height);
  assert.equal(again.mainHeight(5, hash), height);
});

test('a reorganisation through final blocks is refused', async () => {
  const { world, reader, fund } = setUp();
  await reader.catchUp(0);
  for (let i = 0; i < 20; i++)
    for (let chain = 0; chain < 16; chain++) world.append(world.block(world.tip(chain)));
  await reader.catchUp(0);
  const tip = fund.tip(1)!.hash;
  const branch = [world.block(world.chains[1]![2]!)];
  for (let i = 0; i < 20; i++) branch.push(world.block(branch.at(-1)!));
  world.put(1, 3, branch);
  const hash = branch.at(-1)!.hash;
  const { failed } = await reader.follow([hash]);
  assert.ok(failed.get(hash) instanceof FarBlockError);
  assert.equal(fund.tip(1)!.hash, tip);
});

for (const [what, change, expected] of [
  ['another block than was asked for', { hash: `${'0'.repeat(63)}1` }, /got 0000/],
  ['a block of another chain', { chainTo: 2, hash: undefined }, /the chain of its hash/],
  ['a parent that is no such block', { deps: undefined }, /ab: the node names it, and does not have it/],
  ['a height that does not follow', { height: 9 }, /expected a height of 1 on [0-9a-f]{64}, got 9/],
  ['no transactions', { transactions: 'none' }, /"transactions" expected a list, got "none"/],
] as const) {
  test(`${what} is refused, and the fund stays as it was`, async () => {
    const { world, reader, source, fund } = setUp();
    await reader.catchUp(0);
    const block = world.append(world.block(world.tip(1)));
    const entry = source.entryOf(block);
    const deps = block.deps.with(4, 'ab'.repeat(32));
    source.block = async (hash) =>
      hash === block.hash
        ? {
            ...entry,
            ...change,
            ...('hash' in change && change.hash === undefined && { hash: block.hash }),
            ...('deps' in change && { deps }),
          }
        : undefined;
    const { failed } = await reader.follow([block.hash]);
    const error = failed.get(block.hash);
    assert.ok(error instanceof ReaderError);
    assert.match(error.message, expected);
    assert.equal(fund.tip(1)!.height, 0);
  });
}

test('a range whose blocks are not linked is refused', async () => {
  const { world, reader, source } = setUp();
  await reader.catchUp(0);
  const [first, second] = [1, 2].map(() => world.append(world.block(world.tip(1))));
  const lists = Array.from({ length: 16 }, () => [] as unknown[]);
  const third = world.append(world.block(world.tip(1)));
  lists[1] = [first, third].map((block) => source.entryOf(block!));
  source.blocks = async () => lists;
  await assert.rejects(
    reader.catchUp(0),
    new RegExp(`expected a block on ${first!.hash}, got ${third.hash}`),
  );
  assert.ok(second);
});

test('an answer that is too long makes the next question shorter', async () => {
  const { world, reader, source } = setUp();
  await reader.catchUp(0);
  for (let i = 0; i < 30; i++) {
    world.timeMs += 20_000;
    for (let chain = 0; chain < 16; chain++) world.append(world.block(world.tip(chain)));
  }
  const blocks = source.blocks.bind(source);
  let refused = 0;
  source.blocks = async (fromMs, toMs) => {
    if (toMs - fromMs > 20_000 && ++refused) throw new Error('expected at most so many bytes, got more');
    return blocks(fromMs, toMs);
  };
  await reader.catchUp(0);
  assert.ok(refused > 0);
  assert.equal(world.tip(3).height, 30);
});
