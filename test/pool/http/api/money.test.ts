import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { API_ROUTES } from '../../../../pool/http/api/api-routes.js';
import type { PayoutsTerms } from '../../../../pool/money/payouts-terms.js';
import { ALPH } from '../../../../protocol/emission.js';
import { ACCOUNT, type ApiLab, apiLab, POOL } from '../../../support/api-lab.js';
import { filledApiLab, jsonOf } from '../../../support/filled-api-lab.js';
import { MINERS_FEE, moneyBooks } from '../../../support/money-books.js';
import { ADDRESS, OTHER_ADDRESS } from '../../../support/test-pool.js';

let lab: ApiLab;
afterEach(() => lab.close());

const TERMS: PayoutsTerms = {
  scheme: 'pplns',
  feeMillionths: 12_500,
  minimum: ALPH / 10n,
  pays: true,
  feeBearer: 'miners',
  confirmations: 20,
  rounds: { everyMs: 3_600_000 },
};

const json = (path: string, status?: number) => jsonOf(lab, path, status);
const miner = (path = '') => json(`/api/pools/test/miners/${ADDRESS}${path}`);

/** A pool that owes, has sent and has paid. @returns ids of the payments, and the day */
async function paying(terms: PayoutsTerms = TERMS) {
  lab = await filledApiLab({ pool: { ...POOL, payouts: terms } });
  lab.tell({ networkId: 0 });
  const write = moneyBooks(lab.store.books);
  const nowMs = await lab.now();
  const dayMs = nowMs - (nowMs % 86_400_000);
  await write.credit(dayMs - 86_400_000, [{ key: ACCOUNT, amount: 10n * ALPH }]);
  await write.credit(dayMs, [{ key: ACCOUNT, amount: 1n }]);
  const paid = await write.pay(dayMs + 1, { key: ACCOUNT, amount: 2n * ALPH }, ADDRESS, 'paid');
  const sent = await write.pay(dayMs + 2, { key: ACCOUNT, amount: 3n * ALPH }, ADDRESS, 'sent');
  return { write, paid, sent, dayMs };
}

const exactly = (amount: bigint) => Number(amount) / 1e18;

test('a miner sees what is owed, on its way and paid', async () => {
  const { paid, dayMs } = await paying();
  const answer = await miner();
  const arrived = 2n * ALPH - MINERS_FEE;
  const expected = {
    pendingShares: 0,
    pendingBalance: exactly(5n * ALPH + 1n),
    pendingBalanceAtto: `${5n * ALPH + 1n}`,
    immatureBalance: 0,
    immatureBalanceAtto: '0',
    sentBalance: 3,
    sentBalanceAtto: `${3n * ALPH}`,
    totalPaid: exactly(arrived),
    totalPaidAtto: `${arrived}`,
    todayPaid: exactly(arrived),
    todayPaidAtto: `${arrived}`,
    lastPayment: new Date(dayMs + 1).toISOString(),
    lastPaymentLink: `https://explorer.alephium.org/transactions/${paid}`,
  };
  assert.deepEqual({ ...answer, ...expected }, answer);
  assert.deepEqual(await miner('/settings'), {
    paymentThreshold: 0.1,
    paymentThresholdAtto: `${ALPH / 10n}`,
  });
});

test('payments, earnings and changes are lists, the newest first', async () => {
  const { paid, sent, dayMs } = await paying();
  const [first, second, ...more] = await miner('/payments');
  assert.deepEqual(more, []);
  assert.deepEqual(first, {
    coin: 'ALPH',
    address: ADDRESS,
    addressInfoLink: `https://explorer.alephium.org/addresses/${ADDRESS}`,
    amount: exactly(3n * ALPH - MINERS_FEE),
    amountAtto: `${3n * ALPH - MINERS_FEE}`,
    feeAtto: `${MINERS_FEE}`,
    state: 'sent',
    transactionConfirmationData: sent,
    transactionInfoLink: `https://explorer.alephium.org/transactions/${sent}`,
    created: new Date(dayMs + 2).toISOString(),
  });
  assert.deepEqual([second.state, second.transactionConfirmationData], ['paid', paid]);
  assert.deepEqual(await miner('/payments?page=1&pageSize=1'), [second]);
  assert.deepEqual(await miner('/earnings/daily'), [
    { amount: 1e-18, amountAtto: '1', date: new Date(dayMs).toISOString() },
    { amount: 10, amountAtto: `${10n * ALPH}`, date: new Date(dayMs - 86_400_000).toISOString() },
  ]);
  const changes = await miner('/balancechanges');
  assert.deepEqual(
    changes.map(({ amountAtto }: { amountAtto: string }) => amountAtto),
    [`${-3n * ALPH}`, `${-2n * ALPH}`, '1', `${10n * ALPH}`],
  );
  assert.equal(changes[0].usage, `Payment ${sent}`);
  const all = await json('/api/pools/test/payments');
  assert.deepEqual(
    all.map(({ address, recipients, state }: { address: string; recipients: number; state: string }) => [
      address,
      recipients,
      state,
    ]),
    [
      ['', 1, 'sent'],
      ['', 1, 'paid'],
    ],
  );
  const pages = async (path: string) => (await json(`/api/v2/pools/test/${path}?pageSize=1`)).pageCount;
  assert.equal(await pages('payments'), 2);
  assert.equal(await pages(`miners/${ADDRESS}/payments`), 2);
  assert.equal(await pages(`miners/${ADDRESS}/earnings/daily`), 2);
  assert.equal(await pages(`miners/${ADDRESS}/balancechanges`), 4);
});

test('every answer of a pool that pays is what its schema says', async () => {
  await paying();
  for (const { path, answer } of API_ROUTES)
    answer.parse(await json(path.replace(':poolId', 'test').replace(':address', ADDRESS)));
});

test('one miner sees nothing of another; who only has money here is known', async () => {
  const { write } = await paying();
  const other = await json(`/api/pools/test/miners/${OTHER_ADDRESS}`);
  assert.deepEqual([other.pendingBalanceAtto, other.totalPaidAtto, other.lastPayment], ['0', '0', undefined]);
  assert.deepEqual(await json(`/api/pools/test/miners/${OTHER_ADDRESS}/payments`), []);
  const third = '1DrDyTr9RpRsQnDnXo2YRiPzPW4ooHX5LLoqXrqfMrpQH';
  assert.equal((await json(`/api/pools/test/miners/${third}`, 404)).code, 'unknownMiner');
  lab.age(60_000);
  const { parseAccount } = await import('../../../../pool/domain/account.js');
  await write.credit(await lab.now(), [{ key: parseAccount(third)!.key, amount: ALPH }]);
  assert.equal((await json(`/api/pools/test/miners/${third}`)).pendingBalance, 1);
});

test('the terms are told, and whether they are kept just now', async () => {
  const { write, sent, dayMs } = await paying();
  assert.match(sent, /^[0-9a-f]{64}$/);
  const pool = async () => {
    lab.age(60_000);
    const { poolFeePercent, totalPaidAtto, paymentProcessing } = (await json('/api/pools/test')).pool;
    return { poolFeePercent, totalPaidAtto, paymentProcessing };
  };
  const credited = {
    enabled: false,
    minimumPayment: 0.1,
    payoutScheme: 'PPLNS',
    payoutSchemeConfig: { factor: 2 },
    lastPayment: new Date(dayMs + 2).toISOString(),
  };
  const money = { poolFeePercent: 1.25, totalPaidAtto: `${2n * ALPH - MINERS_FEE}` };
  assert.deepEqual(await pool(), { ...money, paymentProcessing: credited });
  await write.put('note', 'payer/state', JSON.stringify({ atMs: dayMs }));
  const terms = {
    ...credited,
    enabled: true,
    feeBearer: 'miners',
    confirmations: 20,
    everySeconds: 3600,
    paused: false,
  };
  assert.deepEqual(await pool(), { ...money, paymentProcessing: terms });
  const next = dayMs + 9_000_000;
  await write.put('note', 'payer/state', JSON.stringify({ atMs: dayMs, nextRoundMs: next }));
  await write.put('note', 'payer/pause', JSON.stringify({ reason: 'why', sinceMs: dayMs, by: 'payer' }));
  const paused = { ...terms, paused: true, nextPayment: new Date(next).toISOString() };
  assert.deepEqual(await pool(), { ...money, paymentProcessing: paused });
});

test('a pool that credits and has no payer says so; one that credits nobody has empty lists', async () => {
  const { write } = await paying({ ...TERMS, scheme: 'prop', rounds: { atMinutes: 365 } });
  const terms = async () => (await json('/api/pools/test')).pool.paymentProcessing;
  const { enabled, payoutScheme, at } = await terms();
  assert.deepEqual([enabled, payoutScheme, at], [false, 'PROP', undefined]);
  await write.put('note', 'payer/state', JSON.stringify({ atMs: 0 }));
  lab.age(60_000);
  assert.equal((await terms()).at, '06:05');
  await lab.close();
  lab = await apiLab();
  await lab.settle();
  await moneyBooks(lab.store.books).credit(await lab.now(), [{ key: ACCOUNT, amount: ALPH }]);
  assert.deepEqual(await miner('/earnings/daily'), []);
  assert.deepEqual(await miner('/settings'), { paymentThreshold: 0 });
});

test('a record that is none costs an answer, not the API', async () => {
  const { write } = await paying();
  await write.put('payment', `${ACCOUNT}/0/0`, 'none');
  assert.equal((await json(`/api/pools/test/miners/${ADDRESS}/payments`, 500)).code, 'internal');
  await json('/api/pools/test');
  assert.equal((await json('/api/pools/test/miners/nobody/payments', 400)).code, 'invalidAddress');
  assert.equal((await json(`/api/pools/test/miners/${ADDRESS}/payments?page=-1`, 400)).code, 'invalidQuery');
});
