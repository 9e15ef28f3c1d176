import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block } from '../../devnet/block.js';
import { nextTargetBits, RETARGET_WINDOW } from '../../devnet/retarget.js';
import { bitsOfTarget, MAX_TARGET, targetOfBits } from '../../protocol/target.js';

const BLOCK_TIME_MS = 8000;
const TARGET = 2n ** 230n;
const BITS = bitsOfTarget(TARGET);

/** The target after a block whose 17 last intervals took so long, as a share of its own. */
function factorAfter(spanMs: number, height = 100, easiest = MAX_TARGET): number {
  const block = (timestamp: number, at: number): Block =>
    ({ height: at, header: { targetBits: BITS, timestamp: BigInt(timestamp) } }) as unknown as Block;
  const first = block(1_000_000, height - RETARGET_WINDOW);
  const back = (heights: number) => (heights === RETARGET_WINDOW ? first : undefined);
  const bits = nextTargetBits(block(1_000_000 + spanMs, height), back, BLOCK_TIME_MS, easiest);
  return Number((targetOfBits(bits) * 1_000_000n) / targetOfBits(BITS)) / 1_000_000;
}

test('a target follows the time that the last 17 blocks took, by steps of -16 % to +8 % at most', () => {
  const expected = RETARGET_WINDOW * BLOCK_TIME_MS;
  for (const [span, factor] of [
    [expected, 1],
    [expected * 0.9, 0.9],
    [expected * 1.05, 1.05],
    [1, 0.84],
    [expected * 100, 1.08],
  ] as const) {
    assert.ok(Math.abs(factorAfter(span) - factor) < 1e-4, `${span}: ${factorAfter(span)}`);
  }
});

test('a target stays until there are 17 blocks behind the first, and never passes the easiest', () => {
  assert.equal(factorAfter(1, RETARGET_WINDOW), 1);
  assert.ok(factorAfter(1, RETARGET_WINDOW + 1) < 1);
  assert.ok(factorAfter(10 ** 9, 100, (TARGET * 102n) / 100n) < 1.0201);
});

test('without the older blocks the target stays', () => {
  const parent = { height: 100, header: { targetBits: BITS, timestamp: 5n } } as unknown as Block;
  assert.equal(
    nextTargetBits(parent, () => undefined, BLOCK_TIME_MS, MAX_TARGET),
    BITS,
  );
});
