/**
 * Two blocks of chains of one group that spend one coin: a pool's fault, or somebody else's doing.
 * @module
 */
import assert from 'node:assert/strict';
import type { Block } from '../../devnet/block.js';
import { type BurnRight, burnRightOf } from '../../devnet/coins/burning.js';
import type { Coin } from '../../devnet/coins/coin.js';
import type { DevnetNode } from '../../devnet/node.js';
import type { Template } from '../../devnet/template.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { type ChainIndex, chainIndex } from '../../protocol/chain.js';
import { createPolwCoinbase } from '../../protocol/polw-coinbase.js';
import { coinsFor, KEYS, mineBurning, partsFor, rewardOf, setUpPolw, submitWith } from './polw-setting.js';
import { get } from './rest-setting.js';

export const INTRA = chainIndex(0, 0);
export const FIRST = chainIndex(0, 1);
export const SECOND = chainIndex(0, 2);
export const THIRD = chainIndex(0, 3);

/** The place of a chain of group 0 among the deps. */
const depOf = (chain: ChainIndex): number => 3 + chain;

/** A template of a chain as of now, its deps of group 0 replaced by some blocks. */
export function templateOn(node: DevnetNode, chain: ChainIndex, blocks: readonly Block[] = []): Template {
  node.board.refresh([chain]);
  const template = node.board.template(chain);
  const deps = [...template.header.deps];
  for (const block of blocks) deps[depOf(block.chain)] = block.hash;
  return { ...template, header: { ...template.header, deps } };
}

/** Submits a block that burns some coins of a key. */
export function burn(node: DevnetNode, template: Template, owner: ChainIndex, coins: readonly Coin[]) {
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
export function burnWell(...args: Parameters<typeof burn>): Block {
  const { block, fault } = burn(...args);
  assert.ok(block, fault);
  return block;
}

export const idOf = (block: Block): string => bytesToHex(block.transactions.at(-1)!.id);

/** A block of (0, 1) and a later one of (0, 2) that spend the coin of (0, 1). */
export async function setUpSiblings(t: Parameters<typeof setUpPolw>[0]) {
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
export function takeIn(node: DevnetNode): void {
  mineBurning(node, INTRA);
  mineBurning(node, INTRA);
}
