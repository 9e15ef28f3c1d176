/**
 * `lesswork pool drain --abandon`: crediting goes on without a journal.
 * @module
 */
import { hostname } from 'node:os';
import { abandonJournal } from '../pool/settlement/abandon-journal.js';
import { openPoolBooks } from './open-pool-books.js';
import { readPoolConfig } from './run-pool.js';

/** @throws PoolConfigError @throws Error if it can't be noted */
export async function runAbandon(configPath: string, journal: string): Promise<void> {
  const config = readPoolConfig(configPath);
  if (config.payouts === undefined)
    throw new Error(`${configPath}: expected "payouts": without it no journal is waited for`);
  const books = await openPoolBooks(config);
  try {
    const owner = `abandon-${hostname()}-${process.pid}`.slice(0, 64);
    if (!(await abandonJournal(books, owner, journal, Date.now())))
      throw new Error('another lesswork is at work on these books; try again in a minute');
  } finally {
    await books.close();
  }
  process.stdout.write(`crediting waits no longer for journal ${journal}, until it reports something new\n`);
}
