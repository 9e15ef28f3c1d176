/**
 * Which keys a page of the books is about. Keys are printable ASCII, and both stores order them by their bytes.
 * @module
 */
import type { BookPage } from '../ports/books.js';

/** The least and the greatest printable character, and what follows that. */
const FIRST = ' ';
const BEYOND = '\x7f';

export interface BookRange {
  /** The first key that may be on the page. */
  readonly from: string;
  /** What all of them come before. */
  readonly below: string;
}

export function bookRange({ prefix = '', after }: BookPage): BookRange {
  // No key stands between one and the same with a blank more.
  const from = after === undefined || after < prefix ? prefix : after + FIRST;
  return { from, below: prefix + BEYOND };
}
