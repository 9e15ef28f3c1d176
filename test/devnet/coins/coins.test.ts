import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block } from '../../../devnet/block.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { ALL_CHAINS, chainIndex } from '../../../protocol/chain.js';
import { ALPH } from '../../../protocol/emission.js';
import { outputKeyOf } from '../../../protocol/output-reference.js';
import { createPolwCoinbase } from '../../../protocol/polw-coinbase.js';
import { coinsFor, KEYS, mineBurning, partsFor, setUpPolw, submitWith, termsOf } from '../polw-setting.js';

const keyOf = (block: Block, index: number): string =>
  bytesToHex(outputKeyOf(block.transactions.at(-1)!.id, index));

test('a block of each chain burns what it must: the change is there for the next one of the chain at once', async (t) => {
  const { node, clock } = await setUpPolw(t);
  for (const chain of ALL_CHAINS) {
    for (let i = 0; i < 3; i++) {
      clock.advance(1_000);
      const template = node.board.template(chain);
      const before = coinsFor(node, template).reduce((sum, { output }) => sum + output.amount, 0n);
      const block = mineBurning(node, chain);
      assert.ok(node.state.isMain(block));
      const after = coinsFor(node, node.board.template(chain)).map(({ key, output }) => [key, output.amount]);
      assert.deepEqual(after, [[keyOf(block, 1), before - termsOf(template).burnt]]);
    }
  }
});

test('blocks of everybody else burn the coins of the network: plain control requests go on', async (t) => {
  const { devnet, node } = await setUpPolw(t);
  for (const chain of [0, 1, 5, 14]) {
    await devnet.mineBlock(chain);
    await devnet.mineSideBlock(chain);
    const block = await devnet.mineBlock(chain);
    assert.equal(block.uncles.length, 1);
    const branch = await devnet.reorganise(chain, 2);
    assert.equal(branch.length, 3);
  }
  assert.ok(node.state.tip(0).transactions.at(-1)!.unsigned.inputs.length > 0);
});

test('a coin of a sibling chain, or of another group, is seen when the deps have moved so far', async (t) => {
  const { devnet, node } = await setUpPolw(t);
  // Output 0 of (1, 0) pays the burn address of (0, 1).
  const block = mineBurning(node, chainIndex(1, 0));
  const key = keyOf(block, 0);
  const sees = (from: number, to: number): boolean => {
    const chain = chainIndex(from, to);
    return node.coins!.index.view(chain, node.board.freshDeps(chain)).coin(key) !== undefined;
  };
  const chains = [0, 1, 2, 3];
  assert.deepEqual(
    chains.map((to) => sees(0, to)),
    [false, false, false, false],
  );
  // A block of (1, 1) takes it in; group 0 sees that one as its dep of group 1.
  await devnet.mineBlock(chainIndex(1, 1));
  assert.deepEqual(
    chains.map((to) => sees(0, to)),
    [true, true, true, true],
  );
  // Chain (0, 1) itself has the deps of its last template until it gets a block.
  const stale = node.board.template(chainIndex(0, 1));
  assert.equal(node.coins!.index.view(stale.chain, stale.header.deps).coin(key), undefined);
  assert.equal(sees(1, 0), false, 'a coin of group 0 is none of group 1');
});

test('a reorganisation brings a spent coin back, and takes the change away', async (t) => {
  const { devnet, node, clock } = await setUpPolw(t);
  for (const depth of [1, 3, 8]) {
    const chain = depth;
    const before = coinsFor(node, node.board.template(chain)).map(({ key }) => key);
    for (let i = 0; i < depth; i++) {
      clock.advance(1_000);
      mineBurning(node, chain);
    }
    assert.notDeepEqual(
      coinsFor(node, node.board.template(chain)).map(({ key }) => key),
      before,
    );
    await devnet.reorganise(chain, depth);
    const after = coinsFor(node, node.board.template(chain)).map(({ key }) => key);
    assert.deepEqual(after, before);
    mineBurning(node, chain);
  }
});

test('a deposit is in the next block of its chain, and no sooner: one block too late for whoever needs it there', async (t) => {
  const { devnet, node, coins } = await setUpPolw(t, { coins: [] });
  const chain = chainIndex(2, 2);
  const { address } = KEYS[chain]!;
  const amounts = (): bigint[] =>
    coins.index
      .view(chain, node.board.freshDeps(chain))
      .coinsOf(address.lockupScript)
      .map(({ output }) => output.amount);
  const stale = node.board.template(chain);
  const { id, chain: by } = devnet.deposit({ address, amount: 7n * ALPH });
  assert.equal(by, chain);
  devnet.deposit({ address, amount: 5n * ALPH });
  assert.deepEqual(amounts(), []);
  assert.equal(stale.transactions.length, 1);
  const block = await devnet.mineBlock(chain);
  assert.equal(bytesToHex(block.transactions[0]!.id), id);
  assert.deepEqual(amounts(), [7n * ALPH, 5n * ALPH]);
  // Not a second time, unless its block is replaced.
  assert.equal((await devnet.mineBlock(chain)).transactions.length, 1);
  await devnet.reorganise(chain, 2);
  assert.deepEqual(amounts(), [7n * ALPH, 5n * ALPH]);
  assert.throws(() => devnet.deposit({ address, amount: 1n }), RangeError);
  assert.throws(() => devnet.deposit({ address, amount: 10n ** 12n * ALPH }), /"amount" expected/);
});

test('what blocks did that are forgotten still counts, and what they spent is gone', async (t) => {
  const { devnet, node, coins } = await setUpPolw(t, {}, { keepHeights: 64 });
  const chain = chainIndex(3, 3);
  mineBurning(node, chain);
  const size = coins.index.size;
  for (let i = 0; i < 70; i++) await devnet.mineBlock(chain);
  assert.ok(node.state.hasForgotten(chain));
  assert.equal(coinsFor(node, node.board.template(chain)).length, 1);
  mineBurning(node, chain);
  // Each block made two coins and spent one; the coins of the last 64 that are spent are still there.
  assert.ok(coins.index.size < size + 2 * 71, `${coins.index.size}`);
});

test('deposits of many outputs, of tokens, locked ones, and by a chain of another group', async (t) => {
  const { devnet, node, coins, clock } = await setUpPolw(t, { coins: [] });
  const chain = chainIndex(1, 1);
  const { address } = KEYS[chain]!;
  const seen = () =>
    coins.index
      .view(chain, node.board.freshDeps(chain))
      .coinsOf(address.lockupScript)
      .map(({ output }) => output);
  devnet.deposit({ address, amount: ALPH / 1000n, count: 250 });
  await devnet.mineBlock(chain);
  assert.equal(seen().length, 250);
  devnet.deposit({ address, amount: ALPH, token: true, count: 2 });
  await devnet.mineBlock(chain);
  assert.deepEqual(
    seen().flatMap(({ tokens }) => tokens.map(({ amount }) => amount)),
    [1n, 1n],
  );
  devnet.deposit({ address, amount: ALPH, token: true });
  const lockTimeMs = BigInt(clock.now() + 1_000_000);
  devnet.deposit({ address, amount: 3n * ALPH, lockTimeMs });
  await devnet.mineBlock(chain);
  assert.equal(seen().length, 254);
  assert.equal(seen().filter((output) => output.lockTimeMs === lockTimeMs).length, 1);
  assert.equal(devnet.deposit({ address, amount: 9n * ALPH, from: 2 }).chain, chainIndex(2, 1));
  await devnet.mineBlock(chainIndex(2, 1));
  assert.equal(seen().length, 254);
  await devnet.mineBlock(chainIndex(2, 2));
  assert.equal(seen().length, 255);
  assert.throws(() => devnet.deposit({ address, amount: ALPH, count: 251 }), /"count" expected/);
});

test('a coin with tokens, or a locked one, cannot be burnt', async (t) => {
  const { devnet, node, coins, clock } = await setUpPolw(t, { coins: [] });
  const chain = chainIndex(1, 1);
  const { address } = KEYS[chain]!;
  devnet.deposit({ address, amount: ALPH, token: true });
  devnet.deposit({ address, amount: 2n * ALPH, lockTimeMs: BigInt(clock.now() + 60_000) });
  await devnet.mineBlock(chain);
  const template = node.board.template(chain);
  const [withToken, locked] = coins.index.view(chain, template.header.deps).coinsOf(address.lockupScript);
  for (const [coin, fault] of [
    [withToken!, 'ExistInvalidTx InvalidTokenBalance'],
    [locked!, 'ExistInvalidTx TimeLockedTx'],
  ] as const) {
    const coinbase = createPolwCoinbase(partsFor(node, template, [coin]));
    assert.equal(submitWith(node, template, [coinbase]).fault, fault);
  }
});
