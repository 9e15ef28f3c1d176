import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Find } from '../../../polw/fund/finds.js';
import type { Reservation } from '../../../polw/fund/snapshot.js';
import { SharedNotes } from '../../../pool/polw/shared-notes.js';
import { ALPH, FundLab } from '../../support/fund-lab.js';

/** A fund with coins, and a store's notes. */
function setUp() {
  const chain = new FundLab(2);
  chain.mine(0, [chain.world.deposit([1], 100n * ALPH)]);
  chain.mineAll(6);
  const { fund } = chain;
  const stored: { reservations: Reservation[]; finds: Find[]; away: boolean; reads: number } = {
    reservations: [],
    finds: [],
    away: false,
    reads: 0,
  };
  const store = {
    notes: async () => {
      stored.reads++;
      if (stored.away) throw new Error('away');
      return { ...stored };
    },
    reserve: async (again: Reservation) => {
      stored.reservations = [...stored.reservations, again];
    },
  };
  /** Reservations of the fund, each time that somebody is told of new ones. */
  const told: number[] = [];
  const [coin] = fund.coins();
  const reservation: Reservation = { id: 'w-1', payer: 'fund', amount: ALPH, keys: [coin!.key] };
  return {
    fund,
    stored,
    reservation,
    told,
    makeNotes: () =>
      new SharedNotes({ fund, store, onReserved: () => told.push(fund.reservations().length) }),
  };
}

test('coins that another front end has set aside are left alone here, until it says that it gives them back', async () => {
  const { fund, stored, reservation, told, makeNotes } = setUp();
  const notes = makeNotes();
  await notes.read();
  assert.deepEqual(fund.reservations(), []);
  stored.reservations = [reservation];
  await notes.read();
  await notes.read();
  assert.deepEqual(fund.reservations(), [reservation]);
  assert.deepEqual(told, [1]);
  assert.ok(fund.accounts().reserved > 0n);
  stored.reservations = [];
  notes.released('w-1');
  assert.deepEqual(fund.reservations(), []);
  await notes.read();
  await notes.read();
  assert.deepEqual(stored.reservations, []);
});

test('a store that has forgotten what was set aside is told of it again; nothing is given back', async () => {
  const { fund, stored, reservation, makeNotes } = setUp();
  stored.reservations = [reservation];
  const notes = makeNotes();
  await notes.read();
  stored.away = true;
  stored.reservations = [];
  await notes.read();
  stored.away = false;
  await notes.read();
  assert.deepEqual(stored.reservations, [], 'it may just have been given back');
  await notes.read();
  assert.deepEqual(stored.reservations, [reservation]);
  assert.deepEqual(fund.reservations(), [reservation]);
});

test('one that is made here is not given up because the store does not have it yet', async () => {
  const { fund, reservation, makeNotes } = setUp();
  const notes = makeNotes();
  assert.equal(fund.reserve(reservation), 'reserved');
  await notes.read();
  assert.deepEqual(fund.reservations(), [reservation]);
});

test('finds of others are known; it reads every 5 s', async () => {
  const { fund, stored, makeNotes } = setUp();
  const notes = makeNotes();
  stored.finds = [{ hash: 'f'.repeat(64), chain: 3, height: 100 }];
  notes.tick(0);
  notes.tick(4_999);
  await new Promise(setImmediate);
  assert.equal(stored.reads, 1);
  assert.deepEqual(fund.finds(), stored.finds);
  notes.tick(5_000);
  assert.equal(stored.reads, 2);
});
