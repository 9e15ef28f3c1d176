/**
 * A small model of the 16 chains with burn addresses of ours: blocks by us and others, deposits, dust, withdrawals, siblings that
 * spend one coin, uncles, reorganisations. It keeps whole blocks and knows the truth about each transaction, so that the fund
 * can be compared with it; it shares no code with the fund.
 * @module
 */
import type { FundBlock, FundOutput, FundTransaction, TemplateView } from '../../polw/fund/fund-block.js';
import { groupFrom, groupTo, WorldChains } from './world-chains.js';

const MILLI = 10n ** 15n;

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

const mirror = (chain: number): number => groupTo(chain) * 4 + groupFrom(chain);

export class PolwWorld extends WorldChains {
  readonly lockMs: number;
  readonly minDeposit: bigint;
  readonly truths = new Map<string, Truth>();
  /** Hashes of our finds. */
  readonly finds = new Set<string>();
  /** Blocks beside the main chains that nobody has named yet. */
  readonly sides: FundBlock[] = [];

  constructor({ random, lockMs = 60_000, minDeposit = 1000n * MILLI }: WorldOptions) {
    super(random);
    this.lockMs = lockMs;
    this.minDeposit = minDeposit;
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
