/**
 * What became of the demo's blocks so far.
 * @module
 */
import type { BlockEnds } from '../miner/report/summary.js';
import type { FateState } from '../pool/domain/block-fate.js';
import type { PoolServerEvent } from '../pool/domain/events.js';

export class DemoBlockEnds {
  /** By hash: as many as the demo finds. */
  readonly #states = new Map<string, FateState>();

  take(event: PoolServerEvent): void {
    if (event.type === 'blockFate') this.#states.set(event.hash, event.state);
  }

  /** Undefined as long as nothing is known of any. */
  sums(): BlockEnds | undefined {
    if (this.#states.size === 0) return undefined;
    const sums = { main: 0, uncle: 0, orphan: 0, void: 0 };
    for (const state of this.#states.values()) if (state !== 'accepted') sums[state]++;
    return sums;
  }
}
