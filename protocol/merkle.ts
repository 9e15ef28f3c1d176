/**
 * The Merkle tree of a block's transactions, whose root is the header's `txsHash`.
 * @module
 */
import { blake2b256 } from './blake2b.js';
import { merkleLeafOf, type Transaction } from './transaction.js';

/** The header's `txsHash` for a block's transactions. @param transactions - at least one @returns 32 bytes */
export function txsHashOf(transactions: readonly Transaction[]): Uint8Array {
  return merkleRoot(transactions.map(merkleLeafOf));
}

/**
 * Root of the tree: a parent is BLAKE2b-256 of its two children, an odd last node is paired with itself, and so is a
 * leaf that is alone.
 * @param leaves - at least one, 32 bytes each
 * @returns 32 bytes
 * @throws RangeError if there is no leaf
 */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) throw new RangeError('"leaves" expected at least 1, got 0');
  let level = leaves;
  do {
    const parents: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      parents.push(blake2b256(level[i]!, level[i + 1] ?? level[i]!));
    }
    level = parents;
  } while (level.length > 1);
  return level[0]!;
}

/**
 * What the root takes beside the last leaf: for each level, from the leaves up, the node to the left of the way, or
 * undefined where the way's node is paired with itself.
 */
export type LastLeafBranch = readonly (Uint8Array | undefined)[];

/** The branch of a leaf that follows others. @param before - the leaves before it, 32 bytes each; may be none */
export function branchOfLastLeaf(before: readonly Uint8Array[]): LastLeafBranch {
  const branch: (Uint8Array | undefined)[] = [];
  let level = before;
  do {
    branch.push(level.length % 2 === 1 ? level.at(-1) : undefined);
    const parents: Uint8Array[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) parents.push(blake2b256(level[i]!, level[i + 1]!));
    level = parents;
  } while (level.length > 0);
  return branch;
}

/** The root of a tree from its last leaf. @param leaf - 32 bytes @returns 32 bytes */
export function rootOfLastLeaf(branch: LastLeafBranch, leaf: Uint8Array): Uint8Array {
  return branch.reduce<Uint8Array>((node, left) => blake2b256(left ?? node, node), leaf);
}
