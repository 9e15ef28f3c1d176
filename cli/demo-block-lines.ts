/**
 * The demo finds several blocks a second: the first is told step by step, those after it together every few seconds.
 * @module
 */
import type { MinerEvent } from '../miner/core/events.js';
import { type BlockEnds, describeEnds } from '../miner/report/summary.js';
import type { PoolServerEvent } from '../pool/domain/events.js';
import { counted, formatDuration } from '../protocol/quantity-text.js';

/** How often found blocks are told together, ms. */
export const BLOCK_LINE_MS = 5_000;

export class DemoBlockLines {
  /** Hash of the first block, which is told step by step. */
  #first: string | undefined;
  #found = 0;
  #accepted = 0;
  #acceptedInAll = 0;
  readonly #chains = new Set<number>();

  /** Whether an event of the pool is a line of its own. Otherwise it is told with others in the next line. */
  isOwnLine(event: PoolServerEvent): boolean {
    if (event.type === 'block') {
      this.#first ??= event.hash;
      this.#found++;
      return event.hash === this.#first;
    }
    if (event.type === 'blockFate') return this.#isOwnFate(event);
    if (event.type !== 'blockState' || event.state !== 'accepted') return true;
    this.#accepted++;
    this.#acceptedInAll++;
    if (event.chain !== undefined) this.#chains.add(event.chain);
    return event.hash === this.#first;
  }

  /** What goes wrong is always told. */
  #isOwnFate({ hash, state, pays }: PoolServerEvent & { type: 'blockFate' }): boolean {
    return state === 'void' || pays !== undefined || hash === this.#first;
  }

  /** The same for an event of the miner: the share that is the block, which the pool took. */
  isOwnMinerLine(event: MinerEvent): boolean {
    const taken = event.type === 'share' && event.block && event.verdict === 'accepted';
    return !taken || event.hash === this.#first;
  }

  /**
   * One line about the blocks since the last call, or undefined without any.
   * @param overMs - time since then
   * @param ends - what became of all so far
   */
  line(overMs: number, ends?: BlockEnds): string | undefined {
    if (this.#found + this.#accepted === 0) return undefined;
    const soFar = ends === undefined ? '' : `; so far ${describeEnds(ends)}`;
    const line = `${counted(this.#found, 'block')} found in ${formatDuration(overMs)}, ${this.#accepted} accepted by the node; ${this.#acceptedInAll} in all, on ${this.#chains.size} of 16 chains${soFar}`;
    this.#found = 0;
    this.#accepted = 0;
    return line;
  }
}
