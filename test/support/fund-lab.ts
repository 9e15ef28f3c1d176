/**
 * A fund that follows a model of the chains.
 * @module
 */
import assert from 'node:assert/strict';
import { Fund } from '../../polw/fund/fund.js';
import type { Coin, FundBlock, FundTransaction } from '../../polw/fund/fund-block.js';
import type { FundKept } from '../../polw/fund/snapshot.js';
import { PolwWorld } from './polw-world.js';
import { seededRandom } from './seeded-random.js';

export const ALPH = 10n ** 18n;

export class FundLab {
  readonly world: PolwWorld;
  fund: Fund;
  #told = 0;

  /** @param depth - blocks that follow on a final one */
  constructor(depth = 10) {
    this.world = new PolwWorld({ random: seededRandom(7), minDeposit: ALPH });
    this.fund = this.makeFund(depth);
    this.follow();
  }

  makeFund(
    depth = 10,
    kept?: FundKept,
    addresses: readonly (string | undefined)[] = this.world.addresses,
  ): Fund {
    return new Fund({ addresses, depth, minDeposit: ALPH }, kept);
  }

  /** Tells the fund what has happened. */
  follow(): void {
    for (; this.#told < this.world.events.length; this.#told++) {
      const { chain, fromHeight, blocks } = this.world.events[this.#told]!;
      this.fund.apply(chain, fromHeight, blocks);
    }
  }

  /** A block on the tip of a chain. */
  mine(
    chain: number,
    transactions: readonly FundTransaction[] = [],
    uncles: readonly string[] = [],
  ): FundBlock {
    this.world.timeMs += 10;
    const block = this.world.append(this.world.block(this.world.tip(chain), transactions, { uncles }));
    this.follow();
    return block;
  }

  /** So many blocks on each chain. */
  mineAll(count: number): void {
    for (let i = 0; i < count; i++) for (let chain = 0; chain < 16; chain++) this.mine(chain);
  }

  /** What a template on the tip of a chain can spend. */
  coins(chain: number, parent = this.world.tip(chain)): readonly Coin[] {
    this.world.timeMs += 10;
    const answer = this.fund.coinsFor(this.world.template(parent, 0));
    assert.ok(answer.kind === 'coins');
    return answer.coins;
  }

  sent(chain: number): bigint {
    const answer = this.fund.coinsFor(this.world.template(this.world.tip(chain), 0));
    assert.ok(answer.kind === 'coins');
    return answer.sent;
  }

  /** A block of ours that burns all coins of a chain. @param changes - number of its outputs of change */
  burn(chain: number, changes = 1, isOwn = true): FundBlock {
    const outputs = this.outputs(this.coins(chain));
    const block = this.mine(chain, [this.world.burning(chain, outputs, { changes })]);
    if (isOwn) this.fund.found({ hash: block.hash, chain, height: block.height });
    return block;
  }

  /** The model's outputs of some coins. */
  outputs(coins: readonly Coin[]) {
    const all = this.world.outputs();
    return coins.map(({ key }) => all.get(key)!.output);
  }

  amounts(chain: number, parent?: FundBlock): readonly bigint[] {
    return this.coins(chain, parent).map(({ amount }) => amount);
  }

  /** The model's accounts, which the fund's must be. */
  check(): void {
    assert.deepEqual(this.fund.accounts(), this.world.accounts());
  }
}

/** A lab in which chain 0-1 has a deposit, seen by everybody. */
export function funded(depth?: number): FundLab {
  const lab = new FundLab(depth);
  lab.mine(0, [lab.world.deposit([1], 100n * ALPH)]);
  lab.mineAll(2);
  return lab;
}
