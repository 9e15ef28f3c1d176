import assert from 'node:assert/strict';
import type { PoolEvent } from '../../pool/ports/store.js';
import { batchOf, type TestShare } from '../support/batches.js';
import { waitFor } from '../support/wait.js';
import type { StoreCase } from './store-conformance.js';

const A = '00000000000000a1';
const B = '00000000000000b2';
const DAY = 86_400_000;
const TEN_MINUTES = 600_000;
const share = (account: string, name: string, timeMs: number, work = 16n): TestShare => ({
  account,
  name,
  timeMs,
  work,
});

/** Workers, charts, bans and events. */
export const readingCases: readonly StoreCase[] = [
  [
    'workers of an account come in pages, by name',
    async (_lab, store) => {
      const names = ['b', 'a', 'd', 'c', 'e'];
      await store.apply(
        batchOf(A, 1, [...names.map((name) => share('aa', name, 10_000)), share('bb', 'z', 10_000)]),
      );
      const page = async (offset: number, limit: number): Promise<string> =>
        (await store.workersOf('aa', { offset, limit })).map(({ identity }) => identity.name).join('');
      assert.equal(await page(0, 2), 'ab');
      assert.equal(await page(2, 2), 'cd');
      assert.equal(await page(4, 2), 'e');
      assert.equal(await page(5, 1000), '');
      assert.deepEqual(await store.workersOf('cc', { offset: 0, limit: 10 }), []);
      for (const [offset, limit] of [
        [-1, 10],
        [0, 0],
        [0, 1001],
        [0.5, 1],
      ] as const)
        await assert.rejects(store.workersOf('aa', { offset, limit }), RangeError);
    },
  ],
  [
    'workers by number; unknown numbers are left out',
    async (_lab, store) => {
      await store.apply(batchOf(A, 1, [share('aa', 'a', 10_000), share('bb', 'b', 10_000)]));
      const a = await store.worker({ account: 'aa', name: 'a' });
      const b = await store.worker({ account: 'bb', name: 'b' });
      const found = await store.workersById([a!.id, 999_999, b!.id]);
      assert.deepEqual(
        found.toSorted((x, y) => x.id - y.id),
        [a, b].toSorted((x, y) => x!.id - y!.id),
      );
      assert.deepEqual(await store.workersById([]), []);
    },
  ],
  [
    'charts: buckets of ten minutes and days, for the pool, accounts and workers',
    async (_lab, store) => {
      await store.apply(
        batchOf(A, 1, [
          share('aa', 'a', 0, 100n),
          share('aa', 'a', TEN_MINUTES - 1, 10n),
          share('aa', 'a', TEN_MINUTES, 1n),
          share('aa', 'b', TEN_MINUTES, 1000n),
          share('bb', 'b', DAY - 1, 10_000n),
          share('aa', 'a', DAY, 100_000n),
        ]),
      );
      // The same buckets again, by another journal.
      await store.apply(batchOf(B, 1, [share('aa', 'a', 5, 2n ** 64n), share('cc', '', 5, 16n)]));
      const big = 2n ** 64n;
      assert.deepEqual(await store.series({ of: 'pool' }, TEN_MINUTES, 0, 2 * DAY), [
        { startMs: 0, shares: 4, work: big + 126n, workers: 2 },
        { startMs: TEN_MINUTES, shares: 2, work: 1001n, workers: 2 },
        { startMs: DAY - TEN_MINUTES, shares: 1, work: 10_000n, workers: 1 },
        { startMs: DAY, shares: 1, work: 100_000n, workers: 1 },
      ]);
      assert.deepEqual(await store.series({ of: 'pool' }, DAY, 0, 2 * DAY), [
        { startMs: 0, shares: 7, work: big + 11_127n, workers: 4 },
        { startMs: DAY, shares: 1, work: 100_000n, workers: 1 },
      ]);
      assert.deepEqual(await store.series({ of: 'account', account: 'aa' }, DAY, 0, 2 * DAY), [
        { startMs: 0, shares: 5, work: big + 1111n, workers: 2 },
        { startMs: DAY, shares: 1, work: 100_000n, workers: 1 },
      ]);
      const scope = { of: 'worker', identity: { account: 'aa', name: 'a' } } as const;
      assert.deepEqual(await store.series(scope, TEN_MINUTES, 0, 2 * DAY), [
        { startMs: 0, shares: 3, work: big + 110n, workers: 1 },
        { startMs: TEN_MINUTES, shares: 1, work: 1n, workers: 1 },
        { startMs: DAY, shares: 1, work: 100_000n, workers: 1 },
      ]);
      assert.deepEqual(await store.series(scope, DAY, 0, 2 * DAY), [
        { startMs: 0, shares: 4, work: big + 111n, workers: 1 },
        { startMs: DAY, shares: 1, work: 100_000n, workers: 1 },
      ]);
    },
  ],
  [
    'charts: those buckets that begin in the range; unknown ones are empty',
    async (_lab, store) => {
      await store.apply(
        batchOf(
          A,
          1,
          [0, 1, 2, 3].map((i) => share('aa', 'a', i * TEN_MINUTES + 7)),
        ),
      );
      const starts = async (from: number, to: number): Promise<number[]> =>
        (await store.series({ of: 'account', account: 'aa' }, TEN_MINUTES, from, to)).map(
          (p) => p.startMs / TEN_MINUTES,
        );
      assert.deepEqual(await starts(0, TEN_MINUTES), [0]);
      assert.deepEqual(await starts(1, TEN_MINUTES), []);
      assert.deepEqual(await starts(1, TEN_MINUTES + 1), [1]);
      assert.deepEqual(await starts(TEN_MINUTES, 3 * TEN_MINUTES), [1, 2]);
      assert.deepEqual(await starts(3 * TEN_MINUTES, 0), []);
      assert.deepEqual(await store.series({ of: 'account', account: 'zz' }, DAY, 0, DAY), []);
      const nobody = { of: 'worker', identity: { account: 'zz', name: '' } } as const;
      assert.deepEqual(await store.series(nobody, TEN_MINUTES, 0, DAY), []);
    },
  ],
  [
    'bans: added, replaced, removed, ended',
    async (lab, store) => {
      const now = await store.now();
      await store.addBan({ address: '192.0.2.1', untilMs: now + 60_000, reason: 'bad "frames"|x' });
      // Over soon, and not before a store that is slow for a moment has answered what follows.
      const soon = now + 3_000;
      await store.addBan({ address: '2001:db8::', untilMs: soon, reason: 'flood' });
      await store.addBan({ address: '192.0.2.2', untilMs: now + 30_000, reason: 'a' });
      await store.addBan({ address: '192.0.2.2', untilMs: now + 40_000, reason: 'b' });
      const byAddress = async (): Promise<unknown[]> =>
        (await store.bans()).toSorted((a, b) => (a.address < b.address ? -1 : 1));
      const first = { address: '192.0.2.1', untilMs: now + 60_000, reason: 'bad "frames"|x' };
      const second = { address: '192.0.2.2', untilMs: now + 40_000, reason: 'b' };
      assert.deepEqual(await byAddress(), [
        first,
        second,
        { address: '2001:db8::', untilMs: soon, reason: 'flood' },
      ]);
      await lab.pass(3_100);
      assert.deepEqual(await byAddress(), [first, second]);
      await store.removeBan('192.0.2.1');
      await store.removeBan('192.0.2.77');
      assert.deepEqual(await byAddress(), [second]);
    },
  ],
  [
    'times that are not whole: a ban ends no sooner than asked for, and can be listed and lifted',
    async (_lab, store) => {
      const untilMs = Math.floor(await store.now()) + 60_000.25;
      await store.addBan({ address: '192.0.2.1', untilMs, reason: 'garbage' });
      assert.deepEqual(await store.bans(), [
        { address: '192.0.2.1', untilMs: Math.ceil(untilMs), reason: 'garbage' },
      ]);
      await store.prune(untilMs - 0.5);
      assert.equal((await store.bans()).length, 1);
      await store.removeBan('192.0.2.1');
      assert.deepEqual(await store.bans(), []);
    },
  ],
  [
    'no ban is kept for more than 7 days, nor more bans than the limit',
    async (lab) => {
      const store = await lab.open({ maxBans: 3 });
      const now = await store.now();
      await store.addBan({ address: '192.0.2.1', untilMs: now + 400 * DAY, reason: '' });
      const [ban] = await store.bans();
      assert.ok(ban!.untilMs >= now + 7 * DAY && ban!.untilMs <= now + 7 * DAY + 60_000);
      for (const [i, minutes] of [30, 10, 20].entries())
        await store.addBan({ address: `192.0.2.${10 + i}`, untilMs: now + minutes * 60_000, reason: '' });
      assert.deepEqual((await store.bans()).map(({ address }) => address).toSorted(), [
        '192.0.2.1',
        '192.0.2.10',
        '192.0.2.12',
      ]);
    },
  ],
  [
    'events reach all who listen, on all front ends, until they end it',
    async (lab, store) => {
      const beside = await lab.openBeside(store);
      const heard: string[] = [];
      const listen = (name: string, client: typeof store): (() => void) =>
        client.subscribe((event: PoolEvent) => heard.push(`${name} ${JSON.stringify(event)}`));
      const ends = [listen('own', store), listen('other', beside)];
      const event: PoolEvent = {
        type: 'blockFound',
        hash: 'aa',
        chain: 3,
        parent: 'bb',
        height: 12,
      };
      await store.publish(event);
      await waitFor('both hear it', () => heard.length === 2);
      assert.deepEqual(heard.toSorted(), [`other ${JSON.stringify(event)}`, `own ${JSON.stringify(event)}`]);
      ends[0]!();
      ends[0]!();
      await beside.publish({ type: 'unban', address: '192.0.2.1' });
      await beside.publish({ type: 'ban', ban: { address: '192.0.2.1', untilMs: 5, reason: 'x' } });
      await waitFor('one hears both', () => heard.length === 4);
      assert.ok(heard.slice(2).every((line) => line.startsWith('other')));
      assert.ok(heard[2]!.includes('unban') && heard[3]!.includes('"ban"'), 'in order');
      ends[1]!();
    },
  ],
];
