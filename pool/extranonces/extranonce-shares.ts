/**
 * How many extranonces each remote network holds: those that its miners have, and those that rest after their miners left.
 * Pure.
 * @module
 */
import { networkOf } from '../../protocol/remote-network.js';

export class ExtranonceShares {
  readonly #held = new Map<string, number>();
  /** Networks of values that rest, with the time of their release, in that order. */
  #resting: { readonly network: string; readonly sinceMs: number }[] = [];

  /** Extranonces of an address's network, resting ones included. */
  heldBy(address: string): number {
    return this.#held.get(networkOf(address)) ?? 0;
  }

  /** A miner of an address was given an extranonce. */
  noteTaken(address: string): void {
    const network = networkOf(address);
    this.#held.set(network, (this.#held.get(network) ?? 0) + 1);
  }

  /** A miner of an address has gone. @param rests - whether its extranonce can't be given again at once */
  noteReleased(address: string, rests: boolean, nowMs: number): void {
    const network = networkOf(address);
    if (rests) this.#resting.push({ network, sinceMs: nowMs });
    else this.#drop(network);
  }

  /** Extranonces released before this time can be given again. */
  settle(restedMs: number): void {
    const first = this.#resting.findIndex(({ sinceMs }) => sinceMs >= restedMs);
    const rested = this.#resting.splice(0, first === -1 ? this.#resting.length : first);
    for (const { network } of rested) this.#drop(network);
  }

  #drop(network: string): void {
    const left = (this.#held.get(network) ?? 1) - 1;
    if (left === 0) this.#held.delete(network);
    else this.#held.set(network, left);
  }
}
