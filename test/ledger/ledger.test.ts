import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minerAccount } from '../../ledger/accounts.js';
import { Ledger, MAX_POST_TRIES } from '../../ledger/ledger.js';
import {
  deposit,
  moveIn,
  moveOut,
  ownTransaction,
  payout,
  payoutPaid,
  payoutReturned,
  settlementClose,
  settlementPart,
  unexplained,
  withdrawal,
} from '../../ledger/movements.js';
import { coinNameText, transactionOf } from '../../ledger/transaction.js';
import type { Books } from '../../pool/ports/books.js';
import { coinKey, minerKey } from '../support/ledger-arbitraries.js';
import {
  LAB_TIME_MS,
  type LedgerLab,
  labBlock,
  labCoin,
  labMiners,
  ledgerLab,
} from '../support/ledger-lab.js';

const MINER = minerAccount(minerKey(0));
const OTHER = minerAccount(minerKey(1));
const ALPH = 10n ** 18n;
const TXID = coinKey(0xabc);

/** Posts a settlement whole. */
async function settle(lab: LedgerLab, number: number, ...credits: bigint[]): Promise<void> {
  const part = settlementPart(number, 0, LAB_TIME_MS, labMiners(...credits));
  assert.equal(await lab.post(part, { settlement: { number, closes: false } }), 'done');
  const sum = credits.reduce((a, b) => a + b, 0n);
  const close = settlementClose(number, LAB_TIME_MS, { credits: sum, fee: 0n, remainder: 0n });
  assert.equal(await lab.post(close, { settlement: { number, closes: true } }), 'done');
}

/** One miner with a balance of 5 ALPH, from a coin of 5 ALPH. */
async function fundedLab(): Promise<LedgerLab> {
  const lab = ledgerLab();
  await lab.post(labBlock(1, 5n * ALPH));
  await settle(lab, 1, 5n * ALPH);
  return lab;
}

test('the books of the pool are books for the ledger', () => {
  const asked = (books: Books): Ledger => new Ledger(books);
  assert.ok(asked(ledgerLab().books));
});

test('the way of a reward: block, settlement, payout, paid', async () => {
  const lab = ledgerLab();
  assert.equal(await lab.post(labBlock(1, 5n * ALPH)), 'done');
  assert.equal(await lab.balance('wallet/0/spendable'), 5n * ALPH);
  assert.equal(await lab.balance('reward'), -5n * ALPH);
  const settlement = { number: 1, closes: false };
  await lab.post(settlementPart(1, 0, LAB_TIME_MS, labMiners(3n * ALPH, ALPH)), { settlement });
  assert.equal(await lab.balance(MINER), 0n, 'nothing shows before the settlement is complete');
  assert.equal(await lab.balance('settling'), 4n * ALPH);
  const sums = { credits: 4n * ALPH, fee: ALPH - 1n, remainder: 1n };
  await lab.post(settlementClose(1, LAB_TIME_MS, sums), { settlement: { ...settlement, closes: true } });
  assert.equal(await lab.balance(MINER), -3n * ALPH);
  assert.equal(await lab.balance(OTHER), -ALPH);
  assert.equal(await lab.balance('reward'), 0n);
  assert.equal(await lab.balance('settling'), 0n);
  assert.equal(await lab.balance('pool-fee'), 1n - ALPH);
  assert.equal(await lab.balance('remainder'), -1n);

  const coin = labCoin(1, 5n * ALPH);
  const paid = labMiners(3n * ALPH);
  assert.equal(
    await lab.post(payout('p1', LAB_TIME_MS, paid, TXID), { intent: 'p1', reserve: [coin] }),
    'done',
  );
  assert.equal(await lab.balance(MINER), 0n);
  assert.equal(await lab.balance('payout-in-flight'), -3n * ALPH);
  assert.equal((await lab.ledger.coins(0, undefined, 10))[0]!.intent, 'p1');
  const fee = 2n * 10n ** 15n;
  const change = labCoin(2, 2n * ALPH - fee);
  const transaction = { txId: TXID, group: 0 as const, spent: [coin], made: [change], fee };
  const entry = payoutPaid('p1', LAB_TIME_MS, 3n * ALPH, transaction);
  assert.equal(await lab.post(entry), 'coins', 'set aside for another intent');
  assert.equal(await lab.post(entry, { intent: 'p1' }), 'done');
  assert.equal(await lab.balance('payout-in-flight'), 0n);
  assert.equal(await lab.balance('fees'), fee);
  assert.equal(await lab.balance('wallet/0/spendable'), 2n * ALPH - fee);
  assert.deepEqual((await lab.ledger.coins(0, undefined, 10)).map(coinNameText), [coinNameText(change)]);
});

test('a payout that is given up is back in balances', async () => {
  const lab = await fundedLab();
  const coin = labCoin(1, 5n * ALPH);
  await lab.post(payout('p1', LAB_TIME_MS, labMiners(2n * ALPH), TXID), { intent: 'p1', reserve: [coin] });
  const back = payoutReturned('p1', LAB_TIME_MS, labMiners(2n * ALPH));
  assert.equal(await lab.post(back, { intent: 'p1', release: [coin] }), 'done');
  assert.equal(await lab.balance(MINER), -5n * ALPH);
  assert.equal((await lab.ledger.coins(0, undefined, 10))[0]!.intent, '');
  assert.equal(await lab.post(back, { intent: 'p1', release: [coin] }), 'already');
});

test('coins that are joined, go to another group, are paid in and taken out', async () => {
  const lab = ledgerLab();
  const fee = 10n ** 16n;
  const coins = [labCoin(1, ALPH), labCoin(2, 2n * ALPH)];
  for (const coin of coins) assert.equal(await lab.post(deposit(LAB_TIME_MS, coin)), 'done');
  const joined = labCoin(3, 3n * ALPH - fee);
  const join = { txId: coinKey(90), group: 0 as const, spent: coins, made: [joined], fee };
  assert.equal(await lab.post(ownTransaction(LAB_TIME_MS, join)), 'done');
  const left = labCoin(4, ALPH - 2n * fee);
  const move = { txId: coinKey(91), group: 0 as const, spent: [joined], made: [left], fee };
  assert.equal(await lab.post(moveOut(LAB_TIME_MS, move, 2n * ALPH)), 'done');
  assert.equal(await lab.balance('in-transit'), 2n * ALPH);
  const come = labCoin(5, 2n * ALPH, 1);
  assert.equal(await lab.post(moveIn(coinKey(91), LAB_TIME_MS, come)), 'done');
  const take = { txId: coinKey(92), group: 1 as const, spent: [come], made: [], fee };
  assert.equal(await lab.post(withdrawal(LAB_TIME_MS, take, 2n * ALPH - fee)), 'done');
  assert.equal(await lab.post(unexplained(LAB_TIME_MS, labCoin(6, 7n, 3))), 'done');
  for (const [account, amount] of [
    ['wallet/0/spendable', left.amount],
    ['wallet/1/spendable', 0n],
    ['wallet/3/spendable', 7n],
    ['in-transit', 0n],
    ['fees', 3n * fee],
    ['operator', -3n * ALPH],
    ['withdrawals', 2n * ALPH - fee],
    ['unexplained', -7n],
  ] as const)
    assert.equal(await lab.balance(account), amount, account);
});

test('a transaction of the wallet that gives less or more than it says is none', () => {
  const spent = [labCoin(1, 100n)];
  const paid = (made: bigint): unknown =>
    payoutPaid('p', LAB_TIME_MS, 60n, { txId: TXID, group: 0, spent, made: [labCoin(2, made)], fee: 10n });
  for (const made of [30n, 35n, 40n]) assert.ok(paid(made));
  for (const made of [29n, 41n]) assert.throws(() => paid(made), RangeError);
});

test('a key is posted once, whatever was meant to become of it', async () => {
  const lab = ledgerLab();
  const entry = labBlock(1, ALPH);
  assert.equal(await lab.post(entry), 'done');
  assert.equal(await lab.post(entry), 'already');
  assert.equal(await lab.post({ ...entry, timeMs: 1, memo: 'again' }), 'already');
  assert.equal(await lab.books.logEnd(), 1);
  await assert.rejects(lab.post(labBlock(1, 2n * ALPH)), { code: 'ERR_LEDGER', fault: 'differs' });
  const both = { fence: { name: 'settlement', number: 1 }, transactions: [entry, labBlock(2, 1n)] } as const;
  await assert.rejects(lab.ledger.post(both), { code: 'ERR_LEDGER', fault: 'torn' });
  assert.equal(await lab.balance('wallet/0/spendable'), ALPH);
});

test('an answer that is lost: posted once, and known to be', async () => {
  const lab = ledgerLab();
  lab.books.loseAnswers = 1;
  await assert.rejects(lab.post(labBlock(1, ALPH)), { name: 'StoreUnavailableError' });
  assert.equal(await lab.post(labBlock(1, ALPH)), 'already');
  assert.equal(await lab.balance('reward'), -ALPH);
});

test('somebody else writes between: added to what is there then', async () => {
  const lab = ledgerLab();
  let others = 3;
  lab.books.beforeCommit = async () => {
    if (others === 0) return;
    const number = 100 + others--;
    const { beforeCommit } = lab.books;
    lab.books.beforeCommit = undefined;
    await lab.post(labBlock(number, 10n));
    lab.books.beforeCommit = beforeCommit;
  };
  assert.equal(await lab.post(labBlock(1, 7n)), 'done');
  assert.equal(await lab.balance('wallet/0/spendable'), 37n);
  assert.equal(await lab.books.logEnd(), 4);
});

test('the same is posted by somebody else between: already', async () => {
  const lab = ledgerLab();
  lab.books.beforeCommit = async () => {
    lab.books.beforeCommit = undefined;
    await lab.post(labBlock(1, 7n));
  };
  assert.equal(await lab.post(labBlock(1, 7n)), 'already');
});

test('others write each time: it ends', async () => {
  const lab = ledgerLab();
  let number = 100;
  const write = async (): Promise<void> => {
    lab.books.beforeCommit = undefined;
    await lab.post(labBlock(number++, 10n));
    lab.books.beforeCommit = write;
  };
  lab.books.beforeCommit = write;
  await assert.rejects(lab.post(labBlock(1, 7n)), { code: 'ERR_LEDGER', fault: 'busy' });
  assert.equal(number - 100, MAX_POST_TRIES);
});

test("a record of the caller's that has changed is the caller's to read again; one that fits is written", async () => {
  const lab = ledgerLab();
  const records = (version: number) => [{ table: 'intent', key: 'p1', version, text: 'in flight' }] as const;
  assert.equal(await lab.post(labBlock(1, 7n), { records: records(4) }), 'changed');
  assert.equal(await lab.books.logEnd(), 0);
  assert.equal(await lab.post(labBlock(1, 7n), { records: records(0), durable: true }), 'done');
  assert.equal((await lab.books.get('intent', ['p1']))[0]!.text, 'in flight');
  assert.equal(lab.books.done.at(-1)!.durable, true);
});

test('who has lost the lease posts nothing', async () => {
  const lab = ledgerLab();
  await lab.post(labBlock(1, 7n), { fence: { name: 'payer', number: 5 } });
  assert.equal(await lab.post(labBlock(2, 7n), { fence: { name: 'payer', number: 4 } }), 'fenced');
  assert.equal(await lab.balance('wallet/0/spendable'), 7n);
});

test('nobody is owed less than nothing, and no group of the wallet holds less', async () => {
  const lab = await fundedLab();
  const over = labMiners(5n * ALPH + 1n);
  assert.equal(await lab.post(payout('p1', LAB_TIME_MS, over, TXID)), 'overdrawn');
  const stranger = [{ key: minerKey(9), amount: 1n }];
  assert.equal(await lab.post(payout('p1', LAB_TIME_MS, stranger, TXID)), 'overdrawn');
  const shared = settlementClose(2, LAB_TIME_MS, { credits: 0n, fee: 1n, remainder: 0n });
  const settlement = { number: 2, closes: false };
  assert.equal(await lab.post(shared, { settlement }), 'overdrawn', 'more than blocks brought');
  const spent = [labCoin(1, 5n * ALPH)];
  const twice = { txId: TXID, group: 0 as const, spent, made: [], fee: 5n * ALPH };
  await lab.post(ownTransaction(LAB_TIME_MS, twice));
  assert.equal(await lab.post(moveIn(TXID, LAB_TIME_MS, labCoin(7, 1n))), 'overdrawn');
  assert.equal(await lab.post(payout('p1', LAB_TIME_MS, labMiners(5n * ALPH), TXID)), 'done');
});

test('a balance that shows only later is not paid out before', async () => {
  const lab = await fundedLab();
  await lab.post(labBlock(2, 4n * ALPH));
  const part = settlementPart(2, 0, LAB_TIME_MS, labMiners(4n * ALPH));
  await lab.post(part, { settlement: { number: 2, closes: false } });
  assert.equal(await lab.post(payout('p1', LAB_TIME_MS, labMiners(5n * ALPH + 1n), TXID)), 'overdrawn');
  assert.equal(await lab.post(payout('p2', LAB_TIME_MS, labMiners(2n * ALPH), TXID)), 'done');
  assert.equal(await lab.balance(MINER), -3n * ALPH, 'a payout shows at once');
  assert.deepEqual(await lab.ledger.page('miner/', undefined, 10), [{ account: MINER, amount: -3n * ALPH }]);
  const sums = { credits: 4n * ALPH, fee: 0n, remainder: 0n };
  await lab.post(settlementClose(2, LAB_TIME_MS, sums), { settlement: { number: 2, closes: true } });
  assert.equal(await lab.balance(MINER), -7n * ALPH);
  await lab.post(labBlock(3, 1n));
  await lab.post(settlementPart(3, 0, LAB_TIME_MS, labMiners(1n)), {
    settlement: { number: 3, closes: false },
  });
  assert.equal(await lab.balance(MINER), -7n * ALPH, 'the next settlement begins from there');
});

test('a settlement in two parts to one miner shows as one', async () => {
  const lab = ledgerLab();
  await lab.post(labBlock(1, 10n));
  for (const part of [0, 1])
    await lab.post(settlementPart(1, part, LAB_TIME_MS, labMiners(4n)), {
      settlement: { number: 1, closes: false },
    });
  assert.equal(await lab.balance(MINER), 0n);
  const sums = { credits: 8n, fee: 1n, remainder: 1n };
  await lab.post(settlementClose(1, LAB_TIME_MS, sums), { settlement: { number: 1, closes: true } });
  assert.equal(await lab.balance(MINER), -8n);
  assert.equal(await lab.ledger.closedSettlement(), 1);
});

test('a reader whom a settlement overtakes reads again', async () => {
  const lab = ledgerLab();
  await lab.post(labBlock(1, 20n));
  await settle(lab, 1, 5n, 5n);
  const part = settlementPart(2, 0, LAB_TIME_MS, labMiners(4n, 4n));
  await lab.post(part, { settlement: { number: 2, closes: false } });
  const { get } = lab.books;
  lab.books.get = async (table, keys) => {
    if (table !== 'account') return await get(table, keys);
    // Between the reader's look at what is complete and its look at the balances.
    lab.books.get = get;
    const close = settlementClose(2, LAB_TIME_MS, { credits: 8n, fee: 0n, remainder: 0n });
    await lab.post(close, { settlement: { number: 2, closes: true } });
    await lab.post(payout('p', LAB_TIME_MS, labMiners(1n), TXID));
    return await get(table, keys);
  };
  assert.deepEqual(await lab.ledger.balances([MINER, OTHER]), [-8n, -9n]);
});

test('settlements come one after the other, and whole', async () => {
  const lab = ledgerLab();
  await lab.post(labBlock(1, 10n));
  const part = settlementPart(1, 0, LAB_TIME_MS, labMiners(4n));
  await assert.rejects(lab.post(part, { settlement: { number: 2, closes: false } }), { fault: 'order' });
  await assert.rejects(lab.post(part), RangeError);
  await assert.rejects(lab.post(labBlock(2, 10n), { settlement: { number: 1, closes: false } }), RangeError);
  await lab.post(part, { settlement: { number: 1, closes: false } });
  const close = (credits: bigint) => settlementClose(1, LAB_TIME_MS, { credits, fee: 1n, remainder: 0n });
  const closing = { settlement: { number: 1, closes: true } };
  await assert.rejects(lab.post(close(5n), closing), { fault: 'unsettled' });
  await assert.rejects(lab.post(close(0n), closing), { fault: 'unsettled' });
  assert.equal(await lab.post(close(4n), closing), 'done');
  assert.equal(await lab.post(close(4n), closing), 'already');
  assert.equal(await lab.post(part, { settlement: { number: 1, closes: false } }), 'already');
});

test('outputs: made once, spent once, of the very amount, set aside for one', async () => {
  const lab = ledgerLab();
  const coin = labCoin(1, 10n);
  await lab.post(deposit(LAB_TIME_MS, coin));
  const spend = (amount: bigint, made: bigint[] = []) => ({
    txId: coinKey(Number(amount)),
    group: 0 as const,
    spent: [labCoin(1, amount)],
    made: made.map((of) => labCoin(1, of)),
    fee: 100n,
  });
  const again = { ...unexplained(LAB_TIME_MS, coin), key: 'again' };
  assert.equal(await lab.post(again), 'coins', 'made twice');
  assert.equal(await lab.post(ownTransaction(LAB_TIME_MS, spend(9n))), 'coins', 'of another amount');
  const nothing = labBlock(50, 1n);
  const aside = { intent: 'a', reserve: [coin] };
  assert.equal(await lab.post(nothing, { ...aside, reserve: [labCoin(3, 1n)] }), 'coins', 'not there');
  assert.equal(await lab.post(nothing, aside), 'done');
  assert.equal(await lab.post(labBlock(51, 1n), { ...aside, intent: 'b' }), 'coins', 'set aside already');
  assert.equal(
    await lab.post(labBlock(51, 1n), { intent: 'b', release: [coin] }),
    'coins',
    'set aside for another one',
  );
  await assert.rejects(lab.post(labBlock(51, 1n), { reserve: [coin] }), RangeError);
  await assert.rejects(lab.post(labBlock(51, 1n), { ...aside, intent: 'a b' }), RangeError);
  await assert.rejects(lab.post(labBlock(51, 1n), { ...aside, intent: 'a'.repeat(81) }), RangeError);
  assert.equal(await lab.post(ownTransaction(LAB_TIME_MS, spend(10n)), { intent: 'b' }), 'coins');
  assert.equal(await lab.post(ownTransaction(LAB_TIME_MS, spend(10n)), { intent: 'a' }), 'done');
  assert.equal(await lab.post(ownTransaction(LAB_TIME_MS, { ...spend(10n), txId: TXID })), 'coins');
  assert.equal(await lab.post(again), 'done', 'a reorganisation may bring an output back');
});

test('amounts of 10^27 and more, on both sides of 0, to the last digit', async () => {
  const lab = ledgerLab();
  const all = 10n ** 27n;
  for (let number = 0; number < 3; number++)
    assert.equal(await lab.post(labBlock(number, all + BigInt(number))), 'done');
  assert.equal(await lab.balance('reward'), -(3n * all + 3n));
  assert.equal(await lab.balance('wallet/0/spendable'), 3n * all + 3n);
  const correction = transactionOf({
    key: 'c',
    timeMs: 0,
    kind: 'correction',
    postings: [
      { account: 'polw/fund', amount: -(10n ** 35n) },
      { account: 'polw/burnt', amount: 10n ** 35n - 1n },
      { account: 'operator', amount: 1n },
    ],
  });
  assert.equal(await lab.post(correction), 'done');
  assert.equal(await lab.balance('polw/fund'), -(10n ** 35n));
});

test('more than 1,000 accounts and coins at once', async () => {
  const lab = ledgerLab();
  const blocks = Array.from({ length: 900 }, (_, number) => labBlock(number, 1n, (number % 4) as 0));
  const more = Array.from({ length: 300 }, (_, number) => labBlock(1000 + number, 1n));
  const fence = { name: 'settlement', number: 1 } as const;
  assert.equal(await lab.ledger.post({ fence, transactions: blocks }), 'done');
  assert.equal(await lab.ledger.post({ fence, transactions: more }), 'done');
  assert.equal(await lab.balance('reward'), -1200n);
  assert.equal((await lab.ledger.coins(0, undefined, 1000)).length, 225 + 300);
  const first = await lab.ledger.coins(0, undefined, 100);
  assert.ok((await lab.ledger.coins(0, first.at(-1)!.key, 1)).every(({ key }) => key > first.at(-1)!.key));
});

test('records that can not be read are said, and not written over', async () => {
  for (const [table, key, text] of [
    ['account', 'reward', '12,5'],
    ['account', 'reward', '-0'],
    ['account', 'reward', '5 1'],
    ['utxo', `0/${coinKey(1)}`, '["0",0,"",""]'],
    ['utxo', `0/${coinKey(1)}`, '{}'],
    ['settlement', 'closed', 'x'],
  ] as const) {
    const lab = ledgerLab();
    await lab.books.commit({
      fence: { name: 'payer', number: 1 },
      append: [],
      records: [{ table, key, version: 0, text }],
    });
    await assert.rejects(lab.post(labBlock(1, 5n)), /none|form/);
    assert.equal(await lab.books.logEnd(), 0);
  }
});
