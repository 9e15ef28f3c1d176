import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { branchOf, headOf, leafOf, NO_HEAD, rootByBranch, rootOf } from '../../audit/audit-tree.js';
import { blake2b256 } from '../../protocol/blake2b.js';
import { bytesToHex, concatBytes } from '../../protocol/bytes.js';

const leavesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => leafOf(`leaf ${i}`));
const hex = (bytes: Uint8Array | undefined): string | undefined => bytes && bytesToHex(bytes);

test('each leaf of a tree of any size has the root by its branch, and by no other place, number or neighbour', () => {
  for (let count = 1; count <= 20; count++) {
    const leaves = leavesOf(count);
    const root = hex(rootOf(leaves));
    for (const [index, leaf] of leaves.entries()) {
      const branch = branchOf(leaves, index);
      assert.equal(hex(rootByBranch(leaf, branch)), root);
      assert.notEqual(hex(rootByBranch(leafOf('another'), branch)), root);
      for (let other = 0; other < count; other++)
        if (other !== index) assert.notEqual(hex(rootByBranch(leaf, { ...branch, index: other })), root);
      for (const at of branch.hashes.keys()) {
        const hashes = branch.hashes.map((hash, i) => (i === at ? leafOf('another') : hash));
        assert.notEqual(hex(rootByBranch(leaf, { ...branch, hashes })), root);
      }
      assert.equal(rootByBranch(leaf, { ...branch, hashes: [...branch.hashes, leaf] }), undefined);
    }
  }
});

test('a tree with another leaf, another order or a leaf less has another root', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 40 }), fc.nat(), (texts, at) => {
      const leaves = texts.map(leafOf);
      const root = hex(rootOf(leaves));
      const index = at % texts.length;
      assert.notEqual(hex(rootOf(leaves.toSpliced(index, 1))), root);
      assert.notEqual(hex(rootOf(leaves.toSpliced(index, 1, leafOf(`${texts[index]}!`)))), root);
      if (texts[0] !== texts.at(-1)) assert.notEqual(hex(rootOf(leaves.toReversed())), root);
    }),
    { numRuns: 50 },
  );
});

test('no node passes for a leaf, and no head for a node', () => {
  const [left, right] = leavesOf(2) as [Uint8Array, Uint8Array];
  const node = rootOf([left, right]);
  const inside = concatBytes(left, right);
  assert.notEqual(hex(blake2b256(inside)), hex(node));
  assert.notEqual(hex(leafOf(new TextDecoder('latin1').decode(inside))), hex(node));
  // A tree of two trees is not one of their leaves' texts: the count decides what a branch may be.
  const four = rootOf([node, node]);
  assert.equal(hex(rootByBranch(node, { index: 0, count: 2, hashes: [node] })), hex(four));
  assert.equal(rootByBranch(left, { index: 0, count: 2, hashes: [right, node] }), undefined);
  assert.notEqual(hex(headOf(NO_HEAD, 1, node)), hex(headOf(NO_HEAD, 2, node)));
  assert.notEqual(hex(headOf(node, 1, node)), hex(headOf(NO_HEAD, 1, node)));
});

test('hashes are those that the document names', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const leaf = blake2b256(bytes('lesswork audit 1 leaf\nrow aa 1'));
  assert.equal(hex(leafOf('row aa 1')), hex(leaf));
  const node = blake2b256(concatBytes(bytes('lesswork audit 1 node\n'), leaf, leaf));
  assert.equal(hex(rootOf([leaf, leaf])), hex(node));
  const head = blake2b256(concatBytes(bytes('lesswork audit 1 head\n'), NO_HEAD, bytes('7\n'), node));
  assert.equal(hex(headOf(NO_HEAD, 7, node)), hex(head));
});
