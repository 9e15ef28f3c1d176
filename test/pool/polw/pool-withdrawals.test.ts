import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Authorizations } from '../../../polw/authorizations/authorization.js';
import { NO_ACCOUNTS } from '../../../polw/fund/accounts.js';
import type { FundCoin } from '../../../polw/fund/fund-coins.js';
import { FundStoreError } from '../../../polw/fund/fund-store.js';
import type { Reservation } from '../../../polw/fund/snapshot.js';
import { authorize } from '../../../polw/keys/authorize.js';
import { parseWithdrawal } from '../../../polw/withdrawal/parse-withdrawal.js';
import { reservationIdOf } from '../../../polw/withdrawal/withdraw-from-fund.js';
import { PoolWithdrawals } from '../../../pool/polw/pool-withdrawals.js';
import { StoreUnavailableError } from '../../../pool/ports/store.js';
import { ADDRESS } from '../../support/test-pool.js';
import { ALPH, coinsOf, KEYS } from '../../support/withdrawal-lab.js';

const authorizations: Authorizations = { networkId: 4, chains: authorize(KEYS) };

/** A fund of 100 ALPH in one coin of chain 2, `earned` of it earned, and a store that may say no. */
function setUp(earned = 0n) {
  const [base] = coinsOf(2, [100n * ALPH]);
  const coin: FundCoin = {
    ...base!,
    owner: 2,
    chain: 5,
    height: 7,
    blockHash: '0a'.repeat(32),
    own: true,
    deposit: false,
    toEarned: undefined,
  };
  const here = new Map<string, Reservation>();
  const stored = new Map<string, Reservation>();
  const lab = { fault: undefined as Error | undefined, caughtUp: true, here, stored, told: 0 };
  const withdrawals = new PoolWithdrawals({
    authorizations,
    fund: {
      coins: () => [coin],
      reservations: () => [...here.values()],
      deepHeight: () => 7,
      reserve: (reservation) => {
        here.set(reservation.id, reservation);
        return 'reserved';
      },
      release: (id) => void here.delete(id),
      accounts: () => ({ ...NO_ACCOUNTS, fund: 100n * ALPH - earned, earned }),
    },
    store: {
      reserve: async (reservation) => {
        if (lab.fault !== undefined) throw lab.fault;
        stored.set(reservation.id, reservation);
      },
      release: async (id) => {
        if (lab.fault !== undefined) throw lab.fault;
        stored.delete(id);
      },
    },
    caughtUp: () => lab.caughtUp,
    onReserved: () => {
      assert.deepEqual([...here.values()], [...stored.values()]);
      lab.told++;
    },
    clock: () => 1_800_000_000_000,
  });
  return { lab, withdrawals };
}

const order = (amount: bigint, more: object = {}) => ({
  to: ADDRESS,
  amount: `${amount}`,
  keep: '0',
  fromFund: false,
  ...more,
});

test('coins are set aside here and in the store, and what comes is to be signed; cancelled, they are given back', async () => {
  const { lab, withdrawals } = setUp(50n * ALPH);
  const outcome = await withdrawals.withdraw(order(40n * ALPH));
  assert.ok(outcome.type === 'planned');
  const withdrawal = parseWithdrawal(outcome.file);
  assert.equal(withdrawal.amount, 40n * ALPH);
  assert.equal(withdrawal.to.text, ADDRESS);
  assert.equal(reservationIdOf(withdrawal), outcome.id);
  assert.deepEqual([...lab.here.values()], [...lab.stored.values()]);
  assert.equal(lab.here.get(outcome.id)?.payer, 'earned');
  assert.equal(lab.told, 1);
  assert.equal(await withdrawals.cancel('another'), false);
  assert.equal(await withdrawals.cancel(outcome.id), true);
  assert.equal(lab.here.size + lab.stored.size, 0);
});

test('what was not earned must be asked for', async () => {
  const { lab, withdrawals } = setUp();
  const refused = await withdrawals.withdraw(order(40n * ALPH));
  assert.ok(refused.type === 'refused');
  assert.match(refused.why, /what was earned and is unlocked/);
  const outcome = await withdrawals.withdraw(order(40n * ALPH, { fromFund: true }));
  assert.ok(outcome.type === 'planned');
  assert.equal(lab.here.get(outcome.id)?.payer, 'fund');
});

test('no address, an amount that is none or too much, a history that is not read: refused', async () => {
  const { lab, withdrawals } = setUp(100n * ALPH);
  for (const [bad, why] of [
    [order(ALPH, { to: 'nobody' }), /expected an Alephium address/],
    [order(ALPH, { amount: '1.5' }), /attoALPH/],
    [order(ALPH, { amount: '-1' }), /attoALPH/],
    [order(ALPH, { keep: '' }), /attoALPH/],
    [order(1n), /amount/],
    [order(101n * ALPH), /expected at most/],
    [order(60n * ALPH, { keep: `${50n * ALPH}` }), /keep counted/],
  ] as const) {
    const outcome = await withdrawals.withdraw(bad);
    assert.ok(outcome.type === 'refused');
    assert.match(outcome.why, why);
  }
  lab.caughtUp = false;
  assert.equal((await withdrawals.withdraw(order(ALPH))).type, 'refused');
  assert.equal(lab.here.size, 0);
});

test('coins that another front end has are refused; a store that is away is said, and nothing stays set aside', async () => {
  const { lab, withdrawals } = setUp(100n * ALPH);
  lab.fault = new FundStoreError('taken', 'a coin is reserved for another withdrawal');
  const outcome = await withdrawals.withdraw(order(ALPH));
  assert.ok(outcome.type === 'refused');
  lab.fault = new FundStoreError('io', 'away');
  await assert.rejects(withdrawals.withdraw(order(ALPH)), StoreUnavailableError);
  assert.equal(lab.here.size, 0);
  lab.fault = undefined;
  const planned = await withdrawals.withdraw(order(ALPH));
  assert.ok(planned.type === 'planned');
  lab.fault = new FundStoreError('io', 'away');
  await assert.rejects(withdrawals.cancel(planned.id), StoreUnavailableError);
  assert.equal(lab.here.size, 1);
});
