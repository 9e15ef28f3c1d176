import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  chunkLeaves,
  chunkSum,
  isInTable,
  type Row,
  type RowProof,
  type Run,
  type RunTable,
  rowText,
  runLeaves,
  runRoot,
} from '../../audit/audit-run.js';
import { branchOf, leafOf, rootOf } from '../../audit/audit-tree.js';
import { creditOf, mostRemainder, sumsOf } from '../../audit/credit.js';
import { settle } from '../../pool/credit/settle.js';
import { bytesToHex } from '../../protocol/bytes.js';

const hashOf = (n: number): string => n.toString(16).padStart(64, '0');

/** Runs with their rows, in chunks of two. */
const worlds = fc
  .record({
    rows: fc.array(fc.array(fc.bigInt(0n, 2n ** 80n), { minLength: 3, maxLength: 3 }), {
      minLength: 1,
      maxLength: 9,
    }),
    rewards: fc.array(fc.tuple(fc.bigInt(0n, 3n * 10n ** 18n), fc.nat(2)), { minLength: 1, maxLength: 6 }),
    feeMillionths: fc.nat(1_000_000),
  })
  .map(({ rows, rewards, feeMillionths }) => {
    const named = rows.map(
      (work, i): Row => ({ account: `00${(i + 1).toString(16).padStart(2, '0')}`, work }),
    );
    const chunks = Array.from({ length: Math.ceil(named.length / 2) }, (_, i) =>
      named.slice(2 * i, 2 * i + 2),
    );
    const table: RunTable = {
      key: 'T000000000600000',
      accounts: named.length,
      chunks: chunks.length,
      root: bytesToHex(rootOf(chunkLeaves(chunks.map(chunkSum)))),
      windows: [0, 1, 2].map((window) => ({
        fromMs: 0,
        toMs: 10_000 * (window + 1),
        part: 1n,
        of: 2n,
        total: named.reduce((sum, { work }) => sum + work[window]!, 0n),
      })),
      finds: rewards.map(([, window], i) => [hashOf(i), window] as const),
    };
    const facts = {
      pool: 'a',
      number: 1,
      timeMs: 1,
      scheme: 'pplns' as const,
      feeMillionths,
      credits: 0n,
      fee: 0n,
      remainder: 0n,
    };
    const blocks = rewards.map(([reward, window], i) => ({
      hash: hashOf(i),
      chain: 3,
      height: 7 + i,
      reward,
      by: { table: table.key, window },
    }));
    return { run: { facts, tables: [table], blocks } satisfies Run, chunks, rows: named };
  });

function proofOf(chunks: readonly (readonly Row[])[], index: number): RowProof {
  const chunk = Math.floor(index / 2);
  return {
    row: branchOf(
      chunks[chunk]!.map((row) => leafOf(rowText(row))),
      index % 2,
    ),
    chunk: branchOf(chunkLeaves(chunks.map(chunkSum)), chunk),
  };
}

test('whoever is concerned notices any other work of a row, or another row in its place', () => {
  fc.assert(
    fc.property(worlds, fc.nat(), fc.nat(2), ({ run, chunks, rows }, at, window) => {
      const [table] = run.tables;
      const index = at % rows.length;
      const row = rows[index]!;
      const proof = proofOf(chunks, index);
      assert.ok(isInTable(row, proof, table!));
      const work = row.work.with(window, row.work[window]! + 1n);
      assert.ok(!isInTable({ ...row, work }, proof, table!));
      assert.ok(!isInTable({ ...row, account: 'ff' }, proof, table!));
      const without = rows.toSpliced(index, 1);
      const others = [chunkSum(without.slice(0, 2)), chunkSum(without.slice(2))];
      assert.ok(!isInTable(row, proof, { ...table!, root: bytesToHex(rootOf(chunkLeaves(others))) }));
    }),
    { numRuns: 50 },
  );
});

test('a root is another one with any other reward, fee, bound, total, find or block', () => {
  fc.assert(
    fc.property(worlds, ({ run }) => {
      const { facts, tables, blocks } = run;
      const [table, block] = [tables[0]!, blocks[0]!];
      const [window] = table.windows;
      const changed: Run[] = [
        { ...run, blocks: blocks.slice(1) },
        { ...run, blocks: [{ ...block, reward: block.reward + 1n }, ...blocks.slice(1)] },
        { ...run, blocks: [{ ...block, by: { finder: 'aa' } }, ...blocks.slice(1)] },
        ...(['fee', 'credits', 'remainder'] as const).map((name) => ({
          ...run,
          facts: { ...facts, [name]: 1n },
        })),
        { ...run, facts: { ...facts, feeMillionths: facts.feeMillionths + 1 } },
        { ...run, facts: { ...facts, scheme: 'prop' } },
        { ...run, facts: { ...facts, number: 2 } },
        { ...run, facts: { ...facts, pool: 'b' } },
        ...((['part', 'of', 'total', 'fromMs'] as const).map((name) => ({
          ...run,
          tables: [{ ...table, windows: [{ ...window!, [name]: 77_777n }, ...table.windows.slice(1)] }],
        })) as Run[]),
        { ...run, tables: [{ ...table, finds: table.finds.slice(1) }] },
        { ...run, tables: [{ ...table, accounts: table.accounts + 1 }] },
      ];
      const roots = [run, ...changed].map((each) => bytesToHex(runRoot(each)));
      assert.equal(new Set(roots).size, roots.length);
      assert.equal(runLeaves(run).length, 2 + blocks.length);
    }),
    { numRuns: 30 },
  );
});

test('credits are those of the pool, account by account, and leave as little over as may be', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async ({ run, rows }) => {
      const [table] = run.tables;
      const settled = settle(
        [
          {
            totals: table!.windows.map(({ total }) => total),
            blocks: run.blocks.map(({ hash, reward, by }) => ({ hash, reward, window: by.window })),
            rows,
          },
        ],
        run.facts.feeMillionths,
      );
      const credits = new Map<string, bigint>();
      let part = await settled.next();
      for (; part.done !== true; part = await settled.next())
        for (const { key, amount } of part.value) credits.set(key, amount);
      for (const row of rows)
        assert.equal(
          creditOf(run, row.account, new Map([[table!.key, row]])),
          credits.get(row.account) ?? 0n,
        );
      const sums = sumsOf(run);
      assert.equal(sums.fee, part.value.fee);
      assert.equal(sums.rewards, part.value.credits + part.value.fee + part.value.remainder);
      assert.ok(part.value.remainder <= mostRemainder(run));
    }),
    { numRuns: 50 },
  );
});

test('who finds a block alone gets all but the fee, and nobody else anything', () => {
  const facts = {
    pool: 'a',
    number: 1,
    timeMs: 1,
    scheme: 'solo' as const,
    feeMillionths: 10_000,
    credits: 0n,
    fee: 0n,
    remainder: 0n,
  };
  const run: Run = {
    facts,
    tables: [],
    blocks: [{ hash: hashOf(1), chain: 0, height: 1, reward: 199n, by: { finder: 'aa' } }],
  };
  assert.equal(creditOf(run, 'aa', new Map()), 198n);
  assert.equal(creditOf(run, 'bb', new Map()), 0n);
  assert.equal(mostRemainder(run), 0n);
});
