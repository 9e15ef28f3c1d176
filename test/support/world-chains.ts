/**
 * The chains of a model: blocks, what they stand on, and what a template on one of them sees.
 * @module
 */
import type { FundBlock, FundTransaction, TemplateView } from '../../polw/fund/fund-block.js';

const NOBODY = '0'.repeat(64);

export const groupFrom = (chain: number): number => Math.floor(chain / 4);
export const groupTo = (chain: number): number => chain % 4;

export class WorldChains {
  readonly random: () => number;
  /** Main chains from the genesis block on. */
  readonly chains: FundBlock[][] = [];
  /** Every block that ever was, by hash. */
  readonly all = new Map<string, FundBlock>();
  /** What chains were replaced by, as a fund is told. */
  readonly events: { chain: number; fromHeight: number; blocks: FundBlock[] }[] = [];
  /** Highest tip ever, by chain. */
  readonly peaks = new Array<number>(16).fill(0);
  readonly addresses = Array.from({ length: 16 }, (_, chain) => `burn-${chain}`);
  timeMs = 1_000_000;
  #count = 0;

  constructor(random: () => number) {
    this.random = random;
    for (let chain = 0; chain < 16; chain++) {
      const genesis: FundBlock = {
        hash: this.hash(chain),
        chain,
        height: 0,
        deps: new Array<string>(7).fill(NOBODY),
        timestampMs: chain,
        uncles: [],
        transactions: [],
        conflicted: [],
      };
      this.chains.push([]);
      this.put(chain, 0, [genesis]);
    }
  }

  /** A new hash, id or key. */
  name(): string {
    return (++this.#count).toString(16).padStart(64, '0');
  }

  /** A new hash of a block: it ends as one of its chain does. */
  hash(chain: number): string {
    return `${this.name().slice(1)}${chain.toString(16)}`;
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  tip(chain: number): FundBlock {
    return this.chains[chain]!.at(-1)!;
  }

  isMain({ chain, height, hash }: FundBlock): boolean {
    return this.chains[chain]![height]?.hash === hash;
  }

  parent(block: FundBlock): FundBlock | undefined {
    return this.all.get(block.deps[3 + groupTo(block.chain)]!);
  }

  /** Replaces a chain from a height on. */
  put(chain: number, fromHeight: number, blocks: FundBlock[]): void {
    this.chains[chain]!.splice(fromHeight);
    for (const block of blocks) this.all.set(block.hash, block);
    this.chains[chain]!.push(...blocks);
    this.peaks[chain] = Math.max(this.peaks[chain]!, this.tip(chain).height);
    this.events.push({ chain, fromHeight, blocks });
  }

  /**
   * Cuts a chain off at a height, with all that stands on what leaves: `put` must follow for this chain.
   * @returns false, and nothing is cut, if any chain would be more than `deepest` blocks below its highest tip
   */
  cut(chain: number, fromHeight: number, deepest: number): boolean {
    const before = this.chains.map((blocks) => [...blocks]);
    const cuts = new Map([[chain, fromHeight]]);
    this.chains[chain]!.splice(fromHeight);
    for (let more = true; more; ) {
      more = false;
      for (const [other, blocks] of this.chains.entries()) {
        const first = blocks.find((block) => !this.#stands(block));
        if (first === undefined) continue;
        blocks.splice(first.height);
        cuts.set(other, first.height);
        more = true;
      }
    }
    const isTooDeep = this.chains.some((blocks, i) => blocks.length - 1 < this.peaks[i]! - deepest);
    if (isTooDeep) for (const [i, blocks] of before.entries()) this.chains[i] = blocks;
    else
      for (const [other, height] of cuts)
        if (other !== chain) this.events.push({ chain: other, fromHeight: height, blocks: [] });
    return !isTooDeep;
  }

  #stands(block: FundBlock): boolean {
    return block.deps.every((hash) => hash === NOBODY || this.isMain(this.all.get(hash)!));
  }

  /** Deps of a template on a block: what was known some time ago, and never less than the parent knew. */
  depsOn(parent: FundBlock, lagMs: number): string[] {
    const from = groupFrom(parent.chain);
    const newest = (chains: number[], least: string | undefined): string => {
      const since = this.all.get(least ?? '')?.timestampMs ?? -1;
      const until = Math.max(this.timeMs - lagMs, since);
      return chains
        .flatMap((chain) => this.chains[chain]!.filter(({ timestampMs }) => timestampMs <= until).slice(-1))
        .reduce((a, b) => (a.timestampMs >= b.timestampMs ? a : b)).hash;
    };
    const others = [0, 1, 2, 3].filter((group) => group !== from);
    return [
      ...others.map((group, i) =>
        newest(
          [0, 1, 2, 3].map((to) => group * 4 + to),
          parent.deps[i],
        ),
      ),
      ...[0, 1, 2, 3].map((to) =>
        from * 4 + to === parent.chain ? parent.hash : newest([from * 4 + to], parent.deps[3 + to]),
      ),
    ];
  }

  template(parent: FundBlock, lagMs = this.below(6) * 2000): TemplateView {
    return { chain: parent.chain, deps: this.depsOn(parent, lagMs), timestampMs: this.timeMs };
  }

  /** The blocks of a chain that a template sees: the tip of it and what is below. */
  ancestors({ chain, deps }: Pick<TemplateView, 'chain' | 'deps'>, of: number): Set<string> {
    const own = groupFrom(chain);
    const group = groupFrom(of);
    let tip: FundBlock | undefined;
    if (group === own) tip = this.all.get(deps[3 + groupTo(of)]!);
    else {
      const seer = this.all.get(deps[group < own ? group : group - 1]!)!;
      tip = seer.chain === of ? seer : this.all.get(seer.deps[3 + groupTo(of)]!);
    }
    const seen = new Set<string>();
    for (let block = tip; block !== undefined; block = this.parent(block)) seen.add(block.hash);
    return seen;
  }

  /** A block on another, with what a block of (f, f) decides. Not yet on the main chain. */
  block(
    parent: FundBlock,
    transactions: readonly FundTransaction[] = [],
    { deps = this.depsOn(parent, 0), uncles = [] as readonly string[] } = {},
  ): FundBlock {
    const block: FundBlock = {
      hash: this.hash(parent.chain),
      chain: parent.chain,
      height: parent.height + 1,
      deps,
      timestampMs: this.timeMs++,
      uncles,
      transactions,
      conflicted: [],
    };
    const whole = { ...block, conflicted: this.#conflictedBy(block) };
    this.all.set(whole.hash, whole);
    return whole;
  }

  /** What blocks of (f, f) decide, told one after the other from the first on: the earlier of the newly seen siblings counts. */
  #conflictedBy(last: FundBlock): string[] {
    if (groupFrom(last.chain) !== groupTo(last.chain)) return [];
    const line: FundBlock[] = [];
    for (let block: FundBlock | undefined = last; block !== undefined; block = this.parent(block))
      line.unshift(block);
    const taken = new Set<string>();
    const spent = new Set<string>();
    const voidKeys = new Set<string>();
    let decided: string[] = [];
    for (const block of line) {
      const siblings = [0, 1, 2, 3]
        .filter((to) => to !== groupTo(block.chain))
        .flatMap((to) => {
          const fresh: FundBlock[] = [];
          let sibling = this.all.get(block.deps[3 + to]!);
          for (; sibling !== undefined && !taken.has(sibling.hash); sibling = this.parent(sibling))
            fresh.push(sibling);
          return fresh;
        })
        .sort((a, b) => a.timestampMs - b.timestampMs);
      decided = [];
      for (const { hash, transactions } of [block, ...siblings]) {
        taken.add(hash);
        for (const { id, spends, outputs } of transactions) {
          if (spends.some((key) => spent.has(key) || voidKeys.has(key))) {
            decided.push(id);
            for (const { key } of outputs) voidKeys.add(key);
          } else for (const key of spends) spent.add(key);
        }
      }
    }
    return decided;
  }

  /** Puts a block on its parent, which is the tip of a main chain. */
  append(block: FundBlock): FundBlock {
    this.put(block.chain, block.height, [block]);
    return block;
  }
}
