// What spends an output whose maker has left its own chain has no effect, and neither has what builds on it.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Block } from '../../../devnet/block.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { chainIndex } from '../../../protocol/chain.js';
import { ALPH } from '../../../protocol/emission.js';
import { KEYS, mineBurning, setUpPolw } from '../polw-setting.js';

/** Burns coins of a group that gets deposits by the other one. */
const OURS = chainIndex(0, 1);
const JUDGE = chainIndex(0, 0);
const PAYS = chainIndex(3, 0);
const PAYS_JUDGE = chainIndex(3, 3);

const OWNER = KEYS[OURS]!.address;

const idOf = ({ transactions }: Block): string => bytesToHex(transactions.at(-1)!.id);

/** A deposit, a block that burns it, and one that burns the change. */
async function setUpAstray(t: TestContext) {
  const { devnet, node, coins } = await setUpPolw(t);
  devnet.deposit({ address: OWNER, amount: 7n * ALPH, from: 3 });
  const deposit = await devnet.mineBlock(PAYS);
  await devnet.mineBlock(PAYS_JUDGE);
  // The templates of our chain see it once the chain has a block, and all of that is taken in.
  await devnet.mineBlock(OURS);
  await devnet.mineBlock(JUDGE);
  const blocks = [mineBurning(node, OURS), mineBurning(node, OURS)];
  const amounts = (): bigint[] => coins.currentOf(OWNER).map(({ coin }) => coin.output.amount);
  return { devnet, node, coins, deposit, blocks, amounts };
}

test('a reorganisation under a block that is not taken in: it and what builds on it are left out, and come back', async (t) => {
  const { devnet, node, coins, deposit, blocks, amounts } = await setUpAstray(t);
  const change = amounts();
  assert.equal(change.length, 1);
  assert.equal(coins.astray().size, 0);

  const branch = await devnet.reorganise(PAYS, 1, { transfers: false });
  assert.equal(node.state.isMain(deposit), false);
  assert.ok(blocks.every((block) => node.state.isMain(block)));
  assert.deepEqual([...coins.astray()].sort(), blocks.map(idOf).sort());
  assert.deepEqual(amounts(), [1_000n * ALPH], 'what it spends beside is back');
  assert.deepEqual(
    blocks.flatMap((block) => coins.conflictedOf(block)),
    [],
    'nobody has decided',
  );

  // The transfer waits again, and gets into another block.
  await devnet.mineBlock(PAYS);
  assert.ok(node.state.isMain(branch.at(-1)!));
  assert.equal(coins.astray().size, 0);
  assert.deepEqual(amounts(), change);
});

test('a block of (f, f) that takes it in decides: with what it sees', async (t) => {
  const { devnet, coins, blocks, amounts } = await setUpAstray(t);
  await devnet.reorganise(PAYS, 1, { transfers: false });
  await devnet.mineBlock(PAYS_JUDGE);
  await devnet.mineBlock(JUDGE);
  assert.equal(coins.astray().size, 0);
  assert.deepEqual(
    blocks.flatMap((block) => coins.conflictedOf(block)),
    blocks.map(idOf),
  );
  assert.deepEqual(amounts(), [1_000n * ALPH]);
});

test('what was taken in before its maker left stays decided', async (t) => {
  const { devnet, coins, blocks, amounts } = await setUpAstray(t);
  await devnet.mineBlock(JUDGE);
  const change = amounts();
  await devnet.reorganise(PAYS, 1, { transfers: false });
  assert.equal(coins.astray().size, 0);
  assert.deepEqual(amounts(), change);
  assert.deepEqual(
    blocks.flatMap((block) => coins.conflictedOf(block)),
    [],
  );
});
