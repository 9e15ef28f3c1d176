import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BookOutcome, BookWrite } from '../../../pool/ports/books.js';
import { ChainedBooks } from '../../../pool/settlement/chained-books.js';
import { createMemoryBooks } from '../../support/memory-books.js';

const fence = { name: 'settlement', number: 5 } as const;

/** A commit that appends an entry. */
function entry(key: string): BookWrite {
  return { fence, append: [{ key, text: key }], records: [] };
}

function setUp() {
  const books = createMemoryBooks(() => 1_000);
  const chained = new ChainedBooks(books, 'link');
  const others = (key: string): Promise<BookOutcome> =>
    books.commit({ ...entry(key), fence: { name: 'payer', number: 1 } });
  return { books, chained, others };
}

test('without a beginning nothing is written, and nothing holds', async () => {
  const { books, chained } = setUp();
  assert.equal(await chained.hold(), false);
  assert.equal(await chained.commit(entry('a')), 'fenced');
  assert.equal(await books.logEnd(), 0);
});

test('books that went back hold no more, and take nothing until it begins anew, however long their log is', async () => {
  const { books, chained, others } = setUp();
  await chained.begin();
  assert.equal(await chained.commit(entry('a')), 'done');
  const back = books.snapshot();
  assert.equal(await chained.commit(entry('b')), 'done');
  await others('other');
  assert.equal(await chained.hold(), true);
  back();
  for (const key of ['one', 'two', 'three']) await others(key);
  assert.equal(await chained.hold(), false);
  assert.equal(await chained.commit(entry('c')), 'fenced');
  assert.equal(await chained.commit(entry('d')), 'fenced');
  await chained.begin();
  assert.equal(await chained.hold(), true);
  assert.equal(await chained.commit(entry('c')), 'done');
  assert.deepEqual(await books.logKeys(['a', 'b', 'c', 'd']), [0, undefined, 4, undefined]);
});

test('what is no rollback is told as it is: done before, a record that changed, another owner', async () => {
  const { books, chained } = setUp();
  await chained.begin();
  await chained.commit(entry('a'));
  assert.equal(await chained.commit(entry('a')), 'already');
  const record = { table: 'note', key: 'n', version: 7, text: 'x' } as const;
  assert.equal(await chained.commit({ ...entry('b'), records: [record] }), 'changed');
  assert.equal(await chained.commit(entry('b')), 'done');
  await books.takeLease('settlement', 'another', 60_000);
  assert.equal(await chained.commit(entry('c')), 'fenced');
});

test('after an answer that was lost nothing holds', async () => {
  const { books, chained } = setUp();
  await chained.begin();
  books.loseAnswers = 1;
  await assert.rejects(chained.commit(entry('a')), { code: 'ERR_STORE_UNAVAILABLE' });
  assert.equal(await chained.hold(), false);
  await chained.begin();
  assert.equal(await chained.commit(entry('a')), 'already');
  assert.equal(await chained.commit(entry('b')), 'done');
});
