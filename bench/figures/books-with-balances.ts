/**
 * Embedded books that owe many accounts, and have what to pay them with.
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Group } from '../../ledger/accounts.js';
import { Ledger } from '../../ledger/ledger.js';
import { blockReward, settlementClose, settlementPart } from '../../ledger/movements.js';
import type { OwnBooks } from '../../pool/ports/books.js';
import { openBooks } from '../../pool/store/open-books.js';
import { blake2b256 } from '../../protocol/blake2b.js';
import { bytesToHex, u32Bytes } from '../../protocol/bytes.js';
import { GROUPS } from '../../protocol/chain.js';

const ALPH = 10n ** 18n;
const COINS_IN_GROUP = 200;
const COIN = 1_000n * ALPH;
const IN_PART = 250;
const IN_COMMIT = 5_000;
const FENCE = { name: 'settlement', number: 1 } as const;

/**
 * Makes books, does something with them, and removes them.
 * @param accounts - each owed 0.05 or 1 ALPH, by turns; two of three were credited lately
 * @param timeMs - of what is in the books, ms since the epoch
 */
export async function withBalances<T>(
  accounts: number,
  timeMs: number,
  action: (books: OwnBooks, ledger: Ledger) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-balances-'));
  const identity = { poolId: 'figures', networkId: 4, extranonceBytes: 2 };
  const settings = { type: 'embedded', path: join(folder, 'pool.db'), identity } as const;
  const books = await openBooks(settings, { onNotice: () => {} });
  try {
    const ledger = new Ledger(books);
    await fill(books, ledger, accounts, timeMs);
    return await action(books, ledger);
  } finally {
    await books.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(books: OwnBooks, ledger: Ledger, accounts: number, timeMs: number): Promise<void> {
  const rewards = Array.from({ length: GROUPS * COINS_IN_GROUP }, (_, i) => {
    const key = bytesToHex(blake2b256(u32Bytes(i)));
    const coin = { group: (i % GROUPS) as Group, key, amount: COIN, lockTimeMs: 0 };
    return blockReward(key, timeMs, coin);
  });
  await ledger.post({ fence: FENCE, transactions: rewards });
  const keys = Array.from({ length: accounts }, (_, i) =>
    bytesToHex(Uint8Array.of(0, ...blake2b256(u32Bytes(1_000_000 + i)))),
  );
  const credits = keys.map((key, i) => ({ key, amount: i % 2 === 0 ? ALPH / 20n : ALPH }));
  for (let at = 0; at < accounts; at += IN_PART) {
    const part = settlementPart(1, at / IN_PART, timeMs, credits.slice(at, at + IN_PART));
    await ledger.post({ fence: FENCE, transactions: [part], settlement: { number: 1, closes: false } });
  }
  const sums = {
    credits: credits.reduce((sum, { amount }) => sum + amount, 0n),
    fee: 0n,
    remainder: 0n,
  };
  await ledger.post({
    fence: FENCE,
    transactions: [settlementClose(1, timeMs, sums)],
    settlement: { number: 1, closes: true },
  });
  const day = new Date(timeMs).toISOString().slice(0, 10);
  const earnings = keys
    .filter((_, i) => i % 3 > 0)
    .map((key) => ({ table: 'earning', key: `${key}/${day}`, version: 0, text: '1' }) as const);
  for (let at = 0; at < earnings.length; at += IN_COMMIT)
    await books.commit({ fence: FENCE, append: [], records: earnings.slice(at, at + IN_COMMIT) });
}
