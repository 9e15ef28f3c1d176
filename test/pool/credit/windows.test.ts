import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type CreditedFind,
  findsBySlice,
  pplnsWindow,
  propWindow,
  type SliceWork,
  workIn,
} from '../../../pool/credit/windows.js';
import { SLICE_MS } from '../../../pool/domain/batch.js';

const START_MS = 1_800_000_000_000;

function slices(...totals: readonly bigint[]): SliceWork[] {
  return totals.map((total, index) => ({ startMs: START_MS + index * SLICE_MS, total }));
}

function find(hash: string, slice: number, expectedHashes: bigint): CreditedFind {
  return { hash, foundMs: START_MS + slice * SLICE_MS + 1234, expectedHashes };
}

function groupOf(...finds: readonly CreditedFind[]) {
  const groups = findsBySlice(finds);
  assert.equal(groups.length, 1);
  return groups[0]!;
}

test('finds come by slice, then by hash, and those of a slice belong together', () => {
  const groups = findsBySlice([find('c', 1, 5n), find('b', 0, 5n), find('a', 1, 6n), find('d', 0, 5n)]);
  assert.deepEqual(
    groups.map(({ startMs, finds }) => [startMs - START_MS, finds.map(({ hash }) => hash)]),
    [
      [0, ['b', 'd']],
      [SLICE_MS, ['a', 'c']],
    ],
  );
});

test('a PPLNS window goes back until it holds twice the expected hashes of the first find', () => {
  const window = pplnsWindow(groupOf(find('a', 3, 10n), find('b', 3, 1000n)), slices(9n, 8n, 7n, 6n, 99n));
  assert.deepEqual(window, {
    fromMs: START_MS + SLICE_MS,
    toMs: START_MS + 4 * SLICE_MS,
    oldest: { part: 7n, of: 8n },
  });
  assert.equal(workIn(window, START_MS, 9n), 0n, 'before it');
  assert.equal(workIn(window, START_MS + SLICE_MS, 4n), 3n, 'in part');
  assert.equal(workIn(window, START_MS + 2 * SLICE_MS, 5n), 5n, 'whole');
  assert.equal(workIn(window, START_MS + 4 * SLICE_MS, 99n), 0n, 'after it');
});

test('a PPLNS window is of one slice where that holds enough, and of all there is where there is too little', () => {
  assert.deepEqual(pplnsWindow(groupOf(find('a', 1, 10n)), slices(5n, 40n)), {
    fromMs: START_MS + SLICE_MS,
    toMs: START_MS + 2 * SLICE_MS,
    oldest: { part: 20n, of: 40n },
  });
  const young = pplnsWindow(groupOf(find('a', 1, 10n)), slices(5n, 6n));
  assert.deepEqual(young, {
    fromMs: START_MS,
    toMs: START_MS + 2 * SLICE_MS,
    oldest: { part: 1n, of: 1n },
  });
  assert.equal(workIn(young, START_MS, 5n), 5n);
});

test('slices without work may be missing', () => {
  const sparse = [
    { startMs: START_MS, total: 30n },
    { startMs: START_MS + 9 * SLICE_MS, total: 5n },
  ];
  assert.deepEqual(pplnsWindow(groupOf(find('a', 9, 10n)), sparse).oldest, { part: 15n, of: 30n });
});

test('what counts of any history is at most twice the expected hashes, and short of it by less than an account each', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.bigInt({ min: 0n, max: 1000n }), { minLength: 3, maxLength: 3 }), {
        minLength: 1,
        maxLength: 20,
      }),
      fc.bigInt({ min: 1n, max: 5000n }),
      (history, expected) => {
        const totals = history.map((works) => works.reduce((sum, work) => sum + work, 0n));
        const window = pplnsWindow(groupOf(find('a', history.length - 1, expected)), slices(...totals));
        let counted = 0n;
        for (const [index, works] of history.entries())
          for (const work of works) counted += workIn(window, START_MS + index * SLICE_MS, work);
        const all = totals.reduce((sum, total) => sum + total, 0n);
        const wanted = all < 2n * expected ? all : 2n * expected;
        assert.ok(counted <= wanted && counted > wanted - 3n);
      },
    ),
  );
});

test('a PROP window follows the last one without a gap', () => {
  const first = groupOf(find('a', 2, 1n));
  const second = groupOf(find('b', 5, 1n));
  assert.deepEqual(propWindow(first, undefined, START_MS).fromMs, START_MS);
  const window = propWindow(second, first.startMs, START_MS);
  assert.equal(window.fromMs, propWindow(first, undefined, START_MS).toMs);
  assert.equal(window.toMs, START_MS + 6 * SLICE_MS);
  assert.equal(workIn(window, window.fromMs, 7n), 7n);
});
