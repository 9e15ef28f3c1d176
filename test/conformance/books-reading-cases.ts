import assert from 'node:assert/strict';
import type { Books } from '../../pool/ports/books.js';
import { type BooksCase, FENCE, writeOf } from './books-lab.js';

const keysOf = (entries: readonly { readonly key: string }[]): string[] => entries.map(({ key }) => key);

async function fill(books: Books, keys: readonly string[]): Promise<void> {
  assert.equal(await books.commit(writeOf(keys.map((key) => [key, 0, `of ${key}`]))), 'done');
}

/** Pages of records and of the log. */
export const readingCases: readonly BooksCase[] = [
  [
    'records come in the order of the bytes of their keys, page after page',
    async (books) => {
      const keys = ['b', 'a', 'B', 'aa', 'a b', 'a/1', 'a/10', 'a/2', '~', ' ', '0', 'a~', 'a-', 'A'];
      await fill(books, keys);
      // Of ASCII, the order of JavaScript's texts is that of the bytes.
      const sorted = keys.toSorted((a, b) => (a < b ? -1 : 1));
      assert.deepEqual(keysOf(await books.page('account', { limit: 1000 })), sorted);
      const found: string[] = [];
      for (let after: string | undefined; ; after = found.at(-1)!) {
        const page = await books.page('account', { limit: 3, ...(after === undefined ? {} : { after }) });
        found.push(...keysOf(page));
        if (page.length < 3) break;
      }
      assert.deepEqual(found, sorted);
      assert.deepEqual(await books.page('utxo', { limit: 10 }), []);
    },
  ],
  [
    'a prefix keeps to its keys, with and without a key that they come after',
    async (books) => {
      await fill(books, ['m', 'm/', 'm/1', 'm/1/x', 'm/2', 'm/~', 'm0', 'n/1', 'l/9', 'm/%', 'm/_']);
      const page = async (prefix: string, after?: string, limit = 100) =>
        keysOf(await books.page('account', { prefix, limit, ...(after === undefined ? {} : { after }) }));
      assert.deepEqual(await page('m/'), ['m/', 'm/%', 'm/1', 'm/1/x', 'm/2', 'm/_', 'm/~']);
      assert.deepEqual(await page('m/', 'm/1'), ['m/1/x', 'm/2', 'm/_', 'm/~']);
      assert.deepEqual(await page('m/', 'm/11'), ['m/2', 'm/_', 'm/~'], 'one that is not there');
      assert.deepEqual(await page('m/', 'a'), ['m/', 'm/%', 'm/1', 'm/1/x', 'm/2', 'm/_', 'm/~']);
      assert.deepEqual(await page('m/', 'm0'), []);
      assert.deepEqual(await page('m/', 'z'), []);
      assert.deepEqual(await page('m/', 'm/~'), []);
      assert.deepEqual(await page('m/%'), ['m/%'], 'no character stands for others');
      assert.deepEqual(await page('m/_'), ['m/_']);
      assert.deepEqual(await page('m/1', 'm/1', 1), ['m/1/x']);
      assert.deepEqual(await page('none'), []);
      assert.deepEqual(await page('', 'm/~'), ['m0', 'n/1']);
    },
  ],
  [
    'the log comes from any number, as much as is asked for',
    async (books) => {
      const keys = Array.from({ length: 25 }, (_, i) => `k${i}`);
      await books.commit(writeOf([], keys.slice(0, 10)));
      await books.commit(writeOf([], keys.slice(10)));
      assert.deepEqual(keysOf(await books.log(0, 1000)), keys);
      assert.deepEqual(await books.log(9, 2), [
        { number: 9, key: 'k9', text: 'text of k9' },
        { number: 10, key: 'k10', text: 'text of k10' },
      ]);
      assert.deepEqual(keysOf(await books.log(24, 5)), ['k24']);
      assert.deepEqual(await books.log(25, 5), []);
      assert.deepEqual(await books.log(1_000_000, 5), []);
    },
  ],
  [
    'what is trimmed off the log keeps its key and its number',
    async (books) => {
      const keys = Array.from({ length: 10 }, (_, i) => `k${i}`);
      await books.commit(writeOf([], keys));
      assert.equal(await books.trimLog(4, FENCE), 'done');
      assert.equal(await books.logStart(), 4);
      assert.deepEqual(keysOf(await books.log(0, 3)), ['k4', 'k5', 'k6']);
      assert.deepEqual(keysOf(await books.log(7, 10)), ['k7', 'k8', 'k9']);
      assert.deepEqual(await books.logKeys(['k0', 'k3', 'k4']), [0, 3, 4]);
      assert.equal(await books.commit(writeOf([], ['k2'])), 'already');
      assert.equal(await books.trimLog(2, FENCE), 'done');
      assert.equal(await books.logStart(), 4, 'it never goes back');
      assert.equal(await books.trimLog(1_000_000, FENCE), 'done');
      assert.equal(await books.logStart(), 10);
      assert.deepEqual(await books.log(0, 10), []);
      assert.equal(await books.commit(writeOf([], ['new'])), 'done');
      assert.deepEqual(await books.log(0, 10), [{ number: 10, key: 'new', text: 'text of new' }]);
    },
  ],
  [
    'a long log is trimmed in steps, by whoever has the fence',
    async (books) => {
      for (let i = 0; i < 3; i++)
        await books.commit(
          writeOf(
            [],
            Array.from({ length: 1000 }, (_, n) => `${i}/${n}`),
          ),
        );
      const later = { name: 'settlement', number: 9 } as const;
      assert.equal(await books.trimLog(2500, later), 'done');
      assert.deepEqual(keysOf(await books.log(0, 2)), ['2/500', '2/501']);
      assert.equal(await books.trimLog(2600, FENCE), 'fenced');
      assert.equal(await books.logStart(), 2500);
      assert.equal(await books.commit(writeOf([], ['x'])), 'fenced', 'the fence was seen');
    },
  ],
];
