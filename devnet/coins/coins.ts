/**
 * The money of a network that keeps coins: what its blocks hold, what waits for a block, and who makes their coinbases.
 * @module
 */
import type { Address } from '../../protocol/address.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { type ChainIndex, chainIndex } from '../../protocol/chain.js';
import { txsHashOf } from '../../protocol/merkle.js';
import { outputKeyOf } from '../../protocol/output-reference.js';
import { isPolwActive } from '../../protocol/polw.js';
import { targetOfBits } from '../../protocol/target.js';
import type { Transaction } from '../../protocol/transaction.js';
import type { Block } from '../block.js';
import { type BodyMaker, createBody, type Money, type Network } from '../body.js';
import type { ChainChange, ChainState } from '../chain-state.js';
import type { Clock } from '../clock.js';
import type { PlacedTransaction, Coin as ShownCoin } from '../ledger.js';
import { astrayTransactions, likelyVoidTransactions } from './astray.js';
import { findBodyFault, termsOf } from './body-rules.js';
import { type BurnRights, createBurningCoinbase } from './burning.js';
import type { Coin } from './coin.js';
import { CoinIndex } from './coin-index.js';
import { blockRefOf } from './coin-view.js';
import { type CurrentCoin, currentCoinsOf, shownCoinOf, shownWaitingCoinOf } from './current-coins.js';
import { type Deposit, type Faucet, keysSpentBy } from './faucet.js';
import { findTransferFault } from './transaction-rules.js';
import { TransferDesk } from './transfer-desk.js';
import { TransferPool } from './transfer-pool.js';

/**
 * Who makes the coinbase of a block that burns: nobody (a stock node's template ends there), whoever is sent it (a plain
 * coinbase holds its place), or a holder of rights.
 */
export type CoinbaseMaker = 'nobody' | 'receiver' | BurnRights;

/** What coins need. */
export interface CoinsModules {
  readonly state: ChainState;
  /** The first blocks, with the coins that they hold. */
  readonly genesis: readonly Block[];
  readonly network: Network & { readonly money: Money };
  readonly faucet: Faucet;
  readonly clock: Clock;
}

/** Coins, and all that makes and judges bodies of them. */
export class Coins {
  readonly index: CoinIndex;
  /** What waits: a node's own, or that of another one. */
  pool: TransferPool;
  /** Chains whose whole templates hold a transfer that makes their blocks invalid. */
  readonly spoilt = new Set<ChainIndex>();
  readonly desk: TransferDesk;
  readonly #modules: CoinsModules;

  constructor(modules: CoinsModules) {
    const { network, clock } = modules;
    this.#modules = modules;
    this.index = new CoinIndex(modules.state, modules.genesis);
    this.pool = new TransferPool(() => clock.now());
    this.desk = new TransferDesk(this, network.networkId, () => clock.now());
  }

  /** The first fault of a block's transactions, or undefined. Its deps are known blocks. */
  findFault(block: Block): ReturnType<typeof findBodyFault> {
    const view = this.index.view(block.chain, block.header.deps);
    return findBodyFault(block, this.#modules.network, view);
  }

  /** Unspent coins of an address in blocks. */
  currentOf({ lockupScript, group }: Address): CurrentCoin[] {
    return currentCoinsOf(this.#modules.state, this.index, lockupScript, group);
  }

  /**
   * Unspent coins of an address as REST tells them.
   * @param withWaiting - whether transfers that wait for a block count
   */
  coinsOf(address: Address, withWaiting: boolean): ShownCoin[] {
    const current = this.currentOf(address);
    if (!withWaiting) return current.map(shownCoinOf);
    const shown = new Map(current.map((one) => [one.coin.key, shownCoinOf(one)]));
    return this.desk
      .coinsWithWaiting(address)
      .map(({ coin }) => shown.get(coin.key) ?? shownWaitingCoinOf(coin));
  }

  /** A transaction of a main-chain block that is kept, void ones among them. @param id - hex */
  find(id: string): PlacedTransaction | undefined {
    const { state } = this.#modules;
    const entry = this.index.get(bytesToHex(outputKeyOf(hexToBytes(id), 0)));
    for (const place of entry?.createdBy ?? []) {
      const block = state.get(place.block);
      if (!block || !state.isMain(block) || block.height === 0) continue;
      const index = block.transactions.findIndex((transaction) => bytesToHex(transaction.id) === id);
      return { block, index, transaction: block.transactions[index]! };
    }
    return undefined;
  }

  /** Ids of a block's transactions that a main-chain block which took it in found void, hex. */
  conflictedOf(block: Block): string[] {
    const ref = blockRefOf(block);
    return block.transactions
      .map(({ id }) => bytesToHex(id))
      .filter((id) => this.index.isVoidIn({ ...ref, transaction: id }));
  }

  /** Ids of transactions of main-chain blocks that spend what has left its own chain, or what such a one makes, hex. */
  astray(): ReadonlySet<string> {
    return astrayTransactions(this.#modules.state, this.index);
  }

  /**
   * Those, and all others that blocks of (g, g) will find void as the chains are, hex.
   * @param knows - whose spending is looked at: who knows some coins alone can't tell more
   */
  likelyVoid(knows: (coin: Coin) => boolean): ReadonlySet<string> {
    return likelyVoidTransactions(this.#modules.state, this.index, knows);
  }

  /** Whether a block with this target must burn. @param targetBits - compact */
  mustBurn(targetBits: number): boolean {
    const { emission, blockTimeMs } = this.#modules.network.money;
    return isPolwActive(targetOfBits(targetBits), blockTimeMs, emission);
  }

  /** What was in blocks that have left their main chain waits again, unless other blocks hold it. */
  follow({ left }: Pick<ChainChange, 'left'>): void {
    const atMs = this.#modules.clock.now();
    for (const { transactions, chain } of left.toReversed())
      for (const transaction of transactions.slice(0, -1))
        if (!this.find(bytesToHex(transaction.id))) this.pool.putBack({ transaction, chain, atMs });
  }

  /**
   * Makes the bodies of templates.
   * @param chosen - what they hold beside the coinbase; what waits by default
   */
  bodies(maker: CoinbaseMaker, chosen?: readonly Transaction[]): BodyMaker {
    const { network } = this.#modules;
    return (request) => {
      const { chain, timestamp, deps, miner } = request;
      const view = this.index.view(chain, deps);
      const { networkId, money } = network;
      const block = { view, timestampMs: timestamp, networkId };
      const isPlaced = (id: string): boolean => this.find(id) !== undefined;
      const transfers = chosen ? [...chosen] : this.pool.transfersFor(chain, block, isPlaced);
      const terms = termsOf(request, money);
      if (maker === 'receiver' && this.spoilt.has(chain))
        transfers.push(this.#modules.faucet.createBaseless(chain, networkId));
      if (!terms || maker === 'receiver') return createBody(request, network, transfers);
      if (maker === 'nobody') return undefined;
      const right = maker(chain, miner);
      const made = right && createBurningCoinbase(right, { ...request, networkId, terms, view, transfers });
      if (!made) return undefined;
      const transactions = [...transfers, made.coinbase];
      return { transactions, txsHash: txsHashOf(transactions), uncles: made.uncles };
    };
  }

  /** Bodies of the blocks of everybody else: they burn coins of the network's own. @param chosen - as of `bodies` */
  othersBodies(chosen?: readonly Transaction[]): BodyMaker {
    return this.bodies(this.#modules.faucet.burnRights, chosen);
  }

  /**
   * Removes what waits and could not be in the next block of its chain.
   * @param id - of the one that is looked at, hex; all by default
   */
  removeInvalid(depsOf: (chain: ChainIndex) => readonly Uint8Array[], id?: string): void {
    const { network, clock } = this.#modules;
    for (const { transaction, chain } of this.desk.waiting()) {
      const name = bytesToHex(transaction.id);
      if (id !== undefined && id !== name) continue;
      const view = this.index.view(chain, depsOf(chain));
      const context = { chain, networkId: network.networkId, timestampMs: BigInt(clock.now()), view };
      if (findTransferFault(transaction, context)) this.pool.remove(name);
    }
  }

  /**
   * Lets new coins be paid to an address in one of the next blocks.
   * @param from - group of the chain (from, group of the address) that they come by
   * @param deps - that the chain's next block would have
   * @returns the transfer's id, hex, and its chain
   * @throws RangeError if the amount is too small, or more waits than the faucet can pay
   */
  deposit(
    coin: Deposit,
    from: number,
    depsOf: (chain: ChainIndex) => readonly Uint8Array[],
  ): { readonly id: string; readonly chain: ChainIndex } {
    const { network, faucet, clock } = this.#modules;
    const chain = chainIndex(from, coin.address.group);
    const view = this.index.view(chain, depsOf(chain));
    const taken = keysSpentBy(this.pool.all().map(({ transaction }) => transaction));
    const transaction = faucet.createDeposit(chain, { ...coin, networkId: network.networkId }, view, taken);
    if (!transaction || !this.pool.add({ transaction, chain, atMs: clock.now() }))
      throw new RangeError('"amount" expected no more than the faucet has beside what waits for blocks');
    return { id: bytesToHex(transaction.id), chain };
  }
}
