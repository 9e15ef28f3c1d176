/**
 * How lucky blocks were: the work that they took by what they were expected to take. Below 1 is luck.
 * @module
 */
import type { BlockLuck } from '../../domain/block-fate.js';
import type { Store } from '../../ports/store.js';

/** Parts of 1 in which effort is told. */
const STEPS = 1_000_000n;

/** Newest finds that are looked at for the effort of many: some are not final yet, or were refused. */
const MAX_LOOKED_AT = 300;

export function effortOf({ work, expected }: BlockLuck): number {
  return Number((work * STEPS) / expected) / Number(STEPS);
}

/** Of the last 10 and the last 100 blocks whose end is final, each as soon as there are so many. @param untilMs - ms since the epoch */
export async function recentEffort(
  store: Pick<Store, 'foundBefore'>,
  untilMs: number,
): Promise<{ last10?: number; last100?: number }> {
  const finds = await store.foundBefore(Math.floor(untilMs), MAX_LOOKED_AT);
  const lucks = finds.flatMap(({ fate }) => fate?.luck ?? []);
  return {
    ...(lucks.length >= 10 && { last10: effortOf(sumOf(lucks.slice(0, 10))) }),
    ...(lucks.length >= 100 && { last100: effortOf(sumOf(lucks.slice(0, 100))) }),
  };
}

function sumOf(lucks: readonly BlockLuck[]): BlockLuck {
  return lucks.reduce((sum, { work, expected }) => ({
    work: sum.work + work,
    expected: sum.expected + expected,
  }));
}
