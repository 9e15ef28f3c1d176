/**
 * Withdrawals from a fund that front ends share, in a simulated network: set aside, then handed in or given back.
 * @module
 */
import type { DevnetNode } from '../../devnet/node.js';
import type { ReserveOutcome } from '../../polw/fund/reservations.js';
import { planWithdrawal } from '../../polw/withdrawal/plan-withdrawal.js';
import { reservationOf, sourcesOfFund } from '../../polw/withdrawal/withdraw-from-fund.js';
import type { Withdrawal } from '../../polw/withdrawal/withdrawal.js';
import type { Address } from '../../protocol/address.js';
import { ALPH } from '../../protocol/emission.js';
import { KEYS } from '../devnet/polw-setting.js';
import { BURN_AUTHORIZATIONS } from './devnet-authorizations.js';
import type { PolwFrontEnd } from './polw-front-end.js';

/** What happened to them. */
export interface WithdrawalCounts {
  /** Of the network. */
  blocks: number;
  withdrawals: number;
  cancelled: number;
  /** Transfers that the node took. */
  handedIn: number;
}

export interface PolwWithdrawalsModules {
  readonly random: () => number;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly counts: WithdrawalCounts;
}

/** How long after coins were set aside they are spent: until then blocks on templates of before may burn them, ms. */
const HAND_IN_AFTER_MS = 30_000;

/** Blocks, of all chains, that must have come by then: no front end mines on a template of before. */
const HAND_IN_AFTER_BLOCKS = 48;

/** Blocks that follow on one whose coins are withdrawn, at least. */
const DEEP = 6;

interface Waiting {
  readonly withdrawal: Withdrawal;
  readonly dueMs: number;
  readonly dueBlocks: number;
}

export class PolwWithdrawals {
  readonly #modules: PolwWithdrawalsModules;
  #waiting: Waiting[] = [];

  constructor(modules: PolwWithdrawalsModules) {
    this.#modules = modules;
  }

  /** Sets coins aside on all front ends; now and then gives back what was set aside before. */
  async order(frontEnds: readonly PolwFrontEnd[], to: Address): Promise<void> {
    const { random, now, counts } = this.#modules;
    const [{ fund }] = frontEnds as [PolwFrontEnd];
    if (random() < 0.3 && this.#waiting.length > 0) return this.#cancel(frontEnds);
    const content = {
      coins: () => fund.coins(),
      reservations: () => fund.reservations(),
      deepHeight: (chain: number) => Math.max(fund.deepHeight(chain), (fund.tip(chain)?.height ?? 0) - DEEP),
    };
    const plan = planWithdrawal({
      networkId: BURN_AUTHORIZATIONS.networkId,
      to,
      amount: ALPH * BigInt(1 + Math.floor(random() * 4)),
      sources: sourcesOfFund(BURN_AUTHORIZATIONS, content, 0n),
      timestampMs: now(),
    });
    if (plan.kind !== 'withdrawal') return;
    const reservation = reservationOf(plan.withdrawal, random() < 0.5 ? 'earned' : 'fund');
    const outcomes: ReserveOutcome[] = [];
    for (const frontEnd of frontEnds) {
      outcomes.push(frontEnd.fund.reserve(reservation));
      await frontEnd.store.reserve(reservation);
    }
    // The other one may not know the coins yet, or any more.
    if (outcomes.some((outcome) => outcome !== 'reserved')) return this.#release(frontEnds, reservation.id);
    counts.withdrawals++;
    this.#waiting.push({
      withdrawal: plan.withdrawal,
      dueMs: now() + HAND_IN_AFTER_MS,
      dueBlocks: counts.blocks + HAND_IN_AFTER_BLOCKS,
    });
  }

  /** Hands in what is due. */
  handIn(node: DevnetNode): void {
    const nowMs = this.#modules.now();
    const { blocks } = this.#modules.counts;
    const isDue = ({ dueMs, dueBlocks }: Waiting): boolean => dueMs <= nowMs && dueBlocks <= blocks;
    const due = this.#waiting.filter(isDue);
    this.#waiting = this.#waiting.filter((waiting) => !isDue(waiting));
    for (const { withdrawal } of due)
      for (const { transfer } of withdrawal.transactions) {
        const key = KEYS.find(({ address }) => address.text === transfer.from.text)!;
        try {
          node.coins!.desk.submit(transfer.unsigned, key.sign(transfer.id));
          this.#modules.counts.handedIn++;
        } catch {
          // Somebody else has burnt the coins meanwhile.
        }
      }
  }

  async #cancel(frontEnds: readonly PolwFrontEnd[]): Promise<void> {
    const { withdrawal } = this.#waiting.pop()!;
    await this.#release(frontEnds, reservationOf(withdrawal, 'fund').id);
    this.#modules.counts.cancelled++;
  }

  async #release(frontEnds: readonly PolwFrontEnd[], id: string): Promise<void> {
    for (const { fund, store } of frontEnds) {
      await store.release(id);
      fund.release(id);
    }
  }
}
