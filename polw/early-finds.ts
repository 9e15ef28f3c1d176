/**
 * Finds on a parent that is not known yet: they wait for the moment until it is, since it may have spent their coins.
 * @module
 */
import type { NodeSession } from '../node/node-set-port.js';
import type { ChainIndex } from '../protocol/chain.js';
import type { TxsBlob } from '../protocol/job.js';

/** A block that was found, and where it belongs. */
export interface PlacedBlock {
  readonly session: Pick<NodeSession, 'id'>;
  readonly header: Uint8Array;
  readonly txsBlob: TxsBlob;
  /** Of the block, hex. */
  readonly hash: string;
  readonly chain: ChainIndex;
  /** Hex. */
  readonly parent: string;
}

/** Most that wait: on a real network one in a day would be many. */
const MAX_EARLY_FINDS = 64;

export class EarlyFinds {
  #held: readonly PlacedBlock[] = [];

  /** @returns false if there is no room */
  hold(block: PlacedBlock): boolean {
    if (this.#held.length >= MAX_EARLY_FINDS) return false;
    this.#held = [...this.#held, block];
    return true;
  }

  /** Those that need not wait any more: they are handed out once. @param waits - whether a block must wait on */
  take(waits: (block: PlacedBlock) => boolean): readonly PlacedBlock[] {
    if (this.#held.length === 0) return this.#held;
    const held = this.#held;
    this.#held = held.filter(waits);
    return held.filter((block) => !this.#held.includes(block));
  }
}
