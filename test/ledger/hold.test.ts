import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLedger } from '../../ledger/check.js';
import type { HoldOutcome } from '../../ledger/ledger.js';
import { deposit, fellBack, moveIn, moveOut, ownTransaction, withdrawal } from '../../ledger/movements.js';
import type { LedgerHold } from '../../ledger/post-write.js';
import { coinKey } from '../support/ledger-arbitraries.js';
import { LAB_TIME_MS, type LedgerLab, labCoin, ledgerLab } from '../support/ledger-lab.js';

const ALPH = 10n ** 18n;
const FEE = 10n ** 16n;
const COIN = labCoin(1, 5n * ALPH);
const OTHER = labCoin(2, 3n * ALPH);

async function labWithCoins(): Promise<LedgerLab> {
  const lab = ledgerLab();
  for (const coin of [COIN, OTHER]) assert.equal(await lab.post(deposit(LAB_TIME_MS, coin)), 'done');
  return lab;
}

function hold({ ledger }: LedgerLab, more: Partial<LedgerHold>): Promise<HoldOutcome> {
  return ledger.hold({ fence: { name: 'payer', number: 7 }, intent: 'a', ...more });
}

async function holders({ ledger }: LedgerLab): Promise<string[]> {
  const coins = await ledger.coins(0, undefined, 10);
  return [COIN, OTHER].map(({ key }) => coins.find((coin) => coin.key === key)!.intent);
}

test('outputs are set aside without a posting, all or none, with records of the same commit', async () => {
  const lab = await labWithCoins();
  const end = await lab.books.logEnd();
  const record = { table: 'intent', key: 'x', version: 0, text: 'one' } as const;
  assert.equal(await hold(lab, { reserve: [COIN, OTHER], records: [record] }), 'done');
  assert.deepEqual(await holders(lab), ['a', 'a']);
  assert.equal((await lab.books.get('intent', ['x']))[0]!.text, 'one');
  assert.equal(await lab.books.logEnd(), end);

  assert.equal(await hold(lab, { intent: 'b', reserve: [COIN] }), 'coins', 'not free');
  assert.equal(await hold(lab, { intent: 'b', release: [COIN] }), 'coins', "another one's");
  assert.equal(await hold(lab, { release: [COIN], records: [record] }), 'changed', 'its record is there');
  assert.deepEqual(await holders(lab), ['a', 'a']);
  assert.equal(await hold(lab, { release: [COIN] }), 'done');
  assert.deepEqual(await holders(lab), ['', 'a']);
  assert.equal(await hold(lab, { reserve: [COIN, labCoin(9, 1n)] }), 'coins', 'one is not there');
  assert.deepEqual(await holders(lab), ['', 'a']);
  const { faults } = await checkLedger({ books: lab.books, timeMs: LAB_TIME_MS });
  assert.deepEqual(faults, []);
});

test('an output of another amount than was meant is not set aside', async () => {
  const lab = await labWithCoins();
  const wrong = { ...COIN, amount: COIN.amount + 1n };
  assert.equal(await hold(lab, { reserve: [wrong] }), 'coins');
  assert.equal(await hold(lab, { reserve: [COIN] }), 'done');
});

test('who has been replaced sets nothing aside, and who writes at the same time is not run over', async () => {
  const lab = await labWithCoins();
  await lab.books.commit({ fence: { name: 'payer', number: 8 }, append: [], records: [] });
  assert.equal(await hold(lab, { reserve: [COIN] }), 'fenced');
  const fence = { name: 'payer', number: 8 } as const;
  lab.books.beforeCommit = async () => {
    lab.books.beforeCommit = undefined;
    assert.equal(await hold(lab, { fence, intent: 'b', reserve: [COIN] }), 'done');
  };
  assert.equal(await hold(lab, { fence, reserve: [COIN] }), 'coins');
  assert.deepEqual(await holders(lab), ['b', '']);
});

test('what a reorganisation takes back is turned round, and booked again', async () => {
  const lab = await labWithCoins();
  const change = labCoin(3, COIN.amount - ALPH - FEE);
  const move = { txId: coinKey(91), group: 0 as const, spent: [COIN], made: [change], fee: FEE };
  const come = labCoin(4, ALPH, 1);
  const merged = labCoin(5, OTHER.amount - FEE);
  const join = { txId: coinKey(92), group: 0 as const, spent: [OTHER], made: [merged], fee: FEE };
  const take = { txId: coinKey(93), group: 1 as const, spent: [come], made: [], fee: FEE };
  for (let attempt = 1; attempt <= 3; attempt++) {
    const entries = [
      moveOut(LAB_TIME_MS, move, ALPH, attempt),
      moveIn(move.txId, LAB_TIME_MS, come, attempt),
      ownTransaction(LAB_TIME_MS, join, 'joined', attempt),
      withdrawal(LAB_TIME_MS, take, ALPH - FEE, attempt),
    ];
    for (const entry of entries) assert.equal(await lab.post(entry), 'done', entry.key);
    assert.equal(await lab.balance('fees'), 3n * FEE);
    assert.equal(await lab.balance('withdrawals'), ALPH - FEE);
    for (const entry of entries.toReversed())
      assert.equal(await lab.post(fellBack(entry, LAB_TIME_MS, attempt)), 'done', entry.key);
    assert.equal(await lab.balance('fees'), 0n);
    assert.equal(await lab.balance('withdrawals'), 0n);
    assert.equal(await lab.balance('in-transit'), 0n);
    assert.deepEqual(await holders(lab), ['', ''], 'the very outputs are there again');
  }
  const { faults, coins } = await checkLedger({ books: lab.books, timeMs: LAB_TIME_MS });
  assert.deepEqual([faults, coins], [[], 2]);
  const keys = await lab.books.log(0, 100);
  assert.ok(keys.some(({ key }) => key === `move/${move.txId}/in/again/3`));
  assert.ok(keys.some(({ key }) => key === `move/${move.txId}/in/back/3`));
});
