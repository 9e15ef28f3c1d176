/**
 * Follows found blocks until their end is final, then until their reward can be spent.
 *
 * ```
 * store.followed --> blocks whose chain grew since their last look --> one node by REST --> judgeBlock --> store.noteFate
 * ```
 * Nothing is kept here but what saves questions: the store has what is known, and each round begins there.
 * @module
 */

import { type CoinbaseEntry, CoinbaseEntryError } from '../../node/coinbase-entry.js';
import { type ChosenNode, NodeChoice } from '../../node/node-choice.js';
import type { BlockPlace } from '../../protocol/block-end.js';
import { BoundedMap } from '../../protocol/bounded-map.js';
import { hexToBytes } from '../../protocol/bytes.js';
import { CHAINS, type ChainIndex, chainIndex, fromGroupOf } from '../../protocol/chain.js';
import type { EmissionParams } from '../../protocol/emission.js';
import { expectedHashes, targetOfBytes } from '../../protocol/target.js';
import type { BlockFate, FollowedBlock } from '../domain/block-fate.js';
import type { Store } from '../ports/store.js';
import type { FateNode } from './fate-node.js';
import { followedBlocks, MAX_FOLLOWED } from './followed-blocks.js';
import {
  type BlockSight,
  type CoinbaseStanding,
  type JudgeTerms,
  judgeBlock,
  matureFate,
  needsStanding,
  type PayingCoinbase,
} from './judge-block.js';
import { type WorkStore, workSince } from './work-since.js';

/** Looks in one round: then heights are asked for again. */
const MAX_LOOKS_A_ROUND = 200;

/** Coinbases that are remembered: they never change. */
const MAX_COINBASES = 5_000;

/** Newest blocks that are followed beside the oldest, where those are too many. */
const MAX_NEWEST = 500;

/** Blocks with a locked reward that are looked at in a round, the oldest: they unlock in their order. */
const MAX_LOCKED = 100;

/** Failed looks in a row after which a round ends: the node is away. */
const MAX_FAILURES = 3;

/** What became of a block, news. */
export interface FateNews {
  readonly place: BlockPlace;
  readonly fate: BlockFate;
  readonly before: BlockFate | undefined;
}

/** `rest`: this is not the owner of the task, or nodes or addresses are not known yet. `trouble`: why it could not be done. */
export type RoundEnd =
  | { readonly kind: 'done' | 'more' | 'rest' }
  | { readonly kind: 'trouble'; readonly message: string };

export interface FateFollowerModules {
  readonly store: Pick<Store, 'followed' | 'noteFate' | 'block' | 'nodeIdentity' | 'now'> & WorkStore;
  /** In order of preference. */
  readonly nodes: readonly FateNode[];
  readonly emission: EmissionParams;
  /** Blocks that must follow on one before it is final. */
  readonly depth: number;
  /** Of the lease while it is held. */
  readonly fence: () => number | undefined;
  /** Addresses of the pool beside its nodes' miner addresses; undefined while they are not known. */
  readonly ownAddresses: () => readonly string[] | undefined;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  readonly onNews: (news: FateNews) => void;
}

/** What does not change about a block. */
interface KnownBlock extends BlockPlace {
  /** Expected hashes of its target. */
  readonly expected: bigint;
}

/** When a block was looked at last, and how high the chains were that decide about it. */
interface Look {
  readonly number: number;
  readonly heights: string;
}

export class FateFollower {
  readonly #modules: FateFollowerModules;
  readonly #choice: NodeChoice<FateNode>;
  readonly #places = new BoundedMap<string, KnownBlock>(MAX_FOLLOWED);
  readonly #coinbases = new BoundedMap<string, CoinbaseEntry>(MAX_COINBASES);
  #looks = new Map<string, Look>();
  #lookNumber = 0;

  constructor(modules: FateFollowerModules) {
    this.#modules = modules;
    this.#choice = new NodeChoice(modules.nodes, modules.now);
  }

  /**
   * Looks at what is due. One round at a time.
   * @throws StoreUnavailableError, StoreRefusedError
   */
  async round(): Promise<RoundEnd> {
    const { store, fence } = this.#modules;
    const owned = fence();
    if (owned === undefined) return { kind: 'rest' };
    await this.#mature(owned);
    const open = await this.#open();
    if (open.length === 0) return { kind: 'done' };
    const own = this.#modules.ownAddresses();
    const { networkId, minerAddresses } = await store.nodeIdentity();
    if (own === undefined || networkId === undefined || minerAddresses === undefined) return { kind: 'rest' };
    const chains = new Set(open.flatMap(({ hash }) => decidersOf(chainOfHash(hash))));
    const chosen = await this.#choice.choose(networkId, chains);
    if (typeof chosen === 'string') return { kind: 'trouble', message: chosen };
    const ours = new Set([...own, ...minerAddresses]);
    return this.#lookAt(open, chosen, (address) => ours.has(address), owned);
  }

  async #open(): Promise<readonly FollowedBlock[]> {
    const { store } = this.#modules;
    const oldest = await followedBlocks(store);
    // What has gathered, as before this program followed blocks, must not hold up those that are found now.
    const newest =
      oldest.length < MAX_FOLLOWED ? [] : await store.foundBefore(Number.MAX_SAFE_INTEGER, MAX_NEWEST);
    const open = [
      ...new Map([...newest.filter(isOpen), ...oldest].map((block) => [block.hash, block])).values(),
    ];
    const kept = new Set(open.map(({ hash }) => hash));
    this.#looks = new Map([...this.#looks].filter(([hash]) => kept.has(hash)));
    return open;
  }

  /** Those looked at longest ago come first; those whose chains did not grow since then have nothing new. */
  async #lookAt(
    open: readonly FollowedBlock[],
    chosen: ChosenNode<FateNode>,
    isOurs: (address: string) => boolean,
    owned: number,
  ): Promise<RoundEnd> {
    const heightsOf = (hash: string): string =>
      decidersOf(chainOfHash(hash))
        .map((chain) => chosen.heights.get(chain))
        .join(' ');
    const due = open
      .filter(({ hash }) => this.#looks.get(hash)?.heights !== heightsOf(hash))
      .sort((a, b) => (this.#looks.get(a.hash)?.number ?? 0) - (this.#looks.get(b.hash)?.number ?? 0));
    const nowMs = await this.#modules.store.now();
    const { emission, depth } = this.#modules;
    const terms = { emission, depth, isOurs, nowMs };
    let fault: string | undefined;
    let failures = 0;
    for (const block of due.slice(0, MAX_LOOKS_A_ROUND)) {
      if (this.#modules.fence() !== owned) return { kind: 'rest' };
      let fate: BlockFate | undefined;
      let heights = heightsOf(block.hash);
      try {
        fate = await this.#judge(block, chosen, terms);
        failures = 0;
      } catch (error) {
        if (!isOfNode(error)) throw error;
        fault ??= (error as Error).message;
        if (++failures >= MAX_FAILURES) break;
        // Again in the next round, after the others.
        heights = '';
      }
      this.#looks.set(block.hash, { number: ++this.#lookNumber, heights });
      if (fate !== undefined && !(await this.#note(block, fate, owned))) return { kind: 'rest' };
    }
    if (fault !== undefined) return { kind: 'trouble', message: fault };
    return { kind: due.length > MAX_LOOKS_A_ROUND ? 'more' : 'done' };
  }

  async #judge(
    { hash, foundMs, fate }: FollowedBlock,
    { node, heights }: ChosenNode<FateNode>,
    terms: JudgeTerms,
  ): Promise<BlockFate | undefined> {
    const place = await this.#placeOf(hash);
    if (place === undefined) return undefined;
    const sight = await this.#sightOf(place, node, heights.get(place.chain)!);
    const next = sight && judgeBlock(place, fate, sight, terms);
    // By then all journals have passed it, as a rule.
    if (next?.final !== true || next.luck !== undefined) return next;
    const work = await workSince(this.#modules.store, foundMs);
    return { ...next, luck: { work, expected: place.expected } };
  }

  /** @returns undefined if the node changed its mind meanwhile */
  async #sightOf({ hash }: BlockPlace, node: FateNode, tipHeight: number): Promise<BlockSight | undefined> {
    const isMain = await node.isMain(hash);
    if (isMain === true) {
      const entry = await this.#coinbaseOf(hash, node);
      return entry && { tipHeight, own: await this.#standingOf(entry, node, tipHeight), payer: undefined };
    }
    const uncle = isMain === undefined ? undefined : await node.uncle(hash);
    if (uncle?.kind === 'main') return undefined;
    if (uncle?.kind !== 'named') return { tipHeight, own: undefined, payer: undefined };
    if (!uncle.entry.uncles.includes(hash))
      throw new CoinbaseEntryError(`block ${uncle.entry.hash}: expected to name ${hash} as an uncle`);
    return { tipHeight, own: undefined, payer: await this.#standingOf(uncle.entry, node, tipHeight) };
  }

  async #standingOf(entry: CoinbaseEntry, node: FateNode, tipHeight: number): Promise<PayingCoinbase> {
    if (!needsStanding(entry, tipHeight, this.#modules.depth)) return { entry, standing: undefined };
    const status = await node.status(entry.txId, entry.chain);
    const isThere =
      (status.kind === 'confirmed' || status.kind === 'conflicted') && status.blockHash === entry.hash;
    return { entry, standing: isThere ? (status as CoinbaseStanding) : undefined };
  }

  async #coinbaseOf(hash: string, node: FateNode): Promise<CoinbaseEntry | undefined> {
    const known = this.#coinbases.get(hash) ?? (await node.coinbase(hash));
    if (known !== undefined) this.#coinbases.set(hash, known);
    return known;
  }

  async #placeOf(hash: string): Promise<KnownBlock | undefined> {
    const known = this.#places.get(hash);
    if (known !== undefined) return known;
    const block = await this.#modules.store.block(hash);
    const place = block && {
      hash,
      chain: block.chain,
      height: block.height,
      expected: expectedHashes(targetOfBytes(hexToBytes(block.target))),
    };
    if (place !== undefined) this.#places.set(hash, place);
    return place;
  }

  /** @returns false if somebody else owns the task now */
  async #note({ hash, fate: before }: FollowedBlock, fate: BlockFate, owned: number): Promise<boolean> {
    const outcome = await this.#modules.store.noteFate(hash, fate, owned);
    if (outcome === 'fenced') return false;
    const place = await this.#placeOf(hash);
    if (outcome === 'noted' && place !== undefined) this.#modules.onNews({ place, fate, before });
    return true;
  }

  async #mature(owned: number): Promise<void> {
    const { store } = this.#modules;
    const locked = await store.followed('final', { offset: 0, limit: MAX_LOCKED });
    if (locked.length === 0) return;
    const nowMs = await store.now();
    for (const block of locked) {
      const matured = block.fate && matureFate(block.fate, nowMs);
      if (matured !== undefined && !(await this.#note(block, matured, owned))) return;
    }
  }
}

function isOpen({ state, fate }: FollowedBlock): boolean {
  return fate === undefined ? state === 'accepted' : !fate.final;
}

/** A chain, and the one whose blocks take its blocks in. */
function decidersOf(chain: ChainIndex): ChainIndex[] {
  const from = fromGroupOf(chain);
  return [chain, chainIndex(from, from)];
}

/** A block belongs to a chain by its last bits. */
function chainOfHash(hash: string): ChainIndex {
  return Number.parseInt(hash.slice(-2), 16) % CHAINS;
}

function isOfNode(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === 'ERR_NODE_REST' || code === 'ERR_COINBASE_ENTRY';
}
