/**
 * A pool that pays its miners is killed again and again, with all that can happen in between, and in the end the books are held against
 * the blocks.
 * @module
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { BooksRollback } from './books-rollback.js';
import type { MoneyCompared } from './money-comparison.js';
import { type MoneyKillCounts, MoneyKillRun, type MoneyRunOptions } from './money-kill-run.js';
import type { NetworkCounts } from './money-network.js';
import { sleep } from './wait.js';

export interface MoneyKillOptions extends Omit<MoneyRunOptions, 'payoutMs'> {
  readonly kills: number;
  /** @param booksPath - of books that are embedded */
  readonly rollbacks: (booksPath: string) => readonly BooksRollback[];
}

/** What goes back loses so much of the books, ms. */
const LOST_MS = 2_000;

/** Longest wait for a payout that something can happen to, ms: in the long run, and in a short one, which may do without. */
const PAYOUT_MS = 20_000;
const SHORT_PAYOUT_MS = 5_000;

/** Further tries in a long run for a conflict: it takes a payout that waits for a block by the right chain. */
const MORE_CONFLICTS = 10;

/** With so many kills everything happens, some of it several times. */
export const LONG_RUN_KILLS = 20;

/** What happens between kills. */
type Turn = (run: MoneyKillRun) => Promise<void>;

/** A run from its start to its end. */
export async function killMoney(
  t: TestContext,
  options: MoneyKillOptions,
): Promise<MoneyKillCounts & NetworkCounts & MoneyCompared & { readonly polw?: object }> {
  const { kills, rollbacks: rollbacksOf, ...how } = options;
  const isLong = kills >= LONG_RUN_KILLS;
  const run = await MoneyKillRun.open(t, { ...how, payoutMs: isLong ? PAYOUT_MS : SHORT_PAYOUT_MS });
  const rollbacks = rollbacksOf(join(run.lab.dataFolder, 'books.db'));
  const turns = [...(options.polw ? [turnPolw] : []), ...turnsOf(rollbacks, isLong)];
  await run.lab.start();
  run.startPayer();
  const take = async (turn: Turn): Promise<void> => {
    await run.goesOn(4);
    await turn(run);
    await run.operator.look();
  };
  for (let kill = 0; kill < kills; kill++) await take(turns[kill % turns.length]!);
  for (let more = 0; isLong && run.network.counts.conflicts === 0 && more < MORE_CONFLICTS; more++)
    await take(conflict);
  await run.goesOn(4);
  await run.check();
  const { compared, counts, network } = run;
  const polw = how.polw ? { ...network.polw, burning: compared.burning } : {};
  assert.ok(compared.payouts > 0, 'somebody was paid');
  if (isLong)
    for (const [what, times] of Object.entries({ ...network.counts, ...counts.rollbacks, ...polw }))
      assert.ok(times > 0, `${what} happened`);
  return { ...counts, ...network.counts, ...(how.polw && { polw: network.polw }), ...compared };
}

/** Chains begin with Proof of Less Work, or end it. */
const turnPolw: Turn = async (run) => {
  await run.network.turnPolw();
  await run.killSomebody();
};

/** A payout loses against another transaction. It takes minutes until what it was to pay is paid. */
const conflict: Turn = async (run) => {
  await run.network.conflict((rival) => run.operator.tell(rival));
  await run.killSomebody();
};

/** Each ends with a kill. */
function turnsOf(rollbacks: readonly BooksRollback[], isLong: boolean): readonly Turn[] {
  const offline = rollbacks.filter((rollback) => rollback.offline);
  const goBack = async (run: MoneyKillRun, rollback: BooksRollback): Promise<void> => {
    await rollback.goBack();
    const { rollbacks: counts } = run.counts;
    counts[rollback.kind] = (counts[rollback.kind] ?? 0) + 1;
  };
  const turns: Turn[] = [
    (run) => run.killSomebody(),
    ...offline.map(
      (each): Turn =>
        (run) =>
          run.killSomebody(() => each.keep()),
    ),
    ...offline.map(
      (each): Turn =>
        (run) =>
          run.killSomebody(() => goBack(run, each)),
    ),
    ...rollbacks
      .filter((rollback) => !rollback.offline)
      .map(
        (each): Turn =>
          async (run) => {
            await each.keep();
            await sleep(LOST_MS);
            await goBack(run, each);
            await run.killSomebody();
          },
      ),
    async (run) => {
      await run.network.drop();
      await run.killSomebody();
    },
    async (run) => {
      await run.network.reorganisePayout();
      await run.killSomebody();
    },
  ];
  return isLong ? [...turns, conflict] : turns;
}
