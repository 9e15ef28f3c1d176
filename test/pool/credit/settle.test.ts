import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  CREDITS_IN_PART,
  type Credit,
  type Settled,
  type SettledTable,
  settle,
} from '../../../pool/credit/settle.js';
import { shareOut } from '../../../pool/credit/share-out.js';
import type { Window } from '../../../pool/credit/windows.js';
import {
  chunkOf,
  MAX_WINDOWS,
  ROWS_IN_CHUNK,
  WorkTable,
  type WorkTableHead,
} from '../../../pool/credit/work-table.js';
import {
  decodeWorkChunk,
  decodeWorkTableHead,
  encodeWorkChunk,
  encodeWorkTableHead,
  WorkTableError,
} from '../../../pool/credit/work-table-text.js';
import { SLICE_MS } from '../../../pool/domain/batch.js';

const ALPH = 10n ** 18n;

function window(from: number, to: number, part = 1n, of = 1n): Window {
  return { fromMs: from * SLICE_MS, toMs: to * SLICE_MS, oldest: { part, of } };
}

async function settled(
  tables: readonly SettledTable[],
  fee: number,
): Promise<{ parts: (readonly Credit[])[]; sums: Settled }> {
  const parts: (readonly Credit[])[] = [];
  const run = settle(tables, fee);
  for (;;) {
    const { value, done } = await run.next();
    if (done === true) return { parts, sums: value };
    parts.push(value);
  }
}

function accountOf(number: number): string {
  return number.toString(16).padStart(66, '0');
}

test('a table counts an account in each window that holds the slice, and comes back from its texts as it was', () => {
  const table = new WorkTable([window(0, 3), window(1, 4, 1n, 4n)]);
  table.add('bb', 0, 10n);
  table.add('aa', SLICE_MS, 9n);
  table.add('bb', 2 * SLICE_MS, 2n ** 90n);
  table.add('cc', 4 * SLICE_MS, 1n);
  const head = decodeWorkTableHead(encodeWorkTableHead(table.head));
  assert.deepEqual(head, table.head);
  assert.deepEqual(head.totals, [2n ** 90n + 19n, 2n ** 90n + 2n]);
  const chunks = [...table.chunks()].map((rows) => decodeWorkChunk(encodeWorkChunk(rows), 2));
  assert.deepEqual(chunks, [
    [
      { account: 'aa', work: [9n, 2n] },
      { account: 'bb', work: [2n ** 90n + 10n, 2n ** 90n] },
    ],
  ]);
});

test('an account is found in the one chunk that can hold it', () => {
  const table = new WorkTable([window(0, 1)]);
  for (let i = 1; i <= 2 * ROWS_IN_CHUNK + 1; i++) table.add(accountOf(i * 2), 0, BigInt(i));
  const chunks = [...table.chunks()];
  assert.deepEqual(
    chunks.map(({ length }) => length),
    [ROWS_IN_CHUNK, ROWS_IN_CHUNK, 1],
  );
  for (const [number, rows] of chunks.entries())
    for (const { account } of [rows[0]!, rows.at(-1)!]) assert.equal(chunkOf(table.head, account), number);
  assert.equal(chunkOf(table.head, accountOf(1)), undefined);
  assert.equal(chunkOf(table.head, accountOf(3)), 0);
});

test('accounts of many keys fill a chunk sooner', () => {
  const table = new WorkTable([window(0, 1)]);
  for (let i = 0; i < 30; i++) table.add(`${i.toString(16).padStart(4, '0')}${'0'.repeat(3996)}`, 0, 1n);
  assert.deepEqual(
    [...table.chunks()].map(({ length }) => length),
    [12, 12, 6],
  );
  assert.equal(table.head.chunks.length, 3);
});

test('what is no table of work is refused', () => {
  const head = encodeWorkTableHead(new WorkTable([window(0, 1)]).head);
  for (const [bad, words] of [
    ['', /no JSON/],
    ['[]', /no object/],
    [head.replace('"form":1', '"form":2'), /form 2/],
    [head.replace('"totals":["0"]', '"totals":[]'), /1 windows and 0 totals/],
    [head.replace('"part":"1"', '"part":"2"'), /is none/],
    [head.replace('"part":"1"', '"part":"-1"'), /a number of a table of work is none/],
    [head.replace('"fromMs":0', '"fromMs":0.5'), /a time/],
    [head.replace('"chunks":[]', '"chunks":["bb","aa"]'), /out of order at aa/],
    [head.replace('"chunks":[]', '"chunks":"aa"'), /no list/],
  ] as const)
    assert.throws(
      () => decodeWorkTableHead(bad),
      (error: Error) => error instanceof WorkTableError && words.test(error.message),
      bad,
    );
  for (const bad of ['', 'aa', 'aa 1 2', 'aa x', 'aa 01', 'xx 1', 'bb 1\naa 1', 'aa 1\naa 1', 'aa 1\n'])
    assert.throws(() => decodeWorkChunk(bad, 1), WorkTableError, bad);
});

test('a table has 1 to 60 windows', () => {
  assert.throws(() => new WorkTable([]), /"windows" expected 1 to 60, got 0/);
  const many = Array.from({ length: MAX_WINDOWS + 1 }, () => window(0, 1));
  assert.throws(() => new WorkTable(many), /got 61/);
});

test('a sum of work that passes 2^96 is refused', () => {
  const table = new WorkTable([window(0, 1)]);
  table.add('aa', 0, 2n ** 96n - 1n);
  assert.throws(() => table.add('aa', 0, 1n), /a sum of 0 to 2\^96/);
});

test('blocks of several tables come to what each of them alone shares out', async () => {
  const anyTable = fc.record({
    works: fc.array(fc.array(fc.bigInt({ min: 0n, max: 2n ** 70n }), { minLength: 2, maxLength: 2 }), {
      minLength: 1,
      maxLength: 5,
    }),
    rewards: fc.array(fc.bigInt({ min: 0n, max: 10n ** 27n }), { minLength: 1, maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyTable, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 1_000_000 }),
      async (plans, fee) => {
        const expected = new Map<string, bigint>();
        const sums = { credits: 0n, fee: 0n, remainder: 0n };
        const tables = plans.map(({ works, rewards }, number): SettledTable => {
          const rows = works.map((work, index) => ({ account: accountOf(index * (number + 1)), work }));
          const totals = [0, 1].map((column) => works.reduce((sum, work) => sum + work[column]!, 0n));
          const blocks = rewards.map((reward, index) => ({ hash: `${index}`, window: index % 2, reward }));
          for (const { window: column, reward } of blocks) {
            const out = shareOut(
              new Map(rows.map(({ account, work }) => [account, work[column]!])),
              reward,
              fee,
            );
            sums.fee += out.fee;
            sums.remainder += out.remainder;
            for (const [account, credit] of out.credits) {
              expected.set(account, (expected.get(account) ?? 0n) + credit);
              sums.credits += credit;
            }
          }
          return { totals, blocks, rows };
        });
        const out = await settled(tables, fee);
        assert.deepEqual(out.sums, sums);
        const credits = new Map(out.parts.flat().map(({ key, amount }) => [key, amount]));
        assert.deepEqual(credits, new Map([...expected].sort(([a], [b]) => (a < b ? -1 : 1))));
      },
    ),
    { numRuns: 50 },
  );
});

test('parts hold so many accounts, and each account once', async () => {
  const rows = Array.from({ length: CREDITS_IN_PART + 1 }, (_, i) => ({ account: accountOf(i), work: [1n] }));
  const table = { totals: [BigInt(rows.length)], blocks: [{ hash: 'a', window: 0, reward: ALPH }], rows };
  const { parts } = await settled([table, { ...table }], 0);
  assert.deepEqual(
    parts.map(({ length }) => length),
    [CREDITS_IN_PART, 1],
  );
});

test('tables that can not be right are refused', async () => {
  const blocks = [{ hash: 'a', window: 0, reward: 100n }];
  const rows = [{ account: 'aa', work: [10n] }];
  for (const [table, words] of [
    [{ totals: [10n], blocks: [{ ...blocks[0]!, window: 1 }], rows }, /no window 1/],
    [{ totals: [10n], blocks: [{ ...blocks[0]!, reward: -1n }], rows }, /"reward" expected/],
    [{ totals: [5n], blocks, rows }, /expected credits of at most 100, got 200/],
    [{ totals: [10n], blocks, rows: [...rows, ...rows] }, /accounts in order, got aa after aa/],
  ] as const)
    await assert.rejects(settled([table], 0), words);
});

test('a window without any work leaves the reward as remainder', async () => {
  const head: WorkTableHead = new WorkTable([window(0, 1)]).head;
  const { sums } = await settled(
    [{ totals: head.totals, blocks: [{ hash: 'a', window: 0, reward: ALPH }], rows: [] }],
    10_000,
  );
  assert.deepEqual(sums, { credits: 0n, fee: ALPH / 100n, remainder: (ALPH * 99n) / 100n });
});
