/**
 * What every store of a fund must do. One suite; a file for each implementation runs it.
 * @module
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FundEntry } from '../../polw/fund/accounts.js';
import { Fund } from '../../polw/fund/fund.js';
import { type FundCommit, type FundStore, FundStoreError } from '../../polw/fund/fund-store.js';
import type { Reservation } from '../../polw/fund/snapshot.js';
import { ALPH, FundLab } from '../support/fund-lab.js';

/** One set of data, empty at first. */
export interface FundStoreLab {
  /** Opens the data; the one that was opened before is closed. */
  open(): Promise<FundStore>;
  close(): Promise<void>;
}

type Case = readonly [name: string, run: (lab: FundStoreLab, store: FundStore) => Promise<void>];

const RESERVATION: Reservation = { id: 'w-1', payer: 'earned', amount: 10n ** 30n, keys: ['ab', 'cd'] };
/** Of other coins. */
const otherReservation = (id: string): Reservation => ({ ...RESERVATION, id, keys: [`coin of ${id}`] });
const FIND = { hash: 'f'.repeat(64), chain: 3, height: 77 };

/** A fund that has seen a little of everything, and what it would commit. */
function settledFund(rounds = 1): { lab: FundLab; commits: FundCommit[] } {
  const lab = new FundLab(2);
  const commits: FundCommit[] = [];
  for (let i = 0; i < rounds; i++) {
    lab.mine(0, [
      lab.world.deposit([1], 100n * ALPH),
      lab.world.litter(1, 'small'),
      lab.world.litter(2, 'tokens'),
    ]);
    lab.mineAll(1);
    lab.burn(1);
    lab.world.timeMs += 70_000;
    lab.mineAll(6);
    const { entries, finds, reservations } = lab.fund.settle();
    const snapshot = lab.fund.snapshot();
    commits.push({ snapshot, entries, finds: finds.map(({ hash }) => hash), reservations });
  }
  return { lab, commits };
}

const keysOf = (entries: readonly FundEntry[]): string[] => entries.map(({ key }) => key);

const CASES: readonly Case[] = [
  [
    'a new store has nothing',
    async (_, store) => {
      assert.deepEqual(await store.load(), { snapshot: undefined, reservations: [], finds: [] });
      assert.deepEqual(await store.entries(0, 10), []);
    },
  ],
  [
    'what was committed is there after a restart, to the atto, and the fund goes on from it',
    async (lab, store) => {
      const { lab: chain, commits } = settledFund();
      assert.ok(commits[0]!.entries.length >= 3);
      await store.commit(commits[0]!);
      const again = await lab.open();
      const kept = await again.load();
      assert.deepEqual(kept.snapshot, commits[0]!.snapshot);
      assert.deepEqual(await again.entries(0, 1000), commits[0]!.entries);
      const fund = chain.makeFund(2, kept);
      for (const blocks of chain.world.chains) {
        const after = blocks.slice(kept.snapshot!.cursors[blocks[0]!.chain]!.height + 1);
        if (after.length > 0) fund.apply(after[0]!.chain, after[0]!.height, after);
      }
      assert.deepEqual(fund.accounts(), chain.fund.accounts());
      assert.deepEqual(fund.coins(), chain.fund.coins());
    },
  ],
  [
    'chains and addresses that are not there come back so',
    async (lab, store) => {
      const fund = new Fund({ addresses: new Array(16).fill(undefined), depth: 3, minDeposit: 1n });
      await store.commit({ snapshot: fund.snapshot(), entries: [], finds: [], reservations: [] });
      assert.deepEqual((await (await lab.open()).load()).snapshot, fund.snapshot());
    },
  ],
  [
    'entries come in the order of the commits, a page at a time, through restarts',
    async (lab, store) => {
      const { commits } = settledFund(4);
      await store.commit(commits[0]!);
      await store.commit(commits[1]!);
      const again = await lab.open();
      await again.commit(commits[2]!);
      await again.commit(commits[3]!);
      const all = keysOf(commits.flatMap(({ entries }) => entries));
      assert.ok(all.length >= 9);
      assert.deepEqual(keysOf(await again.entries(0, 1000)), all);
      assert.deepEqual(keysOf(await again.entries(5, 4)), all.slice(5, 9));
      assert.deepEqual(await again.entries(all.length, 10), []);
      assert.deepEqual((await again.load()).snapshot, commits[3]!.snapshot);
    },
  ],
  [
    'reservations and finds are there after a restart without a commit; what has ended is not',
    async (lab, store) => {
      await store.reserve(RESERVATION);
      await store.reserve(otherReservation('w-2'));
      await store.reserve(otherReservation('w-3'));
      await store.found(FIND);
      await store.found({ ...FIND, hash: 'e'.repeat(64) });
      await store.release('w-2');
      await store.release('w-2');
      let again = await lab.open();
      let kept = await again.load();
      assert.deepEqual(
        kept.reservations.map(({ id }) => id),
        ['w-1', 'w-3'],
      );
      assert.deepEqual(kept.reservations[0], RESERVATION);
      assert.equal(kept.finds.length, 2);
      const [commit] = settledFund().commits;
      await again.commit({ ...commit!, finds: ['e'.repeat(64)], reservations: ['w-3'] });
      again = await lab.open();
      kept = await again.load();
      assert.deepEqual(kept.reservations, [RESERVATION]);
      assert.deepEqual(kept.finds, [FIND]);
    },
  ],
  [
    'requests at once are carried out one after the other',
    async (lab, store) => {
      const { commits } = settledFund(3);
      const ids = Array.from({ length: 10 }, (_, i) => `w-${i}`);
      await Promise.all([
        ...commits.map((commit) => store.commit(commit)),
        ...ids.map((id) => store.reserve(otherReservation(id))),
      ]);
      const kept = await (await lab.open()).load();
      assert.deepEqual(
        kept.reservations.map(({ id }) => id),
        ids,
      );
      assert.deepEqual(kept.snapshot, commits[2]!.snapshot);
    },
  ],
  [
    'a closed store says so',
    async (_, store) => {
      await store.close();
      await store.close();
      const isClosed = (error: unknown): boolean =>
        error instanceof FundStoreError && error.fault === 'closed';
      await assert.rejects(store.load(), isClosed);
      await assert.rejects(store.found(FIND), isClosed);
    },
  ],
];

/** Registers all tests of a fund's store. */
export function fundStoreConformance(name: string, makeLab: () => Promise<FundStoreLab>): void {
  for (const [what, run] of CASES)
    test(`${name}: ${what}`, async () => {
      const lab = await makeLab();
      try {
        await run(lab, await lab.open());
      } finally {
        await lab.close();
      }
    });
}
