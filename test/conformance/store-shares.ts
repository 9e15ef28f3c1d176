/**
 * Shares that cases of the store bring, and the work that comes of them.
 * @module
 */
import type { Store } from '../../pool/ports/store.js';
import type { TestShare } from '../support/batches.js';

/** Two journals. */
export const A = '00000000000000a1';
export const B = '00000000000000b2';

export const share = (work: bigint, timeMs = 10_000, name = 'rig'): TestShare => ({
  account: 'aa',
  name,
  timeMs,
  work,
});

/** Work of one worker by its total, by all slices, and by the pool's chart: they must agree. */
export async function workThreeTimes(store: Store, name = 'rig'): Promise<[bigint, bigint, bigint]> {
  const worker = await store.worker({ account: 'aa', name });
  const slices = await store.slices(0, Number.MAX_SAFE_INTEGER);
  const entries = slices.flatMap((slice) => slice.entries).filter((entry) => entry.worker === worker?.id);
  const series = await store.series(
    { of: 'worker', identity: { account: 'aa', name } },
    86_400_000,
    0,
    86_400_000,
  );
  const sum = (works: readonly bigint[]): bigint => works.reduce((a, b) => a + b, 0n);
  return [worker?.work ?? 0n, sum(entries.map(({ work }) => work)), sum(series.map(({ work }) => work))];
}
