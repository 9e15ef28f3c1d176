import assert from 'node:assert/strict';
import type { BookPage, BookTable, BookWrite } from '../../pool/ports/books.js';
import { createMemoryBooks } from '../support/memory-books.js';
import { seededRandom } from '../support/seeded-random.js';
import { type BooksCase, contentOf } from './books-lab.js';

const TABLES: readonly BookTable[] = ['account', 'utxo'];

/** Everything together, in any order. */
export const wholeCases: readonly BooksCase[] = [
  [
    'any sequence of writes has the same outcomes and leaves the same as in memory',
    async (books) => {
      const seed = 20_261;
      const random = seededRandom(seed);
      const below = (n: number): number => Math.floor(random() * n);
      const oracle = createMemoryBooks();
      const outcomes = new Set<string>();
      for (let step = 0; step < 250; step++) {
        const records = await Promise.all(
          Array.from({ length: below(4) }, async (_, i) => {
            const table = TABLES[below(2)]!;
            const key = `k${i}${below(5)}`;
            const [known] = await oracle.get(table, [key]);
            const version = below(12) === 0 ? below(4) : (known?.version ?? 0);
            return { table, key, version, text: below(4) === 0 ? undefined : `text ${step}` };
          }),
        );
        const write: BookWrite = {
          fence: { name: 'payer', number: 1 + Math.max(0, (step >> 4) - (below(8) === 0 ? 1 : 0)) },
          append: Array.from({ length: below(3) }, (_, i) => ({
            key: `${i}/${below(10) === 0 ? below(step + 1) : step}`,
            text: `entry ${step}`,
          })),
          records,
        };
        const expected = await oracle.commit(write);
        outcomes.add(expected);
        assert.equal(await books.commit(write), expected, `step ${step} of seed ${seed}`);
        if (step % 50 === 49) {
          const { fence } = write;
          const to = below(step);
          assert.equal(await books.trimLog(to, fence), await oracle.trimLog(to, fence));
        }
      }
      assert.equal(outcomes.size, 4, 'each outcome was met');
      assert.deepEqual(await contentOf(books, TABLES), await contentOf(oracle, TABLES));
      const pages: readonly BookPage[] = [
        { prefix: 'k1', limit: 3 },
        { after: 'k12', limit: 2 },
        { prefix: 'k0', after: 'k02', limit: 5 },
      ];
      for (const table of TABLES)
        for (const page of pages)
          assert.deepEqual(await books.page(table, page), await oracle.page(table, page));
    },
  ],
];
