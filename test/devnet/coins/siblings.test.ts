// Two chains of a group spend one coin: both are accepted, and a block of (g, g) says later whose is void.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block } from '../../../devnet/block.js';
import { type BurnRight, burnRightOf } from '../../../devnet/coins/burning.js';
import type { Coin } from '../../../devnet/coins/coin.js';
import type { DevnetNode } from '../../../devnet/node.js';
import type { Template } from '../../../devnet/template.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { type ChainIndex, chainIndex } from '../../../protocol/chain.js';
import { outputKeyOf } from '../../../protocol/output-reference.js';
import { createPolwCoinbase } from '../../../protocol/polw-coinbase.js';
import { coinsFor, KEYS, mineBurning, partsFor, rewardOf, setUpPolw, submitWith } from '../polw-setting.js';
import { get } from '../rest-setting.js';

const INTRA = chainIndex(0, 0);
const FIRST = chainIndex(0, 1);
const SECOND = chainIndex(0, 2);
const THIRD = chainIndex(0, 3);

/** The place of a chain of group 0 among the deps. */
const depOf = (chain: ChainIndex): number => 3 + chain;

/** A template of a chain as of now, its deps of group 0 replaced by some blocks. */
function templateOn(node: DevnetNode, chain: ChainIndex, blocks: readonly Block[] = []): Template {
  node.board.refresh([chain]);
  const template = node.board.template(chain);
  const deps = [...template.header.deps];
  for (const block of blocks) deps[depOf(block.chain)] = block.hash;
  return { ...template, header: { ...template.header, deps } };
}

/** Submits a block that burns some coins of a key. */
function burn(node: DevnetNode, template: Template, owner: ChainIndex, coins: readonly Coin[]) {
  const right: BurnRight = burnRightOf(KEYS[owner]!, rewardOf(template.chain));
  const coinbase = createPolwCoinbase({
    ...partsFor(node, template, coins),
    burnPublicKey: right.publicKey,
    burnLockupScript: right.burnLockupScript,
    signature: right.signature,
  });
  return submitWith(node, template, [coinbase]);
}

/** As `burn`. @throws AssertionError if it is refused */
function burnWell(...args: Parameters<typeof burn>): Block {
  const { block, fault } = burn(...args);
  assert.ok(block, fault);
  return block;
}

const idOf = (block: Block): string => bytesToHex(block.transactions.at(-1)!.id);
const changeKeyOf = (block: Block): string => bytesToHex(outputKeyOf(block.transactions.at(-1)!.id, 1));

/** A block of (0, 1) and a later one of (0, 2) that spend the coin of (0, 1). */
async function setUpSiblings(t: Parameters<typeof setUpPolw>[0]) {
  const setting = await setUpPolw(t);
  const { node, clock, devnet } = setting;
  const coins = coinsFor(node, node.board.template(FIRST));
  assert.equal(coins.length, 1);
  clock.advance(1_000);
  const first = burnWell(node, templateOn(node, FIRST), FIRST, coins);
  clock.advance(1_000);
  const second = burnWell(node, templateOn(node, SECOND), FIRST, coins);
  assert.ok(node.state.isMain(first) && node.state.isMain(second));
  clock.advance(1_000);
  const statusOf = async (block: Block): Promise<string> => {
    const { body } = await get(devnet, `/transactions/status?txId=${idOf(block)}`);
    return (body as { type: string }).type;
  };
  return { ...setting, index: setting.coins.index, first, second, statusOf };
}

/** The first block of (0, 0) after others is of an older template: the second one takes them in. */
function takeIn(node: DevnetNode): void {
  mineBurning(node, INTRA);
  mineBurning(node, INTRA);
}

test('the earlier one wins, whichever is taken in by the same block of (0, 0); its own chain goes on', async (t) => {
  const { node, first, second, statusOf, index } = await setUpSiblings(t);
  const view = (chain: ChainIndex, deps: readonly Uint8Array[] = node.board.freshDeps(chain)) =>
    index.view(chain, deps);
  assert.equal(await statusOf(second), 'Confirmed');
  takeIn(node);
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
  assert.equal(node.coins!.index.isVoid(idOf(first)), false);
  clock.advance(1_000);
  mineBurning(node, INTRA);
  assert.equal(node.coins!.index.isVoid(idOf(first)), true);
  assert.equal(node.coins!.index.isVoid(idOf(intra)), false);
  assert.deepEqual(node.coins!.conflictedOf(first), [idOf(first)]);
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
