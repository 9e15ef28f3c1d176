import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LedgerBooks } from '../../../ledger/books-port.js';
import { checkLedger } from '../../../ledger/check.js';
import { OVERDUE_MS } from '../../../ledger/check-outputs.js';
import { type MadeCoin, transactionOf } from '../../../ledger/transaction.js';
import type { WalletLook } from '../../../payer/rounds/check-before-round.js';
import type { PayerEvent } from '../../../payer/rounds/payer-events.js';
import { readPause, readState, removePause, writePause } from '../../../payer/rounds/payer-notes.js';
import {
  CONSOLIDATE_MS,
  RETRY_MS,
  Rounds,
  type RoundsModules,
  STEP_MS,
} from '../../../payer/rounds/rounds.js';
import { STUCK_MS } from '../../../payer/rounds/stuck.js';
import { decodePayerState } from '../../../pool/money/money-texts.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { transferFee } from '../../../protocol/transfer.js';
import { bookRewards, creditMiners, moneyCoin } from '../../support/books-with-money.js';
import { fakeDesk } from '../../support/fake-desk.js';
import { LAB_TIME_MS, ledgerLab } from '../../support/ledger-lab.js';
import { ALPH, addressOf, CENT, walletKeys } from '../../support/round-lab.js';

const HOUR = 3_600_000;
const keyOf = (i: number): string => bytesToHex(addressOf(i).lockupScript);

/** A payer, 40 miners who are owed an ALPH each, 8 coins of 20 ALPH in each group, and 5 ALPH of the pool's own. */
async function roundsLab(
  settings = {},
  coinAmounts: readonly bigint[] = Array.from({ length: 8 }, () => 20n * ALPH),
  poolFee = 5n * ALPH,
) {
  const lab = ledgerLab();
  const coins: MadeCoin[] = [0, 1, 2, 3].flatMap((group) =>
    coinAmounts.map((amount, i) => moneyCoin(1 + 100 * group + i, amount, group as 0)),
  );
  await bookRewards(
    lab.ledger,
    coins,
    coins.map(({ key }) => key),
    LAB_TIME_MS,
  );
  await creditMiners(
    lab.ledger,
    1,
    new Map(Array.from({ length: 40 }, (_, i) => [keyOf(i), ALPH])),
    LAB_TIME_MS,
    poolFee,
  );
  const state = {
    nowMs: LAB_TIME_MS + HOUR,
    fence: { name: 'payer', number: 1 } as { name: 'payer'; number: number } | undefined,
    look: undefined as WalletLook | undefined,
    strange: [] as MadeCoin[],
  };
  const desk = fakeDesk(lab, () => state.fence);
  const events: PayerEvent[] = [];
  const modules: RoundsModules = {
    ...lab,
    desk,
    wallet: { networkId: 4, keys: walletKeys },
    settings: {
      ...{ minimum: CENT, inactiveMinimum: CENT, inactiveAfterDays: 30, feeBearer: 'miners', most: {} },
      rounds: { everyMs: HOUR },
      ...settings,
    },
    fence: () => state.fence,
    look: async () =>
      state.look ?? {
        kind: 'outputs',
        outputs: ([0, 1, 2, 3] as const).map((group) => ({
          group,
          complete: true,
          onChain: true,
          outputs: [...desk.outputs(coins), ...state.strange].filter((coin) => coin.group === group),
        })),
      },
    opening: async () => undefined,
    now: () => state.nowMs,
    onEvent: (event) => events.push(event),
  };
  const start = (): Rounds => new Rounds(modules);
  const told = (type: PayerEvent['type']) => events.filter((event) => event.type === type);
  return { ...lab, state, desk, rounds: start(), start, events, told };
}

/** As the operator does. */
async function resume(books: LedgerBooks): Promise<void> {
  const outcome = await removePause(books, { name: 'ledger', number: 1 }, (await readPause(books))!);
  assert.equal(outcome, 'done');
}

test('a round pays all that is due; what arrives and the fees are what left balances', async () => {
  const lab = await roundsLab();
  await lab.rounds.tick();
  const arrived = lab.desk.sent.flatMap(({ payments }) =>
    payments.map(({ account, paid }) => [account, paid]),
  );
  assert.equal(new Map(arrived as [string, bigint][]).size, 40);
  const [round] = lab.told('round');
  assert.ok(round?.type === 'round' && round.outcome === 'done');
  assert.equal(round.paid + round.fees, 40n * ALPH);
  await lab.rounds.tick();
  assert.equal(lab.told('round').length, 1, 'the next one is an hour later');
  await lab.desk.payAll();
  assert.equal(await lab.balance('payout-in-flight'), 0n);
  assert.equal(await lab.balance('total/paid'), round.paid);
  lab.state.nowMs += HOUR;
  await lab.rounds.tick();
  assert.equal(lab.told('round').length, 2);
  const state = await readState(lab.books);
  assert.equal(state?.lastRoundMs, lab.state.nowMs);
  assert.equal(state?.nextRoundMs, lab.state.nowMs + HOUR);
  assert.deepEqual(state?.lastCheck, { timeMs: lab.state.nowMs, faults: 0 });
});

test('what is in no block for long is told once, and noted', async () => {
  const lab = await roundsLab();
  await lab.rounds.tick();
  lab.state.nowMs += STUCK_MS;
  lab.state.look = { kind: 'away', why: 'not synced' };
  await lab.rounds.tick();
  lab.state.nowMs += RETRY_MS;
  await lab.rounds.tick();
  const told = lab.told('stuck');
  assert.equal(told.length, lab.desk.sent.length);
  const stuck = (await readState(lab.books))?.stuck;
  assert.deepEqual([stuck?.transactions, stuck?.sinceMs], [told.length, LAB_TIME_MS + HOUR]);
  const text = await lab.books.get('note', ['payer/state']);
  assert.equal(decodePayerState(text[0]!.text)?.stuck, told.length);
  await lab.desk.payAll();
  await lab.rounds.writeState();
  assert.equal((await readState(lab.books))?.stuck, undefined);
});

test('the payer that comes after goes on with the time of the last round', async () => {
  const lab = await roundsLab();
  await lab.rounds.tick();
  const next = await roundsLab();
  const [note] = await lab.books.get('note', ['payer/state']);
  await next.books.commit({
    fence: { name: 'payer', number: 1 },
    append: [],
    records: [{ table: 'note', key: 'payer/state', version: 0, text: note!.text }],
  });
  next.state.nowMs += HOUR / 2;
  await next.rounds.tick();
  assert.equal(next.desk.sent.length, 0);
  next.state.nowMs += HOUR / 2;
  await next.rounds.tick();
  assert.equal(next.told('round').length, 1);
});

test('without a node that can be asked nothing is paid, and it is tried again', async () => {
  const lab = await roundsLab();
  lab.state.look = { kind: 'away', why: 'not synced' };
  await lab.rounds.tick();
  assert.deepEqual(lab.told('put-off'), [{ type: 'put-off', why: 'not synced' }]);
  assert.equal((await readState(lab.books))?.trouble, 'not synced');
  lab.state.look = undefined;
  await lab.rounds.tick();
  assert.equal(lab.desk.sent.length, 0);
  lab.state.nowMs += RETRY_MS;
  await lab.rounds.tick();
  assert.ok(lab.desk.sent.length > 0);
  assert.equal(await readPause(lab.books), undefined);
});

test('what is not signed is tried again, told once; what will not be signed pauses when that was said twice', async () => {
  const lab = await roundsLab();
  const said = { isLasting: false, why: 'the node is away' };
  lab.desk.beforeIssue = async () => ({ kind: 'unsigned', ...said });
  const passes = async (): Promise<void> => {
    lab.state.nowMs += RETRY_MS;
    await lab.rounds.tick();
  };
  await lab.rounds.tick();
  await passes();
  assert.deepEqual(lab.told('unsigned'), [{ type: 'unsigned', why: 'the node is away' }]);
  assert.deepEqual([lab.told('round'), lab.told('refused')], [[], []]);
  const state = await readState(lab.books);
  assert.deepEqual([state?.trouble, state?.lastRoundMs], ['the node is away', undefined]);
  Object.assign(said, { isLasting: true, why: 'no such wallet' });
  await passes();
  assert.equal(await readPause(lab.books), undefined);
  said.isLasting = false;
  await passes();
  said.isLasting = true;
  await passes();
  assert.equal(await readPause(lab.books), undefined, 'not twice in a row');
  await passes();
  const pause = await readPause(lab.books);
  assert.deepEqual([pause?.by, pause?.reason], ['payer', 'nothing is signed: no such wallet']);
  assert.equal(lab.told('paused').length, 1);
  assert.equal(lab.desk.sent.length, 0);
  lab.desk.beforeIssue = undefined;
  await resume(lab.books);
  await passes();
  assert.ok(lab.desk.sent.length > 0);
  await lab.rounds.writeState();
  assert.equal((await readState(lab.books))?.trouble, undefined);
});

test('what is not signed amid a round is left to the next try', async () => {
  const lab = await roundsLab();
  let signs = 1;
  lab.desk.beforeIssue = async () =>
    signs-- > 0 ? undefined : { kind: 'unsigned', isLasting: false, why: 'the node is away' };
  await lab.rounds.tick();
  assert.equal(lab.desk.sent.length, 1);
  const [round] = lab.told('round');
  assert.ok(round?.type === 'round' && round.outcome === 'later' && round.transactions === 1);
  await lab.desk.payAll();
  lab.desk.beforeIssue = undefined;
  lab.state.nowMs += RETRY_MS;
  await lab.rounds.tick();
  await lab.desk.payAll();
  const owed = await lab.ledger.balances(Array.from({ length: 40 }, (_, i) => `miner/${keyOf(i)}` as const));
  assert.deepEqual(new Set(owed), new Set([0n]));
});

test('an output that is missing twice pauses, and only the operator goes on', async () => {
  const lab = await roundsLab();
  const whole = lab.state.look;
  const missing: WalletLook = {
    kind: 'outputs',
    outputs: ([0, 1, 2, 3] as const).map((group) => ({ group, complete: true, onChain: true, outputs: [] })),
  };
  lab.state.look = missing;
  await lab.rounds.tick();
  assert.equal(await readPause(lab.books), undefined);
  assert.equal(lab.told('put-off').length, 1);
  lab.state.nowMs += RETRY_MS;
  await lab.rounds.tick();
  const pause = await readPause(lab.books);
  assert.equal(pause?.by, 'payer');
  assert.match(pause!.reason, /missing: output 0\/0+1 of 20/);
  assert.equal(lab.told('paused').length, 1);
  lab.state.look = whole;
  lab.state.nowMs += HOUR;
  await lab.rounds.tick();
  assert.equal(lab.desk.sent.length, 0);
  assert.equal(lab.told('paused').length, 1, 'it is told once');
  await resume(lab.books);
  lab.state.nowMs += RETRY_MS;
  await lab.rounds.tick();
  assert.equal(lab.told('resumed').length, 1);
  assert.ok(lab.desk.sent.length > 0);
});

test('nodes that pay others pause; an address with more outputs than a node tells of does not', async () => {
  const lab = await roundsLab();
  lab.state.look = {
    kind: 'outputs',
    outputs: ([0, 1, 2, 3] as const).map((group) => ({
      group,
      complete: false,
      onChain: false,
      outputs: [],
    })),
  };
  for (let i = 0; i < 3; i++, lab.state.nowMs += RETRY_MS) await lab.rounds.tick();
  assert.equal(await readPause(lab.books), undefined);
  assert.equal(lab.desk.sent.length, 0);
  assert.equal(lab.told('put-off').length, 1, 'it is told once');
  assert.match((lab.told('put-off')[0] as { why: string }).why, /alephium.api.default-utxos-limit/);
  lab.state.look = { kind: 'differs', why: 'node 1 pays X' };
  for (let i = 0; i < 2; i++, lab.state.nowMs += RETRY_MS) await lab.rounds.tick();
  assert.equal((await readPause(lab.books))?.reason, 'node 1 pays X');
});

test('what the operator pauses amid a round is not sent, and a lease that is lost ends it', async () => {
  for (const how of ['pause', 'lose', 'close'] as const) {
    const lab = await roundsLab();
    lab.desk.beforeIssue = async () => {
      if (how === 'pause')
        await writePause(
          lab.books,
          { name: 'ledger', number: 1 },
          { reason: 'r', sinceMs: 1, by: 'operator' },
        );
      else if (how === 'close') lab.rounds.close();
      else lab.state.fence = undefined;
      return undefined;
    };
    const outcome = await lab.rounds.round();
    assert.equal(lab.desk.sent.length, 1, how);
    assert.equal(outcome, how === 'pause' ? 'paused' : 'over');
  }
});

test('a round that is broken off goes on under the same brake, also after a crash; the next one has its own', async () => {
  for (const how of ['lease', 'crash'] as const) {
    const lab = await roundsLab({ most: { round: 10n * ALPH } });
    const paid = (): bigint =>
      lab.desk.sent.flatMap(({ payments }) => payments).reduce((sum, each) => sum + each.owed, 0n);
    lab.desk.beforeIssue = async () => {
      if (lab.desk.sent.length === 0) return undefined;
      if (how === 'crash') throw new Error('crash');
      return 'fenced';
    };
    if (how === 'crash') await assert.rejects(lab.rounds.round(), /crash/);
    else assert.equal(await lab.rounds.round(), 'over');
    assert.ok(paid() > 0n && paid() < 10n * ALPH);
    lab.desk.beforeIssue = undefined;
    lab.state.nowMs += RETRY_MS;
    const rounds = how === 'crash' ? lab.start() : lab.rounds;
    await rounds.tick();
    // What fees of the first took counts for nobody.
    assert.ok(paid() >= 10n * ALPH - CENT && paid() <= 10n * ALPH + CENT, `${how}: ${paid()}`);
    await lab.desk.payAll();
    lab.state.nowMs += HOUR;
    await rounds.tick();
    assert.ok(paid() >= 20n * ALPH - CENT, `${how}: ${paid()}`);
  }
});

test('what changed since the plan is left to the next round', async () => {
  const lab = await roundsLab();
  let calls = 0;
  lab.desk.beforeIssue = async () => (calls++ === 0 ? 'overdrawn' : undefined);
  assert.equal(await lab.rounds.round(), 'cut');
  assert.equal(lab.told('refused').length, 1);
  assert.ok(lab.desk.sent.length >= 3);
  lab.state.nowMs += HOUR;
  await lab.rounds.tick();
  const paid = lab.desk.sent.flatMap(({ payments }) => payments.map(({ account }) => account));
  assert.deepEqual([paid.length, new Set(paid).size], [40, 40]);
});

test('coins that nobody expected are booked, those of our own transactions are waited for', async () => {
  const lab = await roundsLab();
  lab.state.strange.push(moneyCoin(7777, 3n * ALPH, 2, LAB_TIME_MS));
  await lab.rounds.tick();
  assert.deepEqual(lab.told('unexplained'), [{ type: 'unexplained', outputs: 1 }]);
  assert.equal(await lab.balance('unexplained'), -3n * ALPH);
  // The node shows the change of what is on its way.
  lab.state.nowMs += HOUR;
  await lab.rounds.tick();
  assert.equal(await lab.balance('unexplained'), -3n * ALPH);
  await lab.desk.payAll();
  lab.state.nowMs += HOUR;
  await lab.rounds.tick();
  assert.equal(await readPause(lab.books), undefined);
  assert.ok((await checkLedger({ books: lab.books, timeMs: lab.state.nowMs })).mayPay);
});

test('what a withdrawal from burn addresses brings is waited for: nothing is paused for want of it', async () => {
  const lab = await roundsLab();
  const { assets, debts } = await checkLedger({ books: lab.books, timeMs: lab.state.nowMs });
  const amount = assets - debts + ALPH;
  const left = transactionOf({
    key: 'polw/left',
    timeMs: LAB_TIME_MS,
    kind: 'polw',
    postings: [
      { account: 'polw/earned', amount: -amount },
      { account: 'polw/paid', amount },
    ],
  });
  await lab.ledger.post({ fence: { name: 'settlement', number: 1 }, transactions: [left] });
  lab.state.strange.push(moneyCoin(7777, amount, 2, lab.state.nowMs));
  for (let i = 0; i < 3; i++) assert.equal(await lab.rounds.round(), 'later');
  assert.match(JSON.stringify(lab.told('put-off')), /what has come to the wallet is booked soon/);
  assert.equal(lab.desk.sent.length, 0);
  lab.state.nowMs += OVERDUE_MS;
  assert.equal(await lab.rounds.round(), 'done');
  assert.equal(await lab.balance('unexplained'), -amount);
  assert.ok(lab.desk.sent.length > 0);
});

test('many coins are merged and few are split between rounds, each once, and not while paused', async () => {
  const many = await roundsLab(
    { minimum: 100n * ALPH, inactiveMinimum: 100n * ALPH },
    Array.from({ length: 90 }, () => ALPH),
  );
  await many.rounds.tick();
  assert.deepEqual(
    many.desk.sent.map(({ kind, fromGroup }) => `${kind} ${fromGroup}`),
    ['merge 0', 'merge 1', 'merge 2', 'merge 3'],
  );
  many.state.nowMs += CONSOLIDATE_MS;
  await many.rounds.tick();
  assert.equal(many.desk.sent.length, 4);
  await many.desk.payAll();
  many.state.nowMs += CONSOLIDATE_MS;
  await many.rounds.tick();
  assert.equal(many.desk.sent.length, 4);
  assert.ok((await checkLedger({ books: many.books, timeMs: many.state.nowMs })).mayPay);

  const few = await roundsLab({}, [200n * ALPH]);
  await few.rounds.tick();
  await writePause(few.books, { name: 'ledger', number: 1 }, { reason: 'r', sinceMs: 1, by: 'operator' });
  await few.desk.payAll();
  few.state.nowMs += CONSOLIDATE_MS;
  await few.rounds.tick();
  assert.ok(few.desk.sent.every(({ kind }) => kind === 'payout'));
  await resume(few.books);
  few.state.nowMs += CONSOLIDATE_MS;
  await few.rounds.tick();
  assert.ok(few.desk.sent.some(({ kind }) => kind === 'split'));
});

test('change that is on its way comes to the group that pays, and only there makes a split needless', async () => {
  const settings = { minimum: 100n * ALPH, inactiveMinimum: 100n * ALPH };
  const lab = await roundsLab(settings, [200n * ALPH, 200n * ALPH]);
  const other = Array.from({ length: 40 }, (_, i) => 40 + i).find((i) => addressOf(i).group === 1)!;
  await creditMiners(lab.ledger, 2, new Map([[keyOf(other), 150n * ALPH]]), LAB_TIME_MS);
  await lab.rounds.round();
  assert.deepEqual(
    lab.desk.open().map(({ fromGroup, toGroup, made }) => [fromGroup, toGroup, made]),
    [[0, 1, 1]],
  );
  await lab.rounds.consolidate();
  assert.deepEqual(
    lab.desk.sent.slice(1).map(({ kind, parts }) => [kind, parts.destinations.length]),
    [0, 1, 2, 3].map(() => ['split', 7]),
    'eight coins in each group, with what comes',
  );
});

test('coins are put in order out of what the pool owes nobody, and of nothing else', async () => {
  const fee = transferFee(1, 8);
  for (const [own, splits] of [
    [0n, 0],
    [3n * fee, 3],
  ] as const) {
    const lab = await roundsLab({ minimum: 100n * ALPH, inactiveMinimum: 100n * ALPH }, [200n * ALPH], own);
    for (let i = 0; i < 3; i++, lab.state.nowMs += CONSOLIDATE_MS) await lab.rounds.tick();
    assert.equal(lab.desk.sent.length, splits);
    assert.equal(lab.told('poor').length, 1);
    await lab.desk.payAll();
    const { assets, debts } = await checkLedger({ books: lab.books, timeMs: lab.state.nowMs });
    assert.ok(assets >= debts - (await lab.balance('reward')));
  }
});

test('many outputs at an address are told once', async () => {
  const lab = await roundsLab();
  const many = Array.from({ length: 3000 }, (_, i) => moneyCoin(10_000 + i, CENT, 1));
  const keys = many.map(({ key }) => key);
  await bookRewards(lab.ledger, many, keys, LAB_TIME_MS);
  lab.state.strange.push(...many);
  for (let i = 0; i < 3; i++, lab.state.nowMs += CONSOLIDATE_MS) await lab.rounds.tick();
  const told = lab.told('outputs');
  assert.equal(told.length, 1);
  assert.match((told[0] as { words: string }).words, /has 300\d outputs: .*alephium.api.default-utxos-limit/);
});

test('a balance of which no group can pay as much as its minimum is paid after coins have moved', async () => {
  const lab = await roundsLab({}, [50n * ALPH]);
  const own = { table: 'note', key: `minimum/${keyOf(99)}`, version: 0, text: `${90n * ALPH}` } as const;
  await lab.books.commit({ fence: { name: 'settlement', number: 1 }, append: [], records: [own] });
  await creditMiners(lab.ledger, 2, new Map([[keyOf(99), 90n * ALPH]]), LAB_TIME_MS);
  await lab.rounds.tick();
  assert.deepEqual(
    lab.desk.sent.map(({ kind }) => kind),
    ['payout', 'payout', 'payout', 'payout'],
    'those that can be paid come first',
  );
  await lab.desk.payAll();
  lab.state.nowMs += CONSOLIDATE_MS;
  await lab.rounds.tick();
  const moves = lab.desk.sent.filter(({ kind }) => kind === 'move');
  assert.ok(moves.length > 0);
  lab.state.nowMs += HOUR;
  await lab.rounds.tick();
  assert.equal(
    lab.desk.sent.filter(({ kind }) => kind === 'move').length,
    moves.length,
    'they are waited for',
  );
  await lab.desk.payAll();
  lab.state.nowMs += HOUR;
  await lab.rounds.tick();
  const paid = lab.desk.sent
    .flatMap(({ payments }) => payments)
    .find(({ account }) => account === `miner/${keyOf(99)}`);
  assert.equal(paid?.owed, 90n * ALPH);
  assert.ok((await checkLedger({ books: lab.books, timeMs: lab.state.nowMs })).mayPay);
});

test('a clock that goes back neither pays twice nor stops the payer', async () => {
  const lab = await roundsLab();
  await lab.rounds.tick();
  const sent = lab.desk.sent.length;
  lab.state.nowMs -= 400 * 24 * HOUR;
  await lab.rounds.tick();
  assert.equal(lab.desk.sent.length, sent);
  lab.desk.trouble = { kind: 'unheard', why: 'away' };
  lab.state.nowMs += STEP_MS;
  await lab.rounds.tick();
  assert.equal(lab.told('unheard').length, 1);
  lab.state.nowMs += HOUR;
  await lab.rounds.tick();
  assert.equal(lab.told('round').length, 2);
});

test('coins that need order ask for one signature where there is none, and a pause for that is told at once', async () => {
  const lab = await roundsLab({}, [200n * ALPH, 200n * ALPH]);
  await lab.rounds.round();
  const sent = lab.desk.sent.length;
  let asked = 0;
  lab.desk.beforeIssue = async () => {
    asked++;
    return { kind: 'unsigned', isLasting: true, why: 'no such wallet' };
  };
  await lab.rounds.consolidate();
  assert.deepEqual([asked, lab.told('paused').length], [1, 0]);
  lab.state.nowMs += RETRY_MS;
  await lab.rounds.consolidate();
  assert.deepEqual([asked, lab.told('paused').length], [2, 1]);
  await lab.rounds.consolidate();
  assert.deepEqual([asked, lab.desk.sent.length], [2, sent]);
});
