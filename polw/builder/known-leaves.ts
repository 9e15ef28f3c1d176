/**
 * Merkle leaves of transactions that were met before: most of a list is in the one before it, too. One is taken for the same only where
 * each of its bytes is.
 * @module
 */
import { BoundedMap } from '../../protocol/bounded-map.js';
import { copyBytes, equalBytes, u32At } from '../../protocol/bytes.js';

/** Transactions that are remembered, some 400 bytes each: eight lists of 2,000. */
const MAX_KNOWN_LEAVES = 16_384;

export class KnownLeaves {
  /** By a few bytes of an output that the transaction spends. */
  readonly #leaves = new BoundedMap<number, { readonly bytes: Uint8Array; readonly leaf: Uint8Array }>(
    MAX_KNOWN_LEAVES,
  );

  /**
   * The leaf of a transaction.
   * @param bytes - of the whole transaction
   * @param key - where in them the key of an output that it spends begins; undefined if it spends none
   * @param compute - makes the leaf where it is not known
   */
  leafOf(bytes: Uint8Array, key: number | undefined, compute: () => Uint8Array): Uint8Array {
    if (key === undefined) return compute();
    const name = u32At(bytes, key);
    const known = this.#leaves.get(name);
    const leaf = known !== undefined && equalBytes(known.bytes, bytes) ? known.leaf : compute();
    this.#leaves.renew(
      name,
      known?.leaf === leaf ? known : { bytes: copyBytes(bytes, 0, bytes.length), leaf },
    );
    return leaf;
  }
}
