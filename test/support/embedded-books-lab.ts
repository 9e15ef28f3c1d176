/**
 * Books in a file of their own, in a folder that goes with the lab.
 * @module
 */
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OwnBooks } from '../../pool/ports/books.js';
import { booksPath, openEmbeddedBooks } from '../../pool/store/embedded/embedded-books.js';
import { Sql } from '../../pool/store/embedded/sql.js';
import type { BooksLab } from '../conformance/books-lab.js';
import { IDENTITY } from '../conformance/store-lab.js';

export async function embeddedBooksLab(): Promise<BooksLab> {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-books-'));
  const path = join(folder, 'pool.db');
  const backup = join(folder, 'backup.db');
  let now = 1_750_000_000_000;
  let opened: OwnBooks[] = [];
  const open = async (): Promise<OwnBooks> => {
    const books = await openEmbeddedBooks(path, IDENTITY, () => now);
    opened.push(books);
    return books;
  };
  const closeAll = async (): Promise<void> => {
    for (const books of opened) await books.close();
    opened = [];
  };
  return {
    open,
    pass: async (ms) => {
      now += ms;
    },
    snapshot: async () => {
      const sql = new Sql(booksPath(path));
      sql.copyTo(backup);
      sql.abandon();
      return async () => {
        await closeAll();
        rmSync(`${booksPath(path)}-wal`, { force: true });
        rmSync(`${booksPath(path)}-shm`, { force: true });
        renameSync(backup, booksPath(path));
        return open();
      };
    },
    close: async () => {
      await closeAll();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
