import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeSlice, encodeSlice, type SliceContent } from '../../../pool/store/slice-codec.js';
import { CHAINS } from '../../../protocol/chain.js';

const NO_TARGETS: readonly (Uint8Array | undefined)[] = Array.from({ length: CHAINS }, () => undefined);
const work = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 84n }),
  fc.constantFrom(16n, 2n ** 53n, 2n ** 53n - 1n, 2n ** 64n),
);
const entry = fc.record({
  worker: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  chain: fc.integer({ min: 0, max: CHAINS - 1 }),
  shares: fc.integer({ min: 0, max: 2 ** 40 }),
  work,
  workSquared: fc.bigInt({ min: 0n, max: 2n ** 200n }),
  uniform: fc.boolean(),
});
const target = fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }), { nil: undefined });

test('what is encoded is decoded, in the order of workers and chains', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(entry, { selector: ({ worker, chain }) => `${worker} ${chain}`, maxLength: 40 }),
      fc.array(target, { minLength: CHAINS, maxLength: CHAINS }),
      (drawn, targets) => {
        const entries = drawn.map(({ uniform, ...rest }) => {
          if (!uniform) return rest;
          const sum = rest.work * BigInt(rest.shares);
          return { ...rest, work: sum, workSquared: rest.work * sum };
        });
        const expected: SliceContent = {
          entries: entries.toSorted((a, b) => a.worker - b.worker || a.chain - b.chain),
          targets,
        };
        assert.deepEqual(decodeSlice(encodeSlice({ entries, targets })), expected);
      },
    ),
  );
});

test('a usual entry takes 3 bytes, shares of one difficulty a few more', () => {
  const each = 2n ** 40n + 1n;
  const entryOf = (worker: number, shares: number) => ({
    worker,
    chain: worker % CHAINS,
    shares,
    work: each * BigInt(shares),
    workSquared: each * each * BigInt(shares),
  });
  const size = (entries: SliceContent['entries']): number =>
    encodeSlice({ entries, targets: NO_TARGETS }).length;
  const singles = Array.from({ length: 1000 }, (_, i) => entryOf(i + 1, 1));
  assert.equal(size(singles) - size(singles.slice(0, 500)), 500 * 3);
  assert.equal(size([entryOf(1, 1), entryOf(2, 5)]) - size([entryOf(1, 1)]), 4);
});

test('bytes that are cut, longer, or of another version are refused', () => {
  const entries = [{ worker: 5, chain: 3, shares: 2, work: 33n, workSquared: 545n }];
  const targets = NO_TARGETS.with(4, new Uint8Array(32).fill(7));
  const bytes = encodeSlice({ entries, targets });
  for (let length = 0; length < bytes.length; length++)
    assert.throws(() => decodeSlice(bytes.subarray(0, length)), /slice:/);
  assert.throws(() => decodeSlice(Uint8Array.of(...bytes, 0)), /behind its end/);
  assert.throws(() => decodeSlice(bytes.with(0, 2)), /version/);
});
