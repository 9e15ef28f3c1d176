import assert from 'node:assert/strict';
import { batchOf, blockOf, type TestShare } from '../support/batches.js';
import type { StoreCase } from './store-conformance.js';

const A = '00000000000000a1';
const DAY = 86_400_000;
const TEN_MINUTES = 600_000;
const share = (timeMs: number, name = 'rig', account = 'aa'): TestShare => ({
  account,
  name,
  timeMs,
  work: 16n,
});
const ALL = { offset: 0, limit: 1000 };
const EVER = [0, 3000 * DAY] as const;

/** What goes after a time, and what stays. */
export const pruneCases: readonly StoreCase[] = [
  [
    'slices go when their time is over',
    async (lab) => {
      const store = await lab.open({ retention: { slicesMs: 100_000 } });
      await store.apply(
        batchOf(
          A,
          1,
          Array.from({ length: 30 }, (_, i) => share(i * 10_000)),
        ),
      );
      await store.prune(200_000);
      assert.deepEqual(
        (await store.slices(...EVER)).map(({ startMs }) => startMs / 10_000),
        Array.from({ length: 20 }, (_, i) => i + 10),
      );
      // They are no more applied for having gone.
      assert.equal(await store.apply(batchOf(A, 1, [share(0)])), 'already');
    },
  ],
  [
    'an open block holds the slices before it, for a time',
    async (lab) => {
      const store = await lab.open({ retention: { slicesMs: 100_000 } });
      const open = blockOf(1, 150_000);
      const done = blockOf(2, 110_000);
      await store.apply(
        batchOf(
          A,
          1,
          Array.from({ length: 60 }, (_, i) => share(i * 10_000)),
          {
            blocksFound: [open, done],
            blockStates: [
              { hash: open.hash, state: 'unanswered', atMs: 150_000 },
              { hash: done.hash, state: 'refused', atMs: 110_000 },
            ],
          },
        ),
      );
      const oldest = async (): Promise<number | undefined> => (await store.slices(...EVER))[0]?.startMs;
      await store.prune(400_000);
      assert.equal(await oldest(), 50_000);
      await store.prune(500_000);
      assert.equal(await oldest(), 100_000, 'no longer than 4 times as long');
      await store.apply(batchOf(A, 2, [], { blockStates: [{ hash: open.hash, state: 'missing', atMs: 1 }] }));
      await store.prune(500_000);
      assert.equal(await oldest(), 400_000);
    },
  ],
  [
    'charts go: those of workers first, days last',
    async (lab) => {
      const retention = {
        workerSeriesMs: DAY,
        tenMinutesMs: 3 * DAY,
        daysMs: 40 * DAY,
        workersMs: 2000 * DAY,
      };
      const store = await lab.open({ retention });
      await store.apply(
        batchOf(
          A,
          1,
          Array.from({ length: 50 }, (_, i) => share(i * DAY + 5)),
        ),
      );
      const days = async (
        of: 'pool' | 'account' | 'worker',
        step: 600_000 | 86_400_000,
      ): Promise<number | undefined> => {
        const identity = { account: 'aa', name: 'rig' };
        const scope = of === 'pool' ? { of } : of === 'account' ? { of, account: 'aa' } : { of, identity };
        return (await store.series(scope, step, ...(step === DAY ? EVER : ([40 * DAY, 60 * DAY] as const))))
          .length;
      };
      await store.prune(49 * DAY + TEN_MINUTES);
      // A bucket goes once its end is too old; a store may hold some for as long as the chunk that they are kept in.
      const within = (count: number | undefined, least: number, most: number): void =>
        assert.ok(
          count !== undefined && count >= least && count <= most,
          `${count}, expected ${least} to ${most}`,
        );
      within(await days('worker', TEN_MINUTES), 1, 2);
      within(await days('worker', DAY), 1, 2);
      for (const of of ['pool', 'account'] as const) {
        within(await days(of, TEN_MINUTES), 3, 4);
        within(await days(of, DAY), 40, 50);
      }
      await store.prune(1000 * DAY);
      assert.deepEqual(await store.series({ of: 'pool' }, DAY, ...EVER), []);
      assert.equal(await days('worker', DAY), 0);
      assert.ok((await store.worker({ account: 'aa', name: 'rig' })) !== undefined);
    },
  ],
  [
    'workers that are long gone go; their number is not used again',
    async (lab) => {
      const store = await lab.open({ retention: { workersMs: 10 * DAY } });
      await store.apply(
        batchOf(A, 1, [share(0, 'old'), share(0, 'only', 'bb'), share(15 * DAY, 'new')], {
          rejects: [{ account: 'aa', name: 'old', reason: 'stale' }],
        }),
      );
      const ids = (await store.workersOf('aa', ALL)).map(({ id }) => id);
      await store.prune(20 * DAY);
      assert.deepEqual(
        (await store.workersOf('aa', ALL)).map(({ identity }) => identity.name),
        ['new'],
      );
      assert.deepEqual(await store.workersOf('bb', ALL), []);
      assert.equal((await store.workersById(ids)).length, 1);
      await store.apply(batchOf(A, 2, [share(21 * DAY, 'old')]));
      const back = await store.worker({ account: 'aa', name: 'old' });
      assert.ok(back !== undefined && !ids.includes(back.id));
      assert.deepEqual([back.shares, back.rejects], [1, {}]);
    },
  ],
  [
    'a worker that went makes room in its account',
    async (lab) => {
      const store = await lab.open({ retention: { workersMs: 10 * DAY }, maxWorkersOfAccount: 1 });
      await store.apply(batchOf(A, 1, [share(0, 'old')]));
      await store.prune(20 * DAY);
      await store.apply(batchOf(A, 2, [share(20 * DAY, 'new')]));
      assert.ok((await store.worker({ account: 'aa', name: 'new' })) !== undefined);
    },
  ],
  [
    'blocks go, open ones stay',
    async (lab) => {
      const store = await lab.open({ retention: { blocksMs: 10 * DAY } });
      const blocksFound = [1, 2, 3].map((i) => blockOf(i, i * DAY));
      await store.apply(
        batchOf(A, 1, [], {
          blocksFound,
          blockStates: [1, 2].map((i) => ({
            hash: blocksFound[i]!.hash,
            state: 'accepted' as const,
            atMs: 1,
          })),
        }),
      );
      await store.prune(12.5 * DAY);
      assert.deepEqual(
        (await store.blocks(ALL)).map(({ hash }) => hash),
        [blocksFound[2]!.hash, blocksFound[0]!.hash],
      );
      assert.deepEqual((await store.blocks(ALL, ['accepted'])).length, 1);
      assert.equal(await store.countBlocks(['accepted']), 1);
      assert.equal(await store.block(blocksFound[1]!.hash), undefined);
    },
  ],
  [
    'finished journals are forgotten, others never',
    async (lab) => {
      const store = await lab.open({ retention: { finishedJournalsMs: 10 * DAY } });
      const names = ['0', '1', '2'].map((digit) => digit.repeat(16));
      await store.reportThrough(names[0]!, DAY, true);
      await store.reportThrough(names[1]!, DAY, false);
      await store.reportThrough(names[2]!, 3 * DAY, true);
      await store.prune(12 * DAY);
      assert.deepEqual((await store.journals()).map(({ journal }) => journal).toSorted(), names.slice(1));
    },
  ],
  [
    'ended bans go, others stay',
    async (_lab, store) => {
      const now = await store.now();
      await store.addBan({ address: '192.0.2.1', untilMs: now + 10_000, reason: '' });
      await store.addBan({ address: '192.0.2.2', untilMs: now + DAY, reason: '' });
      await store.prune(now + 20_000);
      assert.deepEqual(
        (await store.bans()).map(({ address }) => address),
        ['192.0.2.2'],
      );
    },
  ],
];
