/**
 * Why a device, or all of them, are given no work. A device mines when no reason is left.
 * @module
 */

/**
 * `user`: asked for by a key or by the API. `temperature`: hotter than its limit, and not cool again yet. `battery`: the
 * machine runs on its battery. `schedule`: outside the hours to mine in.
 */
export const HOLD_REASONS = ['user', 'temperature', 'battery', 'schedule'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** The reasons that stand. Pure. */
export class Holds {
  readonly #standing = new Set<HoldReason>();

  /** @returns whether that is a change */
  set(reason: HoldReason, held: boolean): boolean {
    if (this.#standing.has(reason) === held) return false;
    if (held) this.#standing.add(reason);
    else this.#standing.delete(reason);
    return true;
  }

  has(reason: HoldReason): boolean {
    return this.#standing.has(reason);
  }

  /** Whether any reason stands. */
  get any(): boolean {
    return this.#standing.size > 0;
  }

  /** In the order of `HOLD_REASONS`. */
  get reasons(): HoldReason[] {
    return this.reasonsWith();
  }

  /** Those that stand here or there, each once, in the order of `HOLD_REASONS`. */
  reasonsWith(other?: Holds): HoldReason[] {
    return HOLD_REASONS.filter((reason) => this.has(reason) || (other?.has(reason) ?? false));
  }
}
