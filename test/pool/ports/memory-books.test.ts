import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreRefusedError, StoreUnavailableError } from '../../../pool/ports/store.js';
import { booksConformance } from '../../conformance/books-conformance.js';
import { type BooksLab, writeOf } from '../../conformance/books-lab.js';
import { createMemoryBooks } from '../../support/memory-books.js';

booksConformance({ name: 'in memory', skip: false, makeLab: memoryBooksLab });

async function memoryBooksLab(): Promise<BooksLab> {
  let now = 1_750_000_000_000;
  const books = createMemoryBooks(() => now);
  return {
    open: async () => books,
    pass: async (ms) => {
      now += ms;
    },
    snapshot: async () => {
      const goBack = books.snapshot();
      return async () => {
        goBack();
        return books;
      };
    },
    close: async () => undefined,
  };
}

test('books in memory are away, lose answers and refuse when they are told to', async () => {
  const books = createMemoryBooks();
  books.away = true;
  await assert.rejects(books.commit(writeOf([], ['x'])), StoreUnavailableError);
  await assert.rejects(books.logEnd(), StoreUnavailableError);
  books.away = false;
  assert.equal(await books.logEnd(), 0);
  books.loseAnswers = 1;
  await assert.rejects(books.commit(writeOf([], ['x'])), StoreUnavailableError);
  assert.equal(await books.commit(writeOf([], ['x'])), 'already');
  assert.deepEqual(books.done, [writeOf([], ['x'])]);
  books.canBeDurable = false;
  const durable = { ...writeOf([], ['y']), durable: true };
  await assert.rejects(books.commit(durable), StoreRefusedError);
  assert.equal(await books.logEnd(), 1);
  books.beforeCommit = () => {
    throw new Error('killed here');
  };
  await assert.rejects(books.commit(writeOf([], ['z'])), /killed here/);
  assert.equal(await books.logEnd(), 1);
});
