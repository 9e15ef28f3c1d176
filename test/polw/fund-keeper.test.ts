import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FundCommit, FundStore } from '../../polw/fund/fund-store.js';
import { FundKeeper } from '../../polw/fund-keeper.js';
import type { BlockSource } from '../../polw/reader/block-source.js';
import { createDeferred } from '../../protocol/deferred.js';
import { BURN_AUTHORIZATIONS } from '../support/devnet-authorizations.js';
import { step } from '../support/polw-life.js';
import { PolwWorld } from '../support/polw-world.js';
import { seededRandom } from '../support/seeded-random.js';
import { sleep, waitFor } from '../support/wait.js';
import { WorldSource } from '../support/world-source.js';

/** A keeper that reads a model, and whose store does what the test says. */
async function setUp(commit: (commit: FundCommit) => Promise<void>) {
  const world = new PolwWorld({ random: seededRandom(7), minDeposit: 1n });
  const commits: FundCommit[] = [];
  const notices: string[] = [];
  let nowMs = world.timeMs + 1000;
  const store: FundStore = {
    load: async () => ({ snapshot: undefined, reservations: [], finds: [] }),
    commit: async (made) => {
      commits.push(made);
      await commit(made);
    },
    reserve: async () => {},
    release: async () => {},
    found: async () => {},
    entries: async () => [],
    close: async () => {},
  };
  const source: BlockSource = new WorldSource(world);
  const keeper = await FundKeeper.open(
    { authorizations: BURN_AUTHORIZATIONS, sinceMs: 0, backoff: { firstMs: 5_000, maxMs: 5_000 } },
    {
      store,
      source,
      clock: () => nowMs,
      onChange: () => {},
      onNotice: ({ level, message }) => notices.push(`${level} ${message}`),
    },
  );
  const follow = async (): Promise<void> => {
    nowMs += 11_000;
    for (let i = 0; i < 20; i++) step(world, 2, 4);
    const tips = world.chains.map((_, chain) => world.tip(chain).hash);
    keeper.follow(tips);
    await waitFor('the blocks', () => tips.every((hash) => keeper.fund.has(hash)));
  };
  return { keeper, commits, notices, follow };
}

test('a store that is away holds up no reading; it is told once, and gets all of it later', async () => {
  let away = true;
  const { keeper, commits, notices, follow } = await setUp(async () => {
    if (away) throw new Error('away');
  });
  keeper.start();
  await waitFor('the history', () => keeper.caughtUp);
  for (let i = 0; i < 3; i++) await follow();
  await waitFor('several tries', () => commits.length >= 3);
  assert.deepEqual(
    notices.filter((notice) => notice.startsWith('warn')),
    ['warn what is final of the fund is not kept, and will be tried again: away'],
  );
  away = false;
  await keeper.close();
  assert.deepEqual(commits.at(-1)!.snapshot, keeper.fund.snapshot());
});

test('nor does one that does not answer: one commit at a time is on its way', async () => {
  const answer = createDeferred<void>();
  const { keeper, commits, follow } = await setUp(() => answer.promise);
  keeper.start();
  await waitFor('the history', () => keeper.caughtUp);
  for (let i = 0; i < 3; i++) await follow();
  assert.equal(commits.length, 1);
  answer.resolve();
  await sleep(1);
  await follow();
  assert.equal(commits.length, 2);
  await keeper.close();
});
