/**
 * What accounts were credited each day, as records of the books.
 * @module
 */
import type { MinerAmount } from '../../ledger/movements.js';
import type { BookRecordWrite, Books } from '../ports/books.js';
import { minerNameOf } from './miner-addresses.js';

/** Key of what an account was credited on a day (UTC). @param miner - as `minerNameOf` gives it @param timeMs - of the run, ms since the epoch */
export function earningKeyOf(miner: string, timeMs: number): string {
  return `${miner}/${new Date(timeMs).toISOString().slice(0, 10)}`;
}

/** The records that say so with these credits added. @param credits - at most 1000, each account once */
export async function earningWrites(
  books: Pick<Books, 'get'>,
  timeMs: number,
  credits: readonly MinerAmount[],
): Promise<BookRecordWrite[]> {
  const keys = credits.map(({ key }) => earningKeyOf(minerNameOf(key), timeMs));
  const before = await books.get('earning', keys);
  return credits.map(({ amount }, i) => ({
    table: 'earning',
    key: keys[i]!,
    version: before[i]?.version ?? 0,
    text: String(BigInt(before[i]?.text ?? 0) + amount),
  }));
}
