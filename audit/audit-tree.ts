/**
 * A Merkle tree over texts: who has its root can be shown any one text with a branch of some hashes, and nothing else.
 *
 * ```
 * leaf: BLAKE2b-256("lesswork audit 1 leaf\n" text)      node: BLAKE2b-256("lesswork audit 1 node\n" left right)
 * ```
 * A tree of several leaves has the greatest power of two below their number to its left, the rest to its right. The words in front keep
 * leaves, nodes and heads of the chain apart: none can be shown in another's place. A branch counts only with the number of leaves, which
 * fixes its form.
 * @module
 */
import { blake2b256 } from '../protocol/blake2b.js';
import { concatBytes } from '../protocol/bytes.js';

const encoder = new TextEncoder();
const LEAF = encoder.encode('lesswork audit 1 leaf\n');
const NODE = encoder.encode('lesswork audit 1 node\n');
const NOTHING = encoder.encode('lesswork audit 1 none\n');
const HEAD = encoder.encode('lesswork audit 1 head\n');

/** Bytes of a hash. */
export const HASH_BYTES = 32;

/** The place of a leaf, and what its root takes beside it. */
export interface Branch {
  /** Number of the leaf, from 0. */
  readonly index: number;
  /** Leaves of the tree. */
  readonly count: number;
  /** Hashes of 32 bytes, from the leaf's neighbour up. */
  readonly hashes: readonly Uint8Array[];
}

/** The hash of a text. @param text - of one line */
export function leafOf(text: string): Uint8Array {
  return blake2b256(concatBytes(LEAF, encoder.encode(text)));
}

/** The root of a tree; a tree without leaves has one, too. @param leaves - 32 bytes each @returns 32 bytes */
export function rootOf(leaves: Iterable<Uint8Array>): Uint8Array {
  const tree = new TreeRoot();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root();
}

/** The root of a tree whose leaves come one by one. */
export class TreeRoot {
  /** Whole trees of ever fewer leaves, each a power of two. */
  readonly #whole: { readonly root: Uint8Array; readonly leaves: number }[] = [];
  #leaves = 0;

  /** Leaves so far. */
  get leaves(): number {
    return this.#leaves;
  }

  /** @param leaf - 32 bytes */
  add(leaf: Uint8Array): void {
    let root = leaf;
    let leaves = 1;
    for (let last = this.#whole.at(-1); last?.leaves === leaves; last = this.#whole.at(-1)) {
      this.#whole.pop();
      root = nodeOf(last.root, root);
      leaves *= 2;
    }
    this.#whole.push({ root, leaves });
    this.#leaves++;
  }

  /** @returns 32 bytes */
  root(): Uint8Array {
    const roots = this.#whole.map(({ root }) => root);
    return roots.length === 0 ? blake2b256(NOTHING) : roots.reduceRight((right, left) => nodeOf(left, right));
  }
}

/** @param index - of one of the leaves @throws RangeError if it is none */
export function branchOf(leaves: readonly Uint8Array[], index: number): Branch {
  return new AuditTree(leaves).branch(index);
}

/** A tree that many branches are taken of. */
export class AuditTree {
  /** Leaves, then roots of 2, 4, 8 ... of them, as far as there are so many. */
  readonly #levels: (readonly Uint8Array[])[];

  /** @param leaves - 32 bytes each */
  constructor(leaves: readonly Uint8Array[]) {
    this.#levels = [leaves];
    for (let level = leaves; level.length > 1; ) {
      const above: Uint8Array[] = [];
      for (let i = 0; i + 1 < level.length; i += 2) above.push(nodeOf(level[i]!, level[i + 1]!));
      this.#levels.push(above);
      level = above;
    }
  }

  /** @throws RangeError if the index is of no leaf */
  branch(index: number): Branch {
    const count = this.#levels[0]!.length;
    if (!(Number.isInteger(index) && index >= 0 && index < count))
      throw new RangeError(`"index" expected 0 to ${count - 1}, got ${index}`);
    const hashes: Uint8Array[] = [];
    for (let start = 0, size = count; size > 1; ) {
      const split = splitOf(size);
      const isLeft = index < start + split;
      hashes.push(isLeft ? this.#rootOf(start + split, size - split) : this.#rootOf(start, split));
      start = isLeft ? start : start + split;
      size = isLeft ? split : size - split;
    }
    return { index, count, hashes: hashes.reverse() };
  }

  /** Of so many leaves, from one that stands where a tree of them may begin. */
  #rootOf(start: number, size: number): Uint8Array {
    const level = Math.log2(size);
    if (Number.isInteger(level)) return this.#levels[level]![start / size]!;
    const split = splitOf(size);
    return nodeOf(this.#rootOf(start, split), this.#rootOf(start + split, size - split));
  }
}

/**
 * The root that a leaf has by its branch.
 * @param leaf - 32 bytes
 * @returns undefined if the branch has another form than one of its place
 */
export function rootByBranch(leaf: Uint8Array, { index, count, hashes }: Branch): Uint8Array | undefined {
  if (!Number.isSafeInteger(count) || !Number.isInteger(index) || index < 0 || index >= count)
    return undefined;
  let root = leaf;
  const sides = sidesOf(index, count);
  if (sides.length !== hashes.length || hashes.some(({ length }) => length !== HASH_BYTES)) return undefined;
  for (const [level, side] of sides.entries()) {
    const beside = hashes[level]!;
    root = side === 'left' ? nodeOf(root, beside) : nodeOf(beside, root);
  }
  return root;
}

/**
 * The head of a chain of roots.
 * @param before - head before it; of the first one 32 zeros
 * @param number - of its link, 0 to 2^53
 */
export function headOf(before: Uint8Array, number: number, root: Uint8Array): Uint8Array {
  return blake2b256(concatBytes(HEAD, before, encoder.encode(`${number}\n`), root));
}

/** The head before the first one. */
export const NO_HEAD = new Uint8Array(HASH_BYTES);

function nodeOf(left: Uint8Array, right: Uint8Array): Uint8Array {
  return blake2b256(concatBytes(NODE, left, right));
}

/** Leaves in the left part of a tree. @param count - at least 2 */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/** On which side the way to a leaf lies, from the leaf up. */
function sidesOf(index: number, count: number): ('left' | 'right')[] {
  const sides: ('left' | 'right')[] = [];
  for (let at = index, size = count; size > 1; ) {
    const split = splitOf(size);
    const isLeft = at < split;
    sides.push(isLeft ? 'left' : 'right');
    at = isLeft ? at : at - split;
    size = isLeft ? split : size - split;
  }
  return sides.reverse();
}
