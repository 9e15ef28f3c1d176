/**
 * Batches for tests that kill something in the middle of them: each share has a work of its own, so that one that is
 * lost and one that is doubled can't cancel.
 * @module
 */
import assert from 'node:assert/strict';
import type { Batch } from '../../pool/domain/batch.js';
import type { Store } from '../../pool/ports/store.js';
import { batchOf, blockOf } from './batches.js';

export const WRITER_JOURNAL = 'feedfeedfeedfeed';

/** Work of a worker in a batch: no two are alike, and no sum of some is the sum of others in practice. */
function workOf(number: number, worker: number): bigint {
  return (1n << 40n) + BigInt(number) * 1_000_003n + BigInt(worker) * 7_919n * BigInt(number);
}

export function writtenBatch(number: number, workers: number): Batch {
  const timeMs = 10_000 * Math.ceil(number / 3);
  const shares = Array.from({ length: workers }, (_, i) => ({
    account: `a${i % 3}`,
    name: `w${i}`,
    timeMs,
    work: workOf(number, i),
  }));
  return batchOf(WRITER_JOURNAL, number, shares, { blocksFound: [blockOf(number, timeMs)] });
}

/** The journal's mark, and that all that the store holds is exactly what the batches up to it brought. @returns the mark's number */
export async function checkWritten(store: Store, workers: number): Promise<number> {
  const [mark] = await store.marks([WRITER_JOURNAL]);
  const applied = mark?.number ?? 0;
  const slices = await store.slices(0, Number.MAX_SAFE_INTEGER);
  const days = await store.series({ of: 'pool' }, 86_400_000, 0, 10 * 86_400_000);
  let total = 0n;
  for (let i = 0; i < workers; i++) {
    const worker = await store.worker({ account: `a${i % 3}`, name: `w${i}` });
    let expected = 0n;
    for (let number = 1; number <= applied; number++) expected += workOf(number, i);
    assert.equal(worker?.work ?? 0n, expected, `worker ${i} after ${applied} batches`);
    assert.equal(worker?.shares ?? 0, applied);
    const entries = slices.flatMap((slice) => slice.entries.filter((entry) => entry.worker === worker?.id));
    assert.equal(
      entries.reduce((sum, { work }) => sum + work, 0n),
      expected,
    );
    total += expected;
  }
  assert.equal(
    days.reduce((sum, { work }) => sum + work, 0n),
    total,
  );
  assert.equal(slices.length, applied);
  const blocks = await store.blocks({ offset: 0, limit: 1000 });
  assert.equal(blocks.length, Math.min(applied, 1000));
  return applied;
}
