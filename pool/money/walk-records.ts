/**
 * Records of the books in pages that are counted from their beginning, as people ask for them.
 * @module
 */
import type { BookRecord, Books, BookTable } from '../ports/books.js';
import type { Page } from '../ports/store.js';

/** Records that are asked for at a time. */
const READ_AT_ONCE = 1_000;

/**
 * Most records of one prefix that are walked through: of a miner that is paid each hour those of two years. What comes after them is not
 * shown, and not summed.
 */
export const MAX_WALKED = 20_000;

/** Records whose keys begin with a prefix, in order of their keys: at most MAX_WALKED. */
export async function* walkRecords(
  books: Pick<Books, 'page'>,
  table: BookTable,
  prefix: string,
  most = MAX_WALKED,
): AsyncGenerator<BookRecord> {
  let after: string | undefined;
  for (let left = most; left > 0; ) {
    const limit = Math.min(left, READ_AT_ONCE);
    const some = await books.page(table, { prefix, limit, ...(after !== undefined && { after }) });
    yield* some;
    if (some.length < limit) return;
    after = some.at(-1)!.key;
    left -= some.length;
  }
}

/** A page of them. */
export async function pageOfRecords(
  books: Pick<Books, 'page'>,
  table: BookTable,
  prefix: string,
  { offset, limit }: Page,
): Promise<readonly BookRecord[]> {
  const found: BookRecord[] = [];
  let at = 0;
  for await (const record of walkRecords(books, table, prefix, Math.min(MAX_WALKED, offset + limit)))
    if (at++ >= offset) found.push(record);
  return found;
}
