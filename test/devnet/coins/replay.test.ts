// Views of coins against a plain replay of all blocks from the first one on, over random siblings, forks and transfers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block } from '../../../devnet/block.js';
import { burnRightOf } from '../../../devnet/coins/burning.js';
import { type Coin, coinsMadeBy } from '../../../devnet/coins/coin.js';
import { depChainsOf } from '../../../devnet/deps.js';
import type { DevnetNode } from '../../../devnet/node.js';
import { createRandom } from '../../../devnet/random.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex, chainIndex, fromGroupOf, GROUPS } from '../../../protocol/chain.js';
import { ALPH } from '../../../protocol/emission.js';
import { createPolwCoinbase } from '../../../protocol/polw-coinbase.js';
import type { Transaction } from '../../../protocol/transaction.js';
import { KEYS, partsFor, setUpPolw, submitWith } from '../polw-setting.js';

/** One key a group: its four chains share their coins, so that they get in each other's way. */
const keyOf = (group: number) => KEYS[chainIndex(group, 0)]!;

/** What a group owns after some blocks. */
interface GroupState {
  /** By key. */
  readonly coins: Map<string, Coin>;
  /** Ids of transactions that were found void so far. */
  readonly voids: Set<string>;
}

/** All over again, by the words of the rules. */
class Replay {
  readonly #node: DevnetNode;
  readonly #states = new Map<string, GroupState>();

  constructor(node: DevnetNode) {
    this.#node = node;
  }

  /** Keys of the coins that a block on some deps sees. */
  view(chain: ChainIndex, deps: readonly Uint8Array[]): string[] {
    return [...this.#before(chain, deps).coins.keys()].sort();
  }

  /** The group of a block of (g, g) after it. */
  #after(block: Block): GroupState {
    const known = this.#states.get(block.id);
    if (known) return known;
    const state = block.height === 0 ? empty() : this.#before(block.chain, block.header.deps);
    for (const transaction of block.transactions) apply(state, transaction, fromGroupOf(block.chain));
    this.#states.set(block.id, state);
    return state;
  }

  #before(chain: ChainIndex, deps: readonly Uint8Array[]): GroupState {
    const group = fromGroupOf(chain);
    const intra = chainIndex(group, group);
    const chains = depChainsOf(chain);
    const tips = new Map(chains.map((one, i) => [one, this.#block(deps[i]!)]));
    const base = tips.get(intra)!;
    const { coins, voids } = this.#after(base);
    const state: GroupState = { coins: new Map(coins), voids: new Set(voids) };
    for (let other = 0; other < GROUPS; other++) {
      if (other === group) continue;
      const [seen, before] = [
        tips.get(chainIndex(other, other))!,
        this.#seenBy(base, chainIndex(other, other)),
      ];
      const incoming = chainIndex(other, group);
      const settled = this.#after(seen);
      for (const block of this.#between(this.#seenBy(before, incoming), this.#seenBy(seen, incoming))) {
        for (const transaction of block.transactions) {
          const isVoid = settled.voids.has(bytesToHex(transaction.id));
          if (!isVoid) add(state, transaction, group);
        }
      }
    }
    const own: Block[] = [];
    for (let to = 0; to < GROUPS; to++) {
      const one = chainIndex(group, to);
      if (one !== intra) own.push(...this.#between(this.#seenBy(base, one), tips.get(one)!));
    }
    own.sort((a, b) => Number(a.header.timestamp - b.header.timestamp) || (a.id < b.id ? -1 : 1));
    for (const block of own) {
      for (const transaction of block.transactions) {
        const inputs = transaction.unsigned.inputs.map(({ key }) => bytesToHex(key));
        if (inputs.every((key) => state.coins.has(key))) apply(state, transaction, group);
        else state.voids.add(bytesToHex(transaction.id));
      }
    }
    return state;
  }

  #block(hash: Uint8Array): Block {
    return this.#node.state.get(bytesToHex(hash))!;
  }

  /** The tip of a chain as a block of (g, g) sees it. */
  #seenBy(intra: Block, chain: ChainIndex): Block {
    if (chain === intra.chain) return intra;
    if (intra.height === 0) return this.#node.state.genesis(chain);
    return this.#block(intra.header.deps[depChainsOf(intra.chain).indexOf(chain)]!);
  }

  /** Blocks above one, up to another of its descendants. */
  #between(below: Block, tip: Block): Block[] {
    const blocks: Block[] = [];
    for (let block = tip; block.height > below.height; block = this.#node.state.get(block.parent)!)
      blocks.unshift(block);
    return blocks;
  }
}

const empty = (): GroupState => ({ coins: new Map(), voids: new Set() });

function apply(state: GroupState, transaction: Transaction, group: number): void {
  for (const { key } of transaction.unsigned.inputs) state.coins.delete(bytesToHex(key));
  add(state, transaction, group);
}

function add(state: GroupState, transaction: Transaction, group: number): void {
  for (const coin of coinsMadeBy(transaction)) if (coin.group === group) state.coins.set(coin.key, coin);
}

for (const seed of [1, 2]) {
  test(`views are what a replay gives, seed ${seed}`, async (t) => {
    const coins = [0, 1, 2, 3].flatMap((group) =>
      Array.from({ length: 12 }, () => ({ address: keyOf(group).address.text, amount: 3n * ALPH })),
    );
    const { devnet, node, clock } = await setUpPolw(t, { coins });
    const random = createRandom(seed);
    const pick = (count: number): number => Math.floor(random.next() * count);
    const replay = new Replay(node);
    let burnt = 0;
    for (let i = 0; i < 120; i++) {
      clock.advance(1 + pick(500));
      const chain = pick(4) === 0 ? 5 * pick(GROUPS) : pick(ALL_CHAINS.length);
      const action = pick(12);
      if (action === 0 && canBeReplaced(node, chain)) await devnet.reorganise(chain, 1);
      else if (action === 1) await devnet.mineBlock(chain);
      else if (action === 2) devnet.deposit({ address: keyOf(pick(GROUPS)).address, amount: ALPH });
      else if (burn(node, chain, pick)) burnt++;
      else await devnet.mineBlock(chain);
      if (i % 6 > 0) continue;
      for (const one of ALL_CHAINS) {
        for (const deps of [node.board.freshDeps(one), node.board.template(one).header.deps]) {
          assert.deepEqual(
            differences(keysSeen(node, one, deps), replay.view(one, deps)),
            [[], []],
            `step ${i}, chain ${one}`,
          );
        }
      }
    }
    assert.ok(burnt > 40, `${burnt}`);
    const voids = [...node.state.blocks()].filter((block) => node.coins!.conflictedOf(block).length > 0);
    assert.ok(voids.length > 0, 'no two siblings have met');
  });
}

/**
 * Whether no block or template of another chain has taken the newest one in: chains reorganise one by one here, and a replay cannot tell
 * what a block that has seen one branch knows of another.
 */
function canBeReplaced(node: DevnetNode, chain: ChainIndex): boolean {
  const tip = node.state.tip(chain);
  const seen = [...node.state.blocks(), ...node.board.all()].some(
    ({ chain: other, header }) => other !== chain && header.deps.some((dep) => bytesToHex(dep) === tip.id),
  );
  return tip.height > 0 && !seen;
}

/** Burns one coin of the group's key on the newest template. @returns whether there was one */
function burn(node: DevnetNode, chain: ChainIndex, pick: (count: number) => number): boolean {
  const group = fromGroupOf(chain);
  const key = keyOf(group);
  const template = node.board.template(chain);
  const coins = node
    .coins!.index.view(chain, template.header.deps)
    .coinsOf(key.address.lockupScript)
    .filter(({ output }) => output.lockTimeMs <= template.header.timestamp && output.amount > ALPH / 2n);
  if (coins.length === 0) return false;
  // The lowest key more often than not: others choose it, too.
  const sorted = coins.sort((a, b) => (a.key < b.key ? -1 : 1));
  const coin = sorted[pick(3) === 0 ? pick(sorted.length) : 0]!;
  const right = burnRightOf(key, keyOf(chain % GROUPS).address.lockupScript);
  const transfers = template.transactions.slice(0, -1);
  const coinbase = createPolwCoinbase({
    ...partsFor(node, template, [coin]),
    burnPublicKey: right.publicKey,
    burnLockupScript: right.burnLockupScript,
    rewardLockupScript: right.rewardLockupScript,
    signature: right.signature,
  });
  const { fault } = submitWith(node, template, [...transfers, coinbase]);
  assert.equal(fault, undefined);
  return true;
}

/** Keys of all coins of the network that deps see. */
function keysSeen(node: DevnetNode, chain: ChainIndex, deps: readonly Uint8Array[]): string[] {
  const view = node.coins!.index.view(chain, deps);
  const scripts = new Map<string, Uint8Array>();
  for (const block of [...ALL_CHAINS.map((one) => node.state.genesis(one)), ...node.state.blocks()])
    for (const { unsigned } of block.transactions)
      for (const { lockupScript } of unsigned.outputs) scripts.set(bytesToHex(lockupScript), lockupScript);
  return [...scripts.values()].flatMap((script) => view.coinsOf(script).map(({ key }) => key)).sort();
}

/** What the one has and the other has not. */
function differences(a: readonly string[], b: readonly string[]): string[][] {
  const [inA, inB] = [new Set(a), new Set(b)];
  return [a.filter((key) => !inB.has(key)), b.filter((key) => !inA.has(key))];
}
