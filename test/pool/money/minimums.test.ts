import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minimumMessage, setMinimum } from '../../../pool/money/minimums.js';
import { ALPH } from '../../../protocol/emission.js';
import { createMemoryBooks } from '../../support/memory-books.js';

const KEY = '00'.repeat(33);

function lab() {
  let nowMs = 1_000_000;
  const books = createMemoryBooks(() => nowMs);
  return {
    books,
    pass: (ms: number) => {
      nowMs += ms;
    },
    set: (amount: bigint | undefined, signedMs?: number) =>
      setMinimum(books, 'one', { key: KEY, amount, ...(signedMs !== undefined && { signedMs }) }),
    minimum: async () => (await books.get('note', [`minimum/${KEY}`]))[0]?.text,
  };
}

test('the operator sets a minimum as often as it likes, and takes it back', async () => {
  const { set, minimum } = lab();
  assert.equal(await set(5n * ALPH), 'done');
  assert.equal(await set(7n * ALPH), 'done');
  assert.equal(await minimum(), `${7n * ALPH}`);
  assert.equal(await set(undefined), 'done');
  assert.equal(await minimum(), undefined);
  assert.equal(await set(undefined), 'done');
});

test("a miner's request counts once, and not after a later one", async () => {
  const { set, minimum } = lab();
  assert.equal(await set(1n * ALPH, 100_000), 'done');
  assert.equal(await set(1n * ALPH, 100_000), 'late');
  assert.equal(await set(2n * ALPH, 99_999), 'late');
  assert.equal(await set(2n * ALPH, 159_999), 'often');
  assert.equal(await minimum(), `${ALPH}`);
  assert.equal(await set(undefined, 160_000), 'done');
  assert.equal(await minimum(), undefined);
  assert.equal(
    await set(1n * ALPH, 100_000),
    'late',
    'what was taken back does not come back by an old request',
  );
  assert.equal(await set(3n * ALPH), 'done');
  assert.equal(await set(undefined, 160_000), 'late', 'nor what the operator has set');
});

test('who else writes is waited for, or told', async () => {
  const { set, books, minimum } = lab();
  const lease = await books.takeLease('ledger', 'another', 60_000);
  assert.equal(await set(ALPH), 'busy');
  await books.releaseLease('ledger', lease!.fence);
  books.beforeCommit = async () => {
    books.beforeCommit = undefined;
    const record = { table: 'note', key: `minimum/${KEY}`, version: 0, text: '5' } as const;
    await books.commit({ fence: { name: 'payer', number: 1 }, append: [], records: [record] });
  };
  assert.equal(await set(ALPH), 'done');
  assert.equal(await minimum(), `${ALPH}`);
  books.beforeCommit = async () => {
    books.beforeCommit = undefined;
    await books.commit({ fence: { name: 'ledger', number: 2 ** 50 }, append: [], records: [] });
  };
  assert.equal(await set(2n * ALPH), 'busy');
  assert.equal(await minimum(), `${ALPH}`);
});

test('what is signed names pool, address, amount and time', () => {
  assert.equal(
    minimumMessage('main', 'ADDRESS', 15n * 10n ** 17n, 5),
    'lesswork pool main: pay ADDRESS from 1.5 ALPH on, at 5',
  );
  assert.equal(minimumMessage('main', 'A', undefined, 5), 'lesswork pool main: pay A from 0 ALPH on, at 5');
});
