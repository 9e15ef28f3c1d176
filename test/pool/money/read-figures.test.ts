import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '../../../ledger/ledger.js';
import { blockReward, settlementPart, unexplained } from '../../../ledger/movements.js';
import type { FromMoneyService } from '../../../pool/money/money-service-messages.js';
import { readMoneyFigures } from '../../../pool/money/read-figures.js';
import { startService } from '../../../pool/money/start-money-service.js';
import type { Store } from '../../../pool/ports/store.js';
import { ALPH } from '../../../protocol/emission.js';
import { coinKey } from '../../support/ledger-arbitraries.js';
import { createMemoryBooks } from '../../support/memory-books.js';
import { MINERS_FEE, moneyBooks } from '../../support/money-books.js';
import { SERVICE_HOST } from '../../support/service-host.js';
import { waitFor } from '../../support/wait.js';

const A = '00'.repeat(33);
const B = `00${'11'.repeat(32)}`;
const NOW = Date.UTC(2026, 2, 2);
const FENCE = { name: 'settlement', number: 1 } as const;

test('what is owed is what no other account has, while a settlement is posted, too', async () => {
  const books = createMemoryBooks(() => NOW);
  const write = moneyBooks(books);
  await write.credit(NOW, [
    { key: A, amount: 10n * ALPH },
    { key: B, amount: 5n * ALPH },
  ]);
  await write.pay(NOW + 1, { key: A, amount: ALPH }, 'a', 'paid');
  await write.pay(NOW + 2, { key: B, amount: 2n * ALPH }, 'b', 'sent');
  const ledger = new Ledger(books);
  const locked = { group: 2, key: coinKey(90), amount: 3n * ALPH, lockTimeMs: NOW + 1e9 } as const;
  await ledger.post({ fence: FENCE, transactions: [blockReward(coinKey(90), NOW, locked)] });
  const strange = { group: 3, key: coinKey(91), amount: 7n, lockTimeMs: 0 } as const;
  await ledger.post({ fence: FENCE, transactions: [unexplained(NOW, strange)] });
  const expected = {
    owed: 12n * ALPH,
    inFlight: 2n * ALPH,
    unsettled: 3n * ALPH + ALPH + MINERS_FEE,
    fee: (15n * ALPH) / 10n,
    remainder: 0n,
    operator: 0n,
    withdrawals: 0n,
    unexplained: 7n,
    loss: 0n,
    networkFees: 0n,
    inTransit: 0n,
    credited: 15n * ALPH,
    paid: ALPH - MINERS_FEE,
  };
  const figures = await readMoneyFigures(books, NOW + 5);
  assert.deepEqual(
    figures.sums,
    Object.fromEntries(Object.entries(expected).map(([name, amount]) => [name, `${amount}`])),
  );
  assert.deepEqual(figures.wallet[2], { immature: `${3n * ALPH}`, spendable: '0' });
  assert.equal(figures.lastPaymentMs, NOW + 2);
  assert.deepEqual([figures.payer, figures.isPaused], [undefined, false]);
  const part = settlementPart(2, 0, NOW, [{ key: A, amount: ALPH }]);
  await ledger.post({ fence: FENCE, transactions: [part], settlement: { number: 2, closes: false } });
  assert.deepEqual((await readMoneyFigures(books, NOW + 5)).sums, figures.sums);
});

test('the payer says where it stands in its notes', async () => {
  const books = createMemoryBooks(() => NOW);
  const write = moneyBooks(books);
  const lastCheck = { timeMs: NOW - 2, faults: 3 };
  const state = { atMs: NOW, lastRoundMs: NOW - 1, nextRoundMs: NOW + 1, lastCheck, inFlight: 4 };
  await write.put('note', 'payer/state', JSON.stringify(state));
  await write.put('note', 'payer/pause', 'damaged');
  const { payer, isPaused } = await readMoneyFigures(books, NOW);
  assert.deepEqual([payer?.atMs, payer?.lastRoundMs, payer?.lastCheck], [NOW, NOW - 1, lastCheck]);
  assert.equal(isPaused, true, 'whatever it says');
  await write.put('note', 'payer/state', '{"atMs":"x"}');
  assert.equal((await readMoneyFigures(books, NOW)).payer, undefined);
});

test('the service tells figures, and once what is wrong with the books; a store that is away is told by others', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const books = createMemoryBooks(() => NOW);
  const write = moneyBooks(books);
  const told: FromMoneyService[] = [];
  const store = { books, now: async () => NOW } as unknown as Store;
  await write.put('account', 'reward', 'nothing');
  const service = await startService(store, {}, (message) => told.push(message), SERVICE_HOST);
  const last = async (type: string, count: number): Promise<FromMoneyService> => {
    await waitFor(`${count} told`, () => told.length === count);
    assert.equal(told.at(-1)!.type, type);
    return told.at(-1)!;
  };
  const fault = await last('trouble', 1);
  assert.match(fault.type === 'trouble' ? fault.message : '', /^the books can't be read: /);
  const settled = async (): Promise<void> => {
    t.mock.timers.tick(30_000);
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  };
  await settled();
  assert.equal(told.length, 1, 'the same is not told again');
  await write.put('account', 'reward', undefined);
  t.mock.timers.tick(30_000);
  assert.deepEqual([(await last('trouble', 3)).type, told[1]!.type], ['trouble', 'figures']);
  books.away = true;
  await settled();
  assert.equal(told.length, 3);
  await service.close();
});
