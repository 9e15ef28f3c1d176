import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_CHAINS } from '../../../protocol/chain.js';
import { linkNodes } from '../../support/linked-nodes.js';
import { coinsFor, mineBurning, setUpPolw } from '../polw-setting.js';

test('two linked nodes agree on blocks and coins, also after each has been on its own for a while', async (t) => {
  const a = await setUpPolw(t);
  const b = await setUpPolw(t);
  const nodes = [a.node, b.node];
  const advance = (ms: number): void => {
    a.clock.advance(ms);
    b.clock.advance(ms);
  };
  const setLinked = linkNodes(nodes, 50);
  const sameTips = (chains: readonly number[]): boolean[] =>
    chains.map((chain) => a.node.state.tip(chain).id === b.node.state.tip(chain).id);
  for (const chain of ALL_CHAINS) {
    advance(500);
    mineBurning(nodes[chain % 2]!, chain);
  }
  advance(100);
  assert.ok(sameTips(ALL_CHAINS).every(Boolean));
  // Apart: each finds blocks on one parent; the one that finds more wins.
  setLinked(false);
  advance(1_000);
  mineBurning(a.node, 3);
  advance(1_000);
  mineBurning(a.node, 3);
  mineBurning(b.node, 3);
  mineBurning(b.node, 8);
  advance(100);
  assert.deepEqual(sameTips([3, 8]), [false, false]);
  setLinked(true);
  assert.ok(sameTips(ALL_CHAINS).every(Boolean));
  assert.equal(b.node.state.tip(3).height, 3);
  for (const chain of [3, 8])
    assert.deepEqual(
      coinsFor(a.node, a.node.board.template(chain)).map(({ key }) => key),
      coinsFor(b.node, b.node.board.template(chain)).map(({ key }) => key),
    );
});

test('spoilt templates: a block with all their transactions is refused for the transfer, one without it is taken', async (t) => {
  const { devnet, node } = await setUpPolw(t);
  devnet.spoilTemplates([4], true);
  assert.throws(() => mineBurning(node, 4), /ExistInvalidTx NonExistInput/);
  mineBurning(node, 5);
  devnet.spoilTemplates([4], false);
  mineBurning(node, 4);
});
