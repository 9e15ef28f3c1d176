/**
 * What every implementation of the books must do. One suite; a file for each implementation runs it.
 * @module
 */
import { test } from 'node:test';
import { commitCases } from './books-commit-cases.js';
import { fenceCases } from './books-fence-cases.js';
import type { BooksLabs } from './books-lab.js';
import { rangeCases } from './books-range-cases.js';
import { readingCases } from './books-reading-cases.js';
import { wholeCases } from './books-whole-cases.js';

/** Registers all tests of the books. */
export function booksConformance({ name, skip, makeLab }: BooksLabs): void {
  const cases = [...commitCases, ...fenceCases, ...readingCases, ...rangeCases, ...wholeCases];
  for (const [what, run] of cases) {
    test(`${name}: ${what}`, { skip }, async () => {
      const lab = await makeLab();
      try {
        await run(await lab.open(), lab);
      } finally {
        await lab.close();
      }
    });
  }
}
