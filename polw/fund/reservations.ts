/**
 * Coins set aside for withdrawals.
 * @module
 */
import type { FundEntry } from './accounts.js';
import type { FundTransaction } from './fund-block.js';
import type { Ledger } from './ledger.js';
import type { Reservation } from './snapshot.js';

/** Withdrawals on their way. */
export const MAX_RESERVATIONS = 64;

/** `taken`: a coin is not there, locked, or set aside already. `short`: the coins do not hold the amount. */
export type ReserveOutcome = 'reserved' | 'taken' | 'short' | 'full' | 'known';

export class Reservations {
  readonly #byId: Map<string, Reservation>;
  readonly #holders = new Map<string, Reservation>();

  constructor(kept: readonly Reservation[]) {
    this.#byId = new Map(kept.map((reservation) => [reservation.id, reservation]));
    for (const reservation of kept) for (const key of reservation.keys) this.#holders.set(key, reservation);
  }

  all(): readonly Reservation[] {
    return [...this.#byId.values()];
  }

  holds(key: string): boolean {
    return this.#holders.has(key);
  }

  /** What a transfer is paid from: without a reservation, the fund. */
  payerOf({ spends }: FundTransaction): Reservation['payer'] {
    for (const key of spends) {
      const holder = this.#holders.get(key);
      if (holder !== undefined) return holder.payer;
    }
    return 'fund';
  }

  add(reservation: Reservation, ledger: Ledger): ReserveOutcome {
    const { id, keys, amount } = reservation;
    if (this.#byId.has(id)) return 'known';
    if (this.#byId.size >= MAX_RESERVATIONS) return 'full';
    const free = (key: string): boolean => isFree(key, ledger) && !this.#holders.has(key);
    if (!keys.every(free) || new Set(keys).size < keys.length) return 'taken';
    if (amount <= 0n || amount > heldIn(reservation, ledger)) return 'short';
    this.#byId.set(id, reservation);
    for (const key of keys) this.#holders.set(key, reservation);
    return 'reserved';
  }

  remove(id: string): void {
    for (const key of this.#byId.get(id)?.keys ?? []) this.#holders.delete(key);
    this.#byId.delete(id);
  }

  /** What reservations move between accounts. */
  changes(ledger: Ledger): FundEntry['changes'] {
    let fund = 0n;
    let earned = 0n;
    let reserved = 0n;
    for (const reservation of this.#byId.values()) {
      const held = heldIn(reservation, ledger);
      const leaves = held < reservation.amount ? held : reservation.amount;
      reserved += held;
      if (reservation.payer === 'earned') earned -= leaves;
      fund -= reservation.payer === 'earned' ? held - leaves : held;
    }
    return { fund, earned, reserved };
  }

  /**
   * Removes those whose coins final blocks have spent, now or before they were kept no longer.
   * @returns their ids
   */
  end(isSpent: (key: string) => boolean, ledger: Ledger): readonly string[] {
    const ended = this.all().filter(
      ({ keys }) => keys.some(isSpent) && !keys.some((key) => ledger.coins.has(key)),
    );
    for (const { id } of ended) this.remove(id);
    return ended.map(({ id }) => id);
  }
}

function heldIn({ keys }: Reservation, ledger: Ledger): bigint {
  return keys.reduce((sum, key) => sum + (isFree(key, ledger) ? ledger.coins.get(key)!.amount : 0n), 0n);
}

/** Whether a coin is there and unlocked. */
function isFree(key: string, ledger: Ledger): boolean {
  const coin = ledger.coins.get(key);
  return coin !== undefined && coin.toEarned === undefined && coin.lockTimeMs <= ledger.timeMs;
}
