/**
 * A pool's life in a world of settlement, the same each time: finds, tables of several chunks, two runs of several parts.
 * @module
 */
import { BOOK_TABLES } from '../../pool/ports/books.js';
import { INTERVAL_MS } from '../../pool/settlement/interval.js';
import { accountKey, type SettlementWorld } from './settlement-world.js';

const MINERS = 130;

/**
 * @param settle - called where the pool's process would go on
 * @returns hashes of the finds, each of which brings 3 ALPH
 */
export async function live(world: SettlementWorld, settle: () => Promise<void>): Promise<string[]> {
  const hashes: string[] = [];
  await settle();
  for (let round = 0; round < 2; round++) {
    for (let miner = 0; miner < MINERS; miner++)
      world.share(accountKey(miner), BigInt(1_000 + miner), { journal: miner % 2 === 0 ? 'a' : 'b' });
    world.share(`04${'05'.repeat(40)}`, 5n);
    hashes.push(world.find({ expected: 9_000n }), world.find({ expected: 90n }));
    world.pass(INTERVAL_MS + 10_000);
    await settle();
    for (const hash of hashes.slice(-2)) world.end(hash);
    await settle();
  }
  world.pass(30_000_000);
  for (const hash of hashes.slice(0, 2)) world.mature(hash);
  await settle();
  world.pass(INTERVAL_MS);
  for (const hash of hashes.slice(2)) world.mature(hash);
  await settle();
  return hashes;
}

/** All that the books hold, without versions: what was tried twice was written twice. */
export async function textsOf({ books }: SettlementWorld): Promise<string[]> {
  const records = await Promise.all(
    BOOK_TABLES.map(async (table) =>
      (await books.page(table, { limit: 1_000 })).map(({ key, text }) => `${table} ${key} ${text}`),
    ),
  );
  const log = await books.log(0, 1_000);
  return [...records.flat(), ...log.map(({ number, key, text }) => `${number} ${key} ${text}`)];
}
