/**
 * Moves of 1 from an account into others of the books, 50 records and a log entry each: what several writers do at once,
 * and how what they left is checked.
 * @module
 */
import assert from 'node:assert/strict';
import type { Books, BookWrite } from '../../pool/ports/books.js';

const SHARES = 49;
const KEYS = ['source', ...Array.from({ length: SHARES }, (_, i) => `share/${i}`)];

/** Moves, once for a key of the log; tries until no other writer came between. */
export async function moveOne(books: Books, logKey: string): Promise<void> {
  for (;;) {
    const known = await books.get('account', KEYS);
    const write: BookWrite = {
      fence: { name: 'settlement', number: 1 },
      append: [{ key: logKey, text: `1 to each of ${SHARES}` }],
      records: KEYS.map((key, i) => ({
        table: 'account',
        key,
        version: known[i]?.version ?? 0,
        text: String(BigInt(known[i]?.text ?? '0') + (i === 0 ? BigInt(-SHARES) : 1n)),
      })),
    };
    const outcome = await books.commit(write);
    if (outcome === 'done') return;
    assert.equal(outcome, 'changed');
  }
}

/** Checks that what the books hold is of whole moves. @returns how many took place */
export async function checkMoves(books: Books): Promise<number> {
  const moves = await books.logEnd();
  const records = await books.get('account', KEYS);
  if (moves === 0) {
    assert.ok(records.every((record) => record === undefined));
    return 0;
  }
  for (const [i, record] of records.entries()) {
    assert.equal(record?.text, String(i === 0 ? -SHARES * moves : moves), KEYS[i]);
    assert.equal(record?.version, moves);
  }
  const seen = new Set<string>();
  for (let from = 0; from < moves; from += 1000)
    for (const { key, number } of await books.log(from, 1000)) {
      assert.equal(number, seen.size);
      seen.add(key);
    }
  assert.equal(seen.size, moves);
  return moves;
}
