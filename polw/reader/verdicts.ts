/**
 * What blocks of (f, f) decide. A node tells with a block which of its transactions have no effect, once a block of (f, f) has taken it
 * in: so each block that touches our addresses is looked at again then.
 * @module
 */
import { BoundedMap } from '../../protocol/bounded-map.js';
import type { Fund } from '../fund/fund.js';
import type { FundBlock } from '../fund/fund-block.js';
import type { ReadBlock } from './block-entry.js';
import { ReaderError } from './reader-error.js';

/** Blocks of which it is noted what the node said of them, and when. */
const MAX_NOTED = 65536;

/** An answer of a node that had blocks by then which are so much younger than another one knows what that one has decided, ms. */
const SETTLED_MS = 120_000;

export class Verdicts {
  readonly #noted = new BoundedMap<
    string,
    { readonly conflicted: readonly string[]; readonly networkMs: number }
  >(MAX_NOTED);

  /**
   * Notes what the node said of a block.
   * @param networkMs - of the newest block that it had told of before, ms since the epoch: clocks of others may go wrong
   */
  note({ block, conflicted }: ReadBlock, networkMs: number): void {
    if (block.transactions.length > 0) this.#noted.renew(block.hash, { conflicted, networkMs });
  }

  /**
   * A block with what it decides.
   * @param parent - of the block
   * @param read - asks the node for a block again; undefined if it has none
   */
  async judged(
    block: FundBlock,
    parent: FundBlock | undefined,
    fund: Fund,
    read: (hash: string) => Promise<ReadBlock | undefined>,
  ): Promise<FundBlock> {
    const conflicted: string[] = [];
    for (const hash of fund.takenInBy(block, parent)) {
      const noted = this.#noted.get(hash);
      const isKnown = noted !== undefined && noted.networkMs >= block.timestampMs + SETTLED_MS;
      conflicted.push(...(isKnown ? noted.conflicted : await this.#again(hash, read)));
    }
    return conflicted.length === 0 ? block : { ...block, conflicted };
  }

  async #again(
    hash: string,
    read: (hash: string) => Promise<ReadBlock | undefined>,
  ): Promise<readonly string[]> {
    const again = await read(hash);
    if (again === undefined) throw new ReaderError(`block ${hash}: the node had it, and has it no more`);
    return again.conflicted;
  }
}
