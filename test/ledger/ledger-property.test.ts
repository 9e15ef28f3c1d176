import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { minerAccount } from '../../ledger/accounts.js';
import { checkLedger } from '../../ledger/check.js';
import { Ledger, type PostOutcome } from '../../ledger/ledger.js';
import { payout, payoutReturned, settlementClose, settlementPart } from '../../ledger/movements.js';
import type { LedgerPost } from '../../ledger/post-write.js';
import { decodeAccountRow } from '../../ledger/rows.js';
import { anyTransaction, coinKey, minerKey } from '../support/ledger-arbitraries.js';
import { LAB_TIME_MS, labBlock, labMiners } from '../support/ledger-lab.js';
import { createMemoryBooks, type MemoryBooks } from '../support/memory-books.js';

/** Each writer's own view of the same books, whose every request takes its turn when the scheduler says so. */
function scheduled(books: MemoryBooks, scheduler: fc.Scheduler): Ledger {
  const turn = async <T>(request: () => Promise<T>): Promise<T> => {
    await scheduler.schedule(Promise.resolve());
    return await request();
  };
  return new Ledger({
    commit: (write) => turn(() => books.commit(write)),
    get: (table, keys) => turn(() => books.get(table, keys)),
    page: (table, page) => turn(() => books.page(table, page)),
    log: (from, limit) => turn(() => books.log(from, limit)),
    logKeys: (keys) => turn(() => books.logKeys(keys)),
    logEnd: () => turn(() => books.logEnd()),
  });
}

/** Sum of all records, whether they show or not. */
async function sumOf(books: MemoryBooks): Promise<bigint> {
  const rows = await books.page('account', { limit: 1000 });
  return rows.reduce((sum, { text }) => sum + decodeAccountRow(text).amount, 0n);
}

const fence = { name: 'settlement', number: 1 } as const;

/** Posts in order; what is not possible is left out. */
async function postAll(ledger: Ledger, posts: readonly LedgerPost[]): Promise<PostOutcome[]> {
  const outcomes: PostOutcome[] = [];
  for (const post of posts) outcomes.push(await ledger.post(post));
  return outcomes;
}

test('any interleaving of writers keeps the sum 0, and the records what the log comes to', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(anyTransaction, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 4 }),
      async (scheduler, drawn, writers) => {
        const books = createMemoryBooks(() => LAB_TIME_MS);
        // Some are posted by two writers.
        const posts = drawn.map(
          (transaction, number): LedgerPost => ({
            fence,
            transactions: [
              {
                ...transaction,
                key: `${number}`,
                kind: transaction.kind === 'settlement' ? 'correction' : transaction.kind,
              },
            ],
          }),
        );
        const runs = Array.from({ length: writers }, (_, writer) =>
          postAll(
            scheduled(books, scheduler),
            posts.filter((_, number) => number % writers === writer || number % 3 === 0),
          ),
        );
        await scheduler.waitFor(Promise.all(runs));
        assert.equal(await sumOf(books), 0n);
        const { faults } = await checkLedger({ books, timeMs: LAB_TIME_MS });
        // What is drawn may owe more than there is.
        assert.deepEqual(
          faults.filter(({ fault }) => fault !== 'debts'),
          [],
        );
        const kept = await books.log(0, 1000);
        assert.equal(new Set(kept.map(({ key }) => key)).size, kept.length);
        const outcomes = (await Promise.all(runs)).flat();
        assert.equal(outcomes.filter((outcome) => outcome === 'done').length, kept.length);
      },
    ),
    { numRuns: 30 },
  );
});

/** A settlement of three parts and its end; each miner's credits in all parts. */
function settlementPosts(number: number, amounts: readonly bigint[]): LedgerPost[] {
  const parts = [0, 1, 2].map(
    (part): LedgerPost => ({
      fence,
      transactions: [settlementPart(number, part, LAB_TIME_MS, labMiners(...amounts))],
      settlement: { number, closes: false },
    }),
  );
  const credits = 3n * amounts.reduce((sum, amount) => sum + amount, 0n);
  const close = settlementClose(number, LAB_TIME_MS, { credits, fee: 5n, remainder: 1n });
  return [...parts, { fence, transactions: [close], settlement: { number, closes: true } }];
}

test('a reader sees a settlement whole or not at all, while payouts go on and settlements are posted again', async () => {
  const amounts = [7n, 10n ** 27n, 3n];
  const accounts = amounts.map((_, number) => minerAccount(minerKey(number)));
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const books = createMemoryBooks(() => LAB_TIME_MS);
      const plain = new Ledger(books);
      for (const number of [1, 2])
        await plain.post({ fence, transactions: [labBlock(number, 3n * (10n ** 27n + 10n) + 6n)] });
      await postAll(plain, settlementPosts(1, amounts));
      const seen: bigint[][] = [];
      const watch = async (): Promise<void> => {
        const reader = scheduled(books, scheduler);
        for (let i = 0; i < 6; i++) seen.push([...(await reader.balances(accounts))]);
      };
      const pay = async (): Promise<PostOutcome[]> => {
        const out = { fence, transactions: [payout('p', LAB_TIME_MS, labMiners(2n), coinKey(1))] };
        const back = { fence, transactions: [payoutReturned('p', LAB_TIME_MS, labMiners(2n))] };
        return await postAll(scheduled(books, scheduler), [out, back]);
      };
      const settled = settlementPosts(2, amounts);
      const running = Promise.all([
        postAll(scheduled(books, scheduler), settled),
        watch(),
        pay(),
        postAll(scheduled(books, scheduler), settlementPosts(1, amounts)),
      ]);
      await scheduler.waitFor(running);
      for (const [first, second, third] of seen) {
        assert.ok(first === -21n || first === -19n || first === -42n || first === -40n, `${first}`);
        const times = second! / -(3n * 10n ** 27n);
        assert.ok(times === 1n || times === 2n);
        assert.equal(second, -times * 3n * 10n ** 27n);
        assert.equal(third, -times * 9n);
        assert.ok(first === -times * 21n || first === -times * 21n + 2n);
      }
      assert.deepEqual(await plain.balances(accounts), [-42n, -6n * 10n ** 27n, -18n]);
      const { faults, mayPay } = await checkLedger({ books, timeMs: LAB_TIME_MS });
      assert.deepEqual(faults, []);
      assert.ok(mayPay);
      assert.equal(await sumOf(books), 0n);
    }),
    { numRuns: 60 },
  );
});
