/**
 * Pages of what a store lists.
 * @module
 */
import type { Page } from '../ports/store.js';

/** Most entries of a page. */
const MAX_PAGE = 1000;

/** @throws RangeError unless the page is in the ranges of its type */
export function checkPage({ offset, limit }: Page): void {
  if (!(Number.isSafeInteger(offset) && offset >= 0))
    throw new RangeError(`"offset" expected at least 0, got ${offset}`);
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE))
    throw new RangeError(`"limit" expected 1 to ${MAX_PAGE}, got ${limit}`);
}
