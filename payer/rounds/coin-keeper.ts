/**
 * Keeps the wallet's coins in order: few and large enough in each group, and where they are needed. The pool pays for that, out of what it
 * owes nobody.
 * @module
 */
import type { Group } from '../../ledger/accounts.js';
import type { LedgerBooks } from '../../ledger/books-port.js';
import type { Ledger } from '../../ledger/ledger.js';
import { outputsWarning, planConsolidation } from '../consolidation.js';
import type { IntentDesk, OpenIntent } from '../intents/intent-desk-port.js';
import { issueOrTell } from './issue-or-tell.js';
import { consolidationOf, moveOf, type PayingWallet } from './own-transfers.js';
import type { PayerEvent } from './payer-events.js';
import { planMoves } from './plan-move.js';
import type { SigningWatch } from './signing-watch.js';
import { type GroupCoins, walletCoins } from './wallet-coins.js';

export interface CoinKeeperModules {
  readonly books: LedgerBooks;
  readonly ledger: Ledger;
  readonly desk: IntentDesk;
  readonly wallet: PayingWallet;
  readonly signing: SigningWatch;
  /** ms since the epoch. */
  now(): number;
  onEvent(event: PayerEvent): void;
}

export class CoinKeeper {
  readonly #modules: CoinKeeperModules;
  readonly #warned = new Set<Group>();
  /** What the pool can pay fees from, as of the last check, attoALPH. */
  own = 0n;
  #isPoor = false;
  #closing = false;

  constructor(modules: CoinKeeperModules) {
    this.#modules = modules;
  }

  /** No transaction is begun any more. */
  close(): void {
    this.#closing = true;
  }

  /**
   * Merges, splits and moves what is to be.
   * @param largestWaiting - see `PayoutPlan`
   */
  async keep(largestWaiting: bigint): Promise<void> {
    const { books, ledger, desk, wallet, now, onEvent } = this.#modules;
    if (!(await this.#move(largestWaiting))) return;
    for (const coins of await walletCoins(ledger, books, now())) {
      this.warnOfOutputs(coins);
      const { group, free } = coins;
      const coming = desk.open().filter(({ isPaid }) => !isPaid);
      const made = coming.reduce((sum, intent) => sum + madeIn(group, intent), 0);
      for (const planned of planConsolidation(free, made)) {
        if (this.#closing) return;
        if (!this.#canPay(planned.fee)) continue;
        const issued = await issueOrTell(this.#modules, consolidationOf(wallet, group, planned, now()));
        if (issued === 'coins' || issued === 'overdrawn') continue;
        if (issued !== 'sent') return;
        const { kind, inputs, outputs, fee } = planned;
        this.own -= fee;
        onEvent({ type: 'coins', kind, group, inputs: inputs.length, outputs: outputs.length, fee });
      }
    }
  }

  /** Told once, until they are fewer. */
  warnOfOutputs({ group, outputs }: GroupCoins): void {
    const words = outputsWarning(this.#modules.wallet.keys[group]!.address.text, outputs);
    if (words === undefined) this.#warned.delete(group);
    else if (!this.#warned.has(group)) {
      this.#warned.add(group);
      this.#modules.onEvent({ type: 'outputs', group, outputs, words });
    }
  }

  /** Coins for a balance that no group can pay, where all together can. One move at a time: what it brings is seen then. @returns whether more may be sent */
  async #move(largestWaiting: bigint): Promise<boolean> {
    const { books, ledger, desk, wallet, now, onEvent } = this.#modules;
    if (largestWaiting === 0n || desk.open().some(({ kind, isPaid }) => kind === 'move' && !isPaid))
      return true;
    const coins = await walletCoins(ledger, books, now());
    const moves = planMoves(
      coins.map(({ free }) => free),
      largestWaiting,
    );
    for (const move of moves) {
      if (!this.#canPay(move.fee)) return true;
      const issued = await issueOrTell(this.#modules, moveOf(wallet, move, now()));
      if (issued === 'coins' || issued === 'overdrawn') return true;
      if (issued !== 'sent') return false;
      const { fromGroup, toGroup, amount, fee } = move;
      this.own -= fee;
      onEvent({ type: 'move', fromGroup: fromGroup as Group, toGroup: toGroup as Group, amount, fee });
    }
    return true;
  }

  /** Whether the pool has a fee, of what it owes nobody: its coins being in order is paid by no miner. */
  #canPay(fee: bigint): boolean {
    const isPoor = fee > this.own;
    if (isPoor && !this.#isPoor) this.#modules.onEvent({ type: 'poor', fee, own: this.own });
    this.#isPoor = isPoor;
    return !isPoor;
  }
}

/** Outputs that a transaction brings to a group of the wallet: change stays where it pays from, and of a move the first goes to the other. */
function madeIn(group: Group, { kind, fromGroup, toGroup, made }: OpenIntent): number {
  const moved = kind === 'move' ? 1 : 0;
  return (fromGroup === group ? made - moved : 0) + (toGroup === group ? moved : 0);
}
