/**
 * Opens the books of the store that the settings name, and nothing else of it.
 * @module
 */
import type { OwnBooks } from '../ports/books.js';
import type { StoreEvents, StoreSettings } from './store-settings.js';

/**
 * Opens a pool's books, beside the pool and others that have them open; the libraries of the other kind aren't loaded.
 * The embedded books work within their caller's turn, some milliseconds for a commit of 500 records.
 * @throws StoreMismatchError if they are another pool's or network's, or of a later program
 * @throws StoreUnavailableError if they can't be reached
 */
export async function openBooks(settings: StoreSettings, events: StoreEvents): Promise<OwnBooks> {
  if (settings.type === 'embedded') {
    const { openEmbeddedBooks } = await import('./embedded/embedded-books.js');
    return openEmbeddedBooks(settings.path, settings.identity);
  }
  const { openRedisBooks } = await import('./redis/open-redis-books.js');
  return openRedisBooks(settings, events);
}
