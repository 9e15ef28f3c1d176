/**
 * Notes that a journal is waited for no longer: the operator gives it up.
 * @module
 */
import type { Books } from '../ports/books.js';
import { ABANDON_PREFIX, encodeAbandoned, noteWrite } from './state-note.js';

/** Longest time that what is done by hand keeps others from doing so, ms. */
const LEASE_MS = 60_000;

/**
 * @param owner - of the books' lease `ledger`, unique among all processes
 * @param nowMs - ms since the epoch: it is waited for again once it reports anything of later
 * @returns false if another process has the lease, or has written the same just now
 * @throws StoreUnavailableError, StoreRefusedError
 */
export async function abandonJournal(
  books: Books,
  owner: string,
  journal: string,
  nowMs: number,
): Promise<boolean> {
  const lease = await books.takeLease('ledger', owner, LEASE_MS);
  if (lease === undefined) return false;
  try {
    const key = `${ABANDON_PREFIX}${journal}`;
    const [before] = await books.get('note', [key]);
    const fence = { name: 'ledger', number: lease.fence } as const;
    const records = [noteWrite(key, before, encodeAbandoned(nowMs))];
    return (await books.commit({ fence, append: [], records })) === 'done';
  } finally {
    await books.releaseLease('ledger', lease.fence);
  }
}
