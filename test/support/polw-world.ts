/**
 * A small model of the 16 chains with burn addresses of ours: blocks by us and others, deposits, dust, withdrawals, siblings that
 * spend one coin, uncles, reorganisations. It keeps whole blocks and knows the truth about each transaction, so that the fund
 * can be compared with it; it shares no code with the fund.
 * @module
 */
import type { FundBlock, FundOutput, FundTransaction, TemplateView } from '../../polw/fund/fund-block.js';

const MILLI = 10n ** 15n;
const NOBODY = '0'.repeat(64);

/** What a transaction really does, attoALPH. */
export interface Truth {
  readonly deposit: bigint;
  readonly burnt: bigint;
  readonly gas: bigint;
  readonly paid: bigint;
  /** Inputs that were not taken in, and now are. */
  readonly foreignIn: bigint;
  /** Keys of outputs that the fund must take in, with the part of each that was earned. */
  readonly made: ReadonlyMap<string, bigint>;
}

export interface WorldOptions {
  readonly random: () => number;
  /** Time for which coinbase outputs are locked, ms. */
  readonly lockMs?: number;
  /** Least deposit that counts, attoALPH. */
  readonly minDeposit?: bigint;
}

interface Spot {
  readonly block: FundBlock;
  readonly transaction: FundTransaction;
}

export const groupFrom = (chain: number): number => Math.floor(chain / 4);
export const groupTo = (chain: number): number => chain % 4;
const mirror = (chain: number): number => groupTo(chain) * 4 + groupFrom(chain);

export class PolwWorld {
  readonly random: () => number;
  readonly lockMs: number;
  readonly minDeposit: bigint;
  /** Main chains from the genesis block on. */
  readonly chains: FundBlock[][] = [];
  /** Every block that ever was, by hash. */
  readonly all = new Map<string, FundBlock>();
  readonly truths = new Map<string, Truth>();
  /** Hashes of our finds. */
  readonly finds = new Set<string>();
  /** Blocks beside the main chains that nobody has named yet. */
  readonly sides: FundBlock[] = [];
  /** What chains were replaced by, as a fund is told. */
  readonly events: { chain: number; fromHeight: number; blocks: FundBlock[] }[] = [];
  /** Highest tip ever, by chain. */
  readonly peaks = new Array<number>(16).fill(0);
  readonly addresses = Array.from({ length: 16 }, (_, chain) => `burn-${chain}`);
  timeMs = 1_000_000;
  #count = 0;

  constructor({ random, lockMs = 60_000, minDeposit = 1000n * MILLI }: WorldOptions) {
    this.random = random;
    this.lockMs = lockMs;
    this.minDeposit = minDeposit;
    for (let chain = 0; chain < 16; chain++) {
      const genesis: FundBlock = {
        hash: this.#hash(chain),
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

  /** A block's hash ends as one of its chain does. */
  #hash(chain: number): string {
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

  /** Every transaction on the main chains. */
  *spots(): Generator<Spot> {
    for (const chain of this.chains)
      for (const block of chain) for (const transaction of block.transactions) yield { block, transaction };
  }

  /** Ids that blocks of (f, f) on the main chains have decided against, with the block that did. */
  verdicts(): Map<string, FundBlock> {
    const verdicts = new Map<string, FundBlock>();
    for (const chain of this.chains)
      for (const block of chain) for (const id of block.conflicted) verdicts.set(id, block);
    return verdicts;
  }

  /** Keys that several transactions spend of which none was decided against. */
  disputed(): Set<string> {
    const verdicts = this.verdicts();
    const spent = new Set<string>();
    const disputed = new Set<string>();
    for (const { transaction } of this.spots()) {
      if (verdicts.has(transaction.id)) continue;
      for (const key of transaction.spends) (spent.has(key) ? disputed : spent).add(key);
    }
    return disputed;
  }

  /** Outputs of transactions that count, whether or not they are spent. */
  outputs(): Map<string, { block: FundBlock; output: FundOutput; earned: bigint | undefined }> {
    const verdicts = this.verdicts();
    const outputs = new Map<string, { block: FundBlock; output: FundOutput; earned: bigint | undefined }>();
    for (const { block, transaction } of this.spots()) {
      if (verdicts.has(transaction.id)) continue;
      const { made } = this.truths.get(transaction.id)!;
      for (const output of transaction.outputs)
        outputs.set(output.key, { block, output, earned: made.get(output.key) });
    }
    return outputs;
  }

  /** Keys of outputs that may turn out never to have been made. */
  doubtful(): Set<string> {
    const doubtful = this.disputed();
    const verdicts = this.verdicts();
    for (let size = -1; size < doubtful.size; ) {
      size = doubtful.size;
      for (const { transaction } of this.spots())
        if (!verdicts.has(transaction.id) && transaction.spends.some((key) => doubtful.has(key)))
          for (const { key } of transaction.outputs) doubtful.add(key);
    }
    return doubtful;
  }

  spentKeys(): Set<string> {
    const verdicts = this.verdicts();
    const spent = new Set<string>();
    for (const { transaction } of this.spots())
      if (!verdicts.has(transaction.id)) for (const key of transaction.spends) spent.add(key);
    return spent;
  }

  /** Coins of a chain that a template sees and no main block has spent. @param blind - takes those that it does not see spent */
  spendable(template: TemplateView, blind = false): FundOutput[] {
    const spent = this.spentKeys();
    const seen = new Map<number, Set<string>>();
    const sees = (block: FundBlock): boolean => {
      const of = block.chain;
      if (groupFrom(of) !== groupFrom(template.chain) && groupTo(of) !== groupFrom(template.chain))
        return false;
      if (!seen.has(of)) seen.set(of, this.ancestors(template, of));
      return seen.get(of)!.has(block.hash);
    };
    if (blind) {
      spent.clear();
      const verdicts = this.verdicts();
      for (const { block, transaction } of this.spots())
        if (!verdicts.has(transaction.id) && sees(block))
          for (const key of transaction.spends) spent.add(key);
    }
    const [doubtful, disputed] = [this.doubtful(), blind ? this.disputed() : new Set()];
    return [...this.outputs().values()]
      .filter(
        ({ block, output, earned }) =>
          earned !== undefined &&
          (disputed.has(output.key) || !doubtful.has(output.key)) &&
          output.address === this.addresses[template.chain] &&
          output.lockTimeMs <= template.timestampMs &&
          !spent.has(output.key) &&
          sees(block) &&
          this.#isDecided(template, block, output),
      )
      .map(({ output }) => output);
  }

  /** Whether a template sees the block of (g, g) that has decided whether the deposit counts, if it is one. */
  #isDecided(template: TemplateView, { hash, chain, transactions }: FundBlock, { key }: FundOutput): boolean {
    const maker = transactions.find(({ outputs }) => outputs.some((output) => output.key === key))!;
    if (this.truths.get(maker.id)!.deposit === 0n) return true;
    const judges = groupFrom(chain) * 5;
    const [tip] = this.ancestors(template, judges);
    const judge = this.all.get(tip ?? '');
    return chain === judges || (judge !== undefined && this.ancestors(judge, chain).has(hash));
  }

  output(chain: number, amount: bigint, index: number, lockTimeMs = 0, tokens = false): FundOutput {
    return {
      key: this.name(),
      hint: chain + 1,
      address: this.addresses[chain]!,
      amount,
      lockTimeMs,
      tokens,
      index,
    };
  }

  /** A transaction with what it really does. */
  transaction(parts: Omit<FundTransaction, 'id'>, truth: Partial<Truth>): FundTransaction {
    const transaction = { id: this.name(), ...parts };
    this.truths.set(transaction.id, {
      deposit: 0n,
      burnt: 0n,
      gas: parts.gasFee,
      paid: 0n,
      foreignIn: 0n,
      made: new Map(),
      ...truth,
    });
    return transaction;
  }

  /** A deposit that counts, to each of some chains. */
  deposit(chains: readonly number[], amount: bigint): FundTransaction {
    const outputs = chains.map((chain, index) => this.output(chain, amount, index));
    return this.transaction(
      { coinbase: false, spends: [], outputs, gasFee: 0n },
      {
        deposit: amount * BigInt(chains.length),
        made: new Map(outputs.map(({ key }) => [key, 0n])),
      },
    );
  }

  /** An output that must not be taken in. */
  litter(chain: number, kind: 'small' | 'tokens' | 'locked'): FundTransaction {
    const amount = kind === 'small' ? this.minDeposit - 1n : this.minDeposit;
    const lock = kind === 'locked' ? this.timeMs * 2 : 0;
    const outputs = [this.output(chain, amount, 0, lock, kind === 'tokens')];
    return this.transaction({ coinbase: false, spends: [], outputs, gasFee: 0n }, {});
  }

  /** A withdrawal of a part of some coins. */
  withdrawal(chain: number, coins: readonly FundOutput[]): FundTransaction {
    const held = coins.reduce((sum, { amount }) => sum + amount, 0n);
    const gas = 2n * MILLI;
    const paid = (held - gas) / 3n;
    const change = this.output(chain, held - gas - paid, 1);
    return this.transaction(
      { coinbase: false, spends: coins.map(({ key }) => key), outputs: [change], gasFee: gas },
      { paid, made: new Map([[change.key, 0n]]) },
    );
  }

  /** A coinbase that burns coins, and what it pays. @param uncles - reward of each, undefined for one that is not ours */
  burning(
    chain: number,
    coins: readonly FundOutput[],
    { changes = 1, uncles = [] as (bigint | undefined)[], foreign = [] as FundOutput[] } = {},
  ): FundTransaction {
    const sum = (outputs: readonly FundOutput[]): bigint =>
      outputs.reduce((all, { amount }) => all + amount, 0n);
    const held = sum(coins) + sum(foreign);
    const burnt = 60n * MILLI + BigInt(this.below(1000));
    const net = 20n * MILLI + BigInt(this.below(1000));
    const gas = BigInt(changes) * 4500n * 10n ** 9n;
    const lock = this.timeMs + this.lockMs;
    const first = this.output(mirror(chain), burnt + net, 0, lock);
    const paid = uncles.flatMap((amount, i) =>
      amount === undefined ? [] : [this.output(mirror(chain), amount, 1 + i, lock)],
    );
    const left = held - burnt - gas;
    const parts = Array.from({ length: changes }, (_, i) =>
      i === 0 ? left - (left / BigInt(changes)) * BigInt(changes - 1) : left / BigInt(changes),
    );
    const change = parts.map((amount, i) => this.output(chain, amount, 1 + uncles.length + i));
    return this.transaction(
      {
        coinbase: true,
        spends: [...coins, ...foreign].map(({ key }) => key),
        outputs: [first, ...paid, ...change],
        gasFee: gas,
      },
      {
        burnt,
        foreignIn: sum(foreign),
        made: new Map([
          [first.key, net],
          ...paid.map(({ key, amount }) => [key, amount] as const),
          ...change.map(({ key }) => [key, 0n] as const),
        ]),
      },
    );
  }

  /** Somebody else's coinbase that pays us, without our coins. @param uncle - pays an uncle of ours only */
  paying(chain: number, amount: bigint, uncle = false): FundTransaction {
    const output = this.output(mirror(chain), amount, uncle ? 1 : 0, this.timeMs + this.lockMs);
    return this.transaction(
      { coinbase: true, spends: [], outputs: [output], gasFee: 0n },
      { made: new Map([[output.key, amount]]) },
    );
  }

  /** A block on another, with what a block of (f, f) decides. Not yet on the main chain. */
  block(
    parent: FundBlock,
    transactions: readonly FundTransaction[] = [],
    { deps = this.depsOn(parent, 0), uncles = [] as readonly string[] } = {},
  ): FundBlock {
    const block: FundBlock = {
      hash: this.#hash(parent.chain),
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

  /** What the accounts must be. Wrong while a coin is disputed. */
  accounts(): Record<string, bigint> {
    const verdicts = this.verdicts();
    const sum = { fund: 0n, locked: 0n, pending: 0n, earned: 0n, reserved: 0n, burnt: 0n, gas: 0n, paid: 0n };
    const nowMs = Math.max(...this.chains.map((chain) => chain.at(-1)!.timestampMs));
    for (const { transaction } of this.spots()) {
      if (verdicts.has(transaction.id)) continue;
      const { deposit, burnt, gas, paid, foreignIn, made } = this.truths.get(transaction.id)!;
      sum.fund += deposit + foreignIn - burnt - gas - paid;
      sum.burnt += burnt;
      sum.gas += gas;
      sum.paid += paid;
      for (const { key, amount, lockTimeMs } of transaction.outputs) {
        const earned = made.get(key);
        if (earned === undefined || lockTimeMs === 0) continue;
        const isLocked = lockTimeMs > nowMs;
        sum[isLocked ? 'pending' : 'earned'] += earned;
        sum[isLocked ? 'locked' : 'fund'] += amount - earned;
      }
    }
    return sum;
  }
}
