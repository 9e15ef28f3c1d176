/**
 * Withdrawals from the fund of a pool: coins are set aside in the store before anybody hears of them.
 * @module
 */
import type { Authorizations } from '../../polw/authorizations/authorization.js';
import type { Fund } from '../../polw/fund/fund.js';
import { type FundStore, FundStoreError } from '../../polw/fund/fund-store.js';
import type { ReserveOutcome } from '../../polw/fund/reservations.js';
import type { Reservation } from '../../polw/fund/snapshot.js';
import { planWithdrawal, type WithdrawalPlan } from '../../polw/withdrawal/plan-withdrawal.js';
import { leavingOf, reservationOf, sourcesOfFund } from '../../polw/withdrawal/withdraw-from-fund.js';
import type { Withdrawal } from '../../polw/withdrawal/withdrawal.js';
import { withdrawalText } from '../../polw/withdrawal/withdrawal-text.js';
import { alphText } from '../../protocol/alph-text.js';
import { parseDestination } from '../../protocol/transfer.js';
import type { PolwWithdrawalOrder, PolwWithdrawalOutcome } from '../domain/polw-withdrawal.js';
import { StoreUnavailableError } from '../ports/store.js';

export interface PoolWithdrawalsModules {
  readonly authorizations: Authorizations;
  readonly fund: Pick<Fund, 'coins' | 'reservations' | 'deepHeight' | 'reserve' | 'release' | 'accounts'>;
  readonly store: Pick<FundStore, 'reserve' | 'release'>;
  /** Whether the history of the burn addresses is read. */
  readonly caughtUp: () => boolean;
  /** Coins were set aside: what miners work on must not burn them. */
  readonly onReserved: () => void;
  /** ms since the epoch. */
  readonly clock: () => number;
}

const REFUSALS: Readonly<Record<Exclude<ReserveOutcome, 'reserved'>, string>> = {
  taken: 'some of the coins are gone, or set aside already',
  short: 'the coins hold less than is to leave',
  full: 'too many withdrawals are on their way',
  known: 'the coins are set aside for the same withdrawal already',
};

const AMOUNT = /^\d{1,30}$/;

export class PoolWithdrawals {
  readonly #modules: PoolWithdrawalsModules;

  constructor(modules: PoolWithdrawalsModules) {
    this.#modules = modules;
  }

  /** Sets coins aside. @throws StoreUnavailableError if the store is away: then nothing is set aside, as far as is known */
  async withdraw(order: PolwWithdrawalOrder): Promise<PolwWithdrawalOutcome> {
    const { fund, store, caughtUp } = this.#modules;
    if (!caughtUp()) return refused('the history of the burn addresses is not read yet: ask again later');
    const planned = this.#plan(order);
    if ('why' in planned) return planned;
    const reservation = reservationOf(planned.withdrawal, planned.payer);
    const outcome = fund.reserve(reservation);
    if (outcome !== 'reserved') return refused(REFUSALS[outcome]);
    try {
      await store.reserve(reservation);
    } catch (error) {
      fund.release(reservation.id);
      if (error instanceof FundStoreError && error.fault === 'taken') return refused(REFUSALS.taken);
      throw awayOf(error);
    }
    this.#modules.onReserved();
    return { type: 'planned', id: reservation.id, file: withdrawalText(planned.withdrawal) };
  }

  /** Gives back what was set aside. @returns whether it was @throws StoreUnavailableError if the store is away */
  async cancel(id: string): Promise<boolean> {
    const { fund, store } = this.#modules;
    if (!fund.reservations().some((reservation) => reservation.id === id)) return false;
    try {
      await store.release(id);
    } catch (error) {
      throw awayOf(error);
    }
    fund.release(id);
    return true;
  }

  #plan(
    order: PolwWithdrawalOrder,
  ):
    | { readonly withdrawal: Withdrawal; readonly payer: Reservation['payer'] }
    | (PolwWithdrawalOutcome & { readonly why: string }) {
    const { authorizations, fund, clock } = this.#modules;
    if (!AMOUNT.test(order.amount) || !AMOUNT.test(order.keep))
      return refused('amount, keep: expected attoALPH, whole and decimal');
    const [amount, keep] = [BigInt(order.amount), BigInt(order.keep)];
    let plan: WithdrawalPlan;
    try {
      plan = planWithdrawal({
        networkId: authorizations.networkId,
        to: parseDestination(order.to),
        amount,
        sources: sourcesOfFund(authorizations, fund, keep),
        timestampMs: clock(),
      });
    } catch (error) {
      if (error instanceof RangeError) return refused(error.message);
      throw error;
    }
    if (plan.kind === 'short')
      return refused(
        `expected at most ${alphText(plan.most)} ALPH, what unlocked coins of blocks that stay can pay${keep > 0n ? ', keep counted' : ''}; got ${alphText(amount)}`,
      );
    const { withdrawal } = plan;
    const leaving = leavingOf(withdrawal);
    const { earned } = fund.accounts();
    if (leaving > earned && !order.fromFund)
      return refused(
        `expected at most ${alphText(earned)} ALPH with fees, what was earned and is unlocked, got ${alphText(leaving)}; more takes coins that blocks are to burn, and must be asked for (from-fund)`,
      );
    return { withdrawal, payer: leaving > earned ? 'fund' : 'earned' };
  }
}

function refused(why: string): PolwWithdrawalOutcome & { readonly type: 'refused' } {
  return { type: 'refused', why };
}

function awayOf(error: unknown): Error {
  return new StoreUnavailableError((error as Error).message, { cause: error });
}
