// Two chains of a group spend one coin: both are accepted, and a block of (g, g) says later whose is void.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block } from '../../../devnet/block.js';
import type { Coin } from '../../../devnet/coins/coin.js';
import type { DevnetNode } from '../../../devnet/node.js';
import type { Template } from '../../../devnet/template.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import type { ChainIndex } from '../../../protocol/chain.js';
import { outputKeyOf } from '../../../protocol/output-reference.js';
import { coinsFor, KEYS, mineBurning, setUpPolw, submitWith } from '../polw-setting.js';
import {
  burn,
  burnWell,
  FIRST,
  INTRA,
  idOf,
  SECOND,
  setUpSiblings,
  THIRD,
  takeIn,
  templateOn,
} from '../siblings-setting.js';

const changeKeyOf = (block: Block): string => bytesToHex(outputKeyOf(block.transactions.at(-1)!.id, 1));

test('the earlier one wins, whichever is taken in by the same block of (0, 0); its own chain goes on', async (t) => {
  const { node, first, second, statusOf, index } = await setUpSiblings(t);
  const view = (chain: ChainIndex, deps: readonly Uint8Array[] = node.board.freshDeps(chain)) =>
    index.view(chain, deps);
  assert.equal(await statusOf(second), 'Confirmed');
  assert.deepEqual([...node.coins!.likelyVoid(() => true)], [idOf(second)]);
  takeIn(node);
  assert.equal(node.coins!.likelyVoid(() => true).size, 0, 'what is decided is told by the block that did');
  assert.deepEqual(await Promise.all([first, second].map(statusOf)), ['Confirmed', 'Conflicted']);
  for (const chain of [INTRA, SECOND, THIRD]) {
    assert.equal(view(chain).coin(changeKeyOf(second)), undefined);
    assert.ok(view(chain).coin(changeKeyOf(first)));
  }
  // Chain (0, 2) itself has not seen it yet: what it builds on the void change is taken, and void with it.
  const stale = node.board.template(SECOND);
  const change = view(SECOND, stale.header.deps).coin(changeKeyOf(second));
  const child = burnWell(node, stale, FIRST, [change!]);
  assert.equal(await statusOf(child), 'Confirmed');
  assert.deepEqual([...node.coins!.likelyVoid(() => true)], [idOf(child)]);
  takeIn(node);
  assert.equal(await statusOf(child), 'Conflicted');
});

test('who has seen the one refuses the other', async (t) => {
  const { node } = await setUpSiblings(t);
  mineBurning(node, THIRD);
  takeIn(node);
  mineBurning(node, THIRD);
  const { fault } = burn(node, templateOn(node, THIRD), FIRST, oldCoins(node));
  assert.equal(fault, 'ExistInvalidTx NonExistInput');
  const again = burn(node, templateOn(node, INTRA), FIRST, oldCoins(node));
  assert.equal(again.fault, 'ExistInvalidTx NonExistInput');
});

/** The coin of (0, 1) that both spent. */
function oldCoins(node: DevnetNode): Coin[] {
  const entries = node.coins!.index.ofScript(KEYS[FIRST]!.address.lockupScript);
  return entries.filter(({ spentBy }) => spentBy.length === 2).map(({ coin }) => coin);
}

test('a block of (0, 0) wins against an earlier one that it has not seen', async (t) => {
  const { node, clock } = await setUpPolw(t);
  const early = templateOn(node, INTRA);
  const coins = coinsFor(node, early);
  const first = burnWell(node, templateOn(node, FIRST), INTRA, coins);
  clock.advance(5_000);
  const intra = burnWell(
    node,
    { ...early, header: { ...early.header, timestamp: early.header.timestamp + 5_000n } },
    INTRA,
    coins,
  );
  assert.deepEqual(node.coins!.conflictedOf(first), []);
  clock.advance(1_000);
  mineBurning(node, INTRA);
  assert.deepEqual(node.coins!.conflictedOf(intra), []);
  assert.deepEqual(node.coins!.conflictedOf(first), [idOf(first)]);
});

test('another block with the coinbase of a void one, which takes its place, is open until it is taken in itself', async (t) => {
  const { devnet, node, clock, second, statusOf } = await setUpSiblings(t);
  const changeIsSeen = (): boolean =>
    node.coins!.index.view(INTRA, node.board.freshDeps(INTRA)).coin(changeKeyOf(second)) !== undefined;
  takeIn(node);
  const sibling = mineBurning(node, THIRD);
  const header = { ...second.header, deps: second.header.deps.with(3 + THIRD, sibling.hash) };
  const { block: twin } = submitWith(
    node,
    { ...node.board.template(SECOND), header, height: second.height, uncles: [] },
    second.transactions,
  );
  assert.ok(twin && idOf(twin) === idOf(second));
  assert.equal(await statusOf(twin), 'Conflicted', 'the other one is the main block');
  clock.advance(1_000);
  const above = { ...templateOn(node, SECOND, [twin]), height: twin.height + 1, uncles: [] };
  burnWell(node, above, SECOND, coinsFor(node, above));
  assert.ok(node.state.isMain(twin));
  assert.deepEqual(node.coins!.conflictedOf(twin), []);
  assert.equal(await statusOf(twin), 'Confirmed');
  assert.equal(changeIsSeen(), false, 'the other one that spends the coin was taken in before');
  await devnet.reorganise(FIRST, 1);
  assert.equal(changeIsSeen(), true, 'nothing stands against it');
  takeIn(node);
  assert.deepEqual(node.coins!.conflictedOf(twin), []);
  assert.equal(await statusOf(twin), 'Confirmed');
});

test('a reorganisation of (0, 0) turns the void one into a good one, and back', async (t) => {
  const { node, clock, first, second, statusOf } = await setUpSiblings(t);
  const genesis = node.state.genesis(INTRA);
  const good = (): Promise<string[]> => Promise.all([first, second].map(statusOf));
  const own = (template: Template) => coinsFor(node, template);
  const mineOn = (parent: Block, seen: readonly Block[]): Block => {
    clock.advance(1_000);
    const template = templateOn(node, INTRA, [parent, ...seen]);
    const based = { ...template, height: parent.height + 1, uncles: [] };
    return burnWell(node, based, INTRA, own(based));
  };
  const a1 = mineOn(genesis, [first, second]);
  assert.deepEqual(await good(), ['Confirmed', 'Conflicted']);
  // Another branch takes in the later one first: it is settled when the other comes.
  const siblingGenesis = node.state.genesis(FIRST);
  const b1 = mineOn(genesis, [siblingGenesis, second]);
  assert.deepEqual(await good(), ['Confirmed', 'Conflicted']);
  const b2 = mineOn(b1, [first, second]);
  assert.ok(node.state.isMain(b2));
  assert.deepEqual(await good(), ['Conflicted', 'Confirmed']);
  const a2 = mineOn(a1, [first, second]);
  const a3 = mineOn(a2, [first, second]);
  assert.ok(node.state.isMain(a3));
  assert.deepEqual(await good(), ['Confirmed', 'Conflicted']);
});
