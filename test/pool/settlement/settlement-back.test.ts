// Books go back in time under a process that settles, at any of its commits, and others write into them before it looks: nothing that it
// remembers of them may count, and every block is credited once all the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deposit } from '../../../ledger/movements.js';
import { StoreUnavailableError } from '../../../pool/ports/store.js';
import { INTERVAL_MS } from '../../../pool/settlement/interval.js';
import { coinKey } from '../../support/ledger-arbitraries.js';
import { live } from '../../support/settlement-life.js';
import { SettlementWorld } from '../../support/settlement-world.js';

const ALPH = 10n ** 18n;

/** Of others, after the books went back: the log is as long again as it was before. */
const ENTRIES_OF_OTHERS = 12;

/** How many commits are lost, where an error tells of it and where none does. */
const LOST = { told: [2], untold: [1, 4] } as const;

/** Commits of one life, settled by one process. */
const commits = (async () => {
  const world = new SettlementWorld();
  const settlement = world.settlement();
  await live(world, async () => void (await world.settle(settlement)));
  return world.books.done.length;
})();

interface GoesBack {
  /** Number of the commit before which is kept what the books are going back to. */
  readonly to: number;
  /** Number of the commit before which they go back; of the life's commits and those after them. */
  readonly before: number;
  /** Whether the one process hears of it by an error, as where a connection breaks. */
  readonly isTold: boolean;
}

async function settlesWhileBooksGoBack({ to, before, isTold }: GoesBack): Promise<void> {
  const world = new SettlementWorld();
  const { books, ledger } = world;
  const settlement = world.settlement();
  let back: (() => void) | undefined;
  let hasGone = false;
  let number = 0;
  const goBack = async (): Promise<void> => {
    hasGone = true;
    back!();
    const coins = Array.from({ length: ENTRIES_OF_OTHERS }, (_, i) => coinKey(0xd00 + i));
    const transactions = coins.map((key) =>
      deposit(world.nowMs, { group: 0, key, amount: 1n, lockTimeMs: 0 }),
    );
    await ledger.post({ fence: { name: 'payer', number: 1 }, transactions });
  };
  books.beforeCommit = async ({ fence }) => {
    if (fence.name !== 'settlement') return;
    const now = number++;
    if (now === to) back = books.snapshot();
    if (now !== before || hasGone) return;
    await goBack();
    if (isTold) throw new StoreUnavailableError('gone for a moment');
  };
  const settle = async (): Promise<void> => {
    // The process tries each step again after some seconds, as long as there is anything wrong.
    for (let tries = 0; tries < 3; tries++)
      await world.settle(settlement).catch((error: unknown) => {
        if (!(error instanceof StoreUnavailableError)) throw error;
      });
  };
  const hashes = await live(world, settle);
  if (!hasGone) await goBack();
  for (let i = 0; i < 3; i++) {
    await settle();
    world.pass(INTERVAL_MS);
  }
  const where = `back to before ${to} at ${before}${isTold ? ', told' : ''}`;
  for (const hash of hashes) assert.equal(world.fate(hash)?.credited, true, where);
  const settled = (await world.runs()).flatMap(({ blocks }) => blocks.map(({ hash }) => hash));
  assert.deepEqual(settled.toSorted(), hashes.toSorted(), where);
  assert.equal(await world.balance('reward'), 0n, where);
  assert.equal(await world.balance('pool-fee'), (-12n * ALPH) / 100n, where);
  assert.deepEqual(world.troubles, [], where);
  await world.judge();
}

for (const isTold of [false, true])
  test(`books that go back between any two commits${isTold ? ', which an error tells of' : ''}, with a log as long as before`, async () => {
    const all = await commits;
    assert.ok(all > 15);
    // The first commit notes the beginning. What is lost is of the last few; also where all is done by then.
    for (let before = 2; before <= all; before++)
      for (const lost of LOST[isTold ? 'told' : 'untold'])
        if (before > lost) await settlesWhileBooksGoBack({ to: before - lost, before, isTold });
  });
