/**
 * The part that an account has in the work of the pool of late: for what is not counted exactly yet.
 * @module
 */
import type { Statistics } from './statistics.js';

/** Work of the last hour, or of what there is of it, hashes; undefined until it is read. */
export function recentWork(
  { board, untilMs }: Pick<Statistics, 'board' | 'untilMs'>,
  account: string,
): { readonly work: bigint; readonly total: bigint } | undefined {
  if (untilMs === undefined) return undefined;
  const work = board.accounts.get(account)?.meter.figures(untilMs).hour.work ?? 0n;
  return { work, total: board.pool.figures(untilMs).hour.work };
}
