/**
 * What everybody else does on the network of a pool that pays: blocks come, chains are reorganised, answers are lost, and transactions of
 * the pool's wallet meet with what can happen to one.
 * @module
 */
import { generateMinerAddresses } from '../../devnet/addresses.js';
import type { Block } from '../../devnet/block.js';
import { type Key, keyOf } from '../../devnet/coins/keys.js';
import { createRandom } from '../../devnet/random.js';
import type { MineOptions } from '../../devnet/scenario.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { ALL_CHAINS, CHAINS, fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import { deriveWalletKeys } from '../../wallet/wallet-keys.js';
import { isPaymentOf } from './chain-payments.js';
import { POLW_RATES } from './money-lab.js';
import type { PoolLab } from './pool-lab.js';
import { sleep, waitFor } from './wait.js';
import { MNEMONICS } from './wallet-lab.js';

/** What came to pass. */
export interface NetworkCounts {
  reorganised: number;
  disturbed: number;
  /** Payouts that another transaction won against. */
  conflicts: number;
  /** Payouts that were dropped while they waited for a block. */
  dropped: number;
  /** Reorganisations that took a payout out of its block. */
  reorganisedPayouts: number;
}

/** Mean time between two events. */
const PAUSE_MS = 100;
/** That grow by a block in one event. */
const CHAINS_AT_ONCE = 6;
/** Of a chain, that are looked through for a payout that can be taken out of its block. */
const NEWEST_BLOCKS = 3;

/** Longest wait until each chain has a block more, ms. */
const TURN_MS = 60_000;

const STRANGERS = generateMinerAddresses(createRandom(73));
const WALLET: readonly Key[] = deriveWalletKeys(MNEMONICS[0]).map(({ privateKey }) => keyOf(privateKey));
const OWN: ReadonlySet<string> = new Set(WALLET.map(({ address }) => address.text));

/** Blocks that nobody here has found pay strangers. */
const OF_STRANGERS: MineOptions = { miner: (chain) => STRANGERS[toGroupOf(chain)]!.lockupScript };

export class MoneyNetwork {
  readonly counts: NetworkCounts = {
    reorganised: 0,
    disturbed: 0,
    conflicts: 0,
    dropped: 0,
    reorganisedPayouts: 0,
  };
  /** How often Proof of Less Work began, and ended. */
  readonly polw = { on: 0, off: 0 };
  readonly #lab: PoolLab;
  readonly #random: () => number;
  readonly #payoutMs: number;
  #runs = false;
  #burns = false;
  #acting: Promise<void> = Promise.resolve();
  /** One thing happens at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param payoutMs - longest wait for a payout that something can happen to: a round each 3 s, where somebody is owed enough */
  constructor(lab: PoolLab, random: () => number, payoutMs: number) {
    this.#lab = lab;
    this.#random = random;
    this.#payoutMs = payoutMs;
  }

  go(): void {
    if (this.#runs) return;
    this.#runs = true;
    this.#acting = this.#act();
  }

  async quiet(): Promise<void> {
    this.#runs = false;
    await this.#acting;
  }

  /** Every chain grows by so many blocks. */
  async mine(blocks: number): Promise<void> {
    for (let i = 0; i < blocks; i++)
      for (const chain of ALL_CHAINS) await this.#lab.devnet.mineBlock(chain, OF_STRANGERS);
  }

  /**
   * A payout loses against a transaction that spends one of its coins, and that the payer knows nothing of: somebody used the wallet
   * elsewhere.
   * @param onRival - takes the id of each such one that is mined, hex: also where it won before the payout was in a block
   */
  async conflict(onRival: (txId: string) => void): Promise<void> {
    await this.#atPayout(async () => {
      const { devnet } = this.#lab;
      const waiting = devnet.node
        .coins!.desk.waiting()
        .filter(({ chain }) => fromGroupOf(chain) !== toGroupOf(chain))
        .find(({ transaction }) => isPaymentOf(transaction, OWN));
      if (waiting === undefined) return undefined;
      const id = bytesToHex(waiting.transaction.id);
      const rival = devnet.rivalOf(id, WALLET[fromGroupOf(waiting.chain)]!);
      onRival(bytesToHex(rival.id));
      const { loser } = await devnet.conflict(id, rival, OF_STRANGERS);
      // Somebody else may have found a block of these chains meanwhile.
      if (!devnet.node.coins!.conflictedOf(loser!).includes(id)) return undefined;
      this.counts.conflicts++;
      return true;
    });
  }

  /** The node forgets a payout that waits for a block. @returns whether there was one */
  async drop(): Promise<boolean> {
    const dropped = await this.#atPayout(async () => {
      const { devnet } = this.#lab;
      const waiting = devnet.node
        .coins!.desk.waiting()
        .find(({ transaction }) => isPaymentOf(transaction, OWN));
      if (waiting === undefined) return undefined;
      if (!devnet.dropTransfer(bytesToHex(waiting.transaction.id), this.#random() < 0.5)) return undefined;
      this.counts.dropped++;
      return true;
    });
    return dropped === true;
  }

  /** A payout that was in a block is in none. @returns whether there was one */
  async reorganisePayout(): Promise<boolean> {
    const done = await this.#atPayout(async () => {
      const { devnet } = this.#lab;
      for (const chain of ALL_CHAINS)
        for (let depth = 1; depth <= NEWEST_BLOCKS; depth++) {
          const { state } = devnet.node;
          const block = state.mainAt(chain, state.tip(chain).height + 1 - depth);
          if (block === undefined || block.height === 0 || !hasPayment(block)) continue;
          await devnet.reorganise(chain, depth, { ...OF_STRANGERS, transfers: false });
          if (state.isMain(block)) continue;
          this.counts.reorganised++;
          this.counts.reorganisedPayouts++;
          return true;
        }
      return undefined;
    });
    return done === true;
  }

  /** Miners come, and chains begin with Proof of Less Work; or they go, and it ends. Resolves when all chains have. */
  async turnPolw(): Promise<void> {
    const { devnet } = this.#lab;
    const { board, coins } = devnet.node;
    this.#burns = !this.#burns;
    devnet.setRate(this.#burns ? POLW_RATES.on : POLW_RATES.off);
    const hasTurned = (): boolean =>
      ALL_CHAINS.every((chain) => coins!.mustBurn(board.template(chain).header.targetBits) === this.#burns);
    await waitFor('chains have turned', hasTurned, TURN_MS);
    if (this.#burns) this.polw.on++;
    else this.polw.off++;
  }

  /** Tries something between what else happens, until it can be done. */
  async #atPayout<T>(action: () => Promise<T | undefined>): Promise<T | undefined> {
    for (const untilMs = performance.now() + this.#payoutMs; performance.now() < untilMs; await sleep(10)) {
      const done = await this.#alone(action);
      if (done !== undefined) return done;
    }
    return undefined;
  }

  #alone<T>(action: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(action);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #act(): Promise<void> {
    while (this.#runs) {
      await this.#alone(() => this.#event());
      await sleep(2 * PAUSE_MS * this.#random());
    }
  }

  async #event(): Promise<void> {
    const dice = this.#random();
    const chain = Math.floor(this.#random() * CHAINS);
    const { devnet } = this.#lab;
    if (dice > 0.3)
      for (let i = 0; i < CHAINS_AT_ONCE; i++) await devnet.mineBlock((chain + i) % CHAINS, OF_STRANGERS);
    if (dice < 0.06 && devnet.node.state.tip(chain).height > 3) {
      await devnet.reorganise(chain, 1 + Math.floor(this.#random() * 2), OF_STRANGERS);
      this.counts.reorganised++;
    } else if (dice < 0.12) {
      devnet.disturbAnswers(
        this.#random() < 0.5
          ? { kind: 'lose' }
          : { kind: 'delay', delayMs: Math.floor(this.#random() * 500) },
      );
      this.counts.disturbed++;
    } else if (dice < 0.2) {
      const requests = 1 + Math.floor(this.#random() * 3);
      devnet.disturbRest(this.#random() < 0.5 ? { kind: 'lose' } : { kind: 'delay', delayMs: 300 }, requests);
      this.counts.disturbed++;
    }
  }
}

function hasPayment({ transactions }: Block): boolean {
  return transactions.slice(0, -1).some((transaction) => isPaymentOf(transaction, OWN));
}
