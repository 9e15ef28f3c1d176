import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coinNameText } from '../../../ledger/transaction.js';
import type { OpenIntent } from '../../../payer/intents/intent-desk-port.js';
import { StoreRefusedError } from '../../../pool/ports/store.js';
import { type IntentLab, type IntentLabOptions, intentLab } from '../../support/intent-lab.js';
import { ALPH } from '../../support/round-lab.js';

/** One miner, one payout. */
const ONE = { miners: 1, coins: [5n] } as const;

async function sentLab(options: IntentLabOptions = ONE): Promise<{ lab: IntentLab; first: OpenIntent }> {
  const lab = await intentLab(options);
  await lab.heal();
  assert.deepEqual(new Set(await lab.round()), new Set(['sent']));
  await lab.pass(5_000);
  return { lab, first: lab.desk.open()[0]! };
}

async function holds(lab: IntentLab, { txId, fromGroup }: OpenIntent): Promise<string[]> {
  const coins = await lab.ledger.coins(fromGroup, undefined, 1000);
  return coins.filter(({ intent }) => intent === txId).map(({ key }) => key);
}

const kindsOf = (lab: IntentLab): string[] => lab.news.map(({ kind }) => kind);

/** Everything ends, and everybody is paid. */
async function endWell(lab: IntentLab): Promise<void> {
  await lab.finish();
  await lab.adopt();
  assert.deepEqual((await lab.judge()).faults, []);
  assert.deepEqual(await lab.heal(), { kind: 'whole' });
  await lab.round();
  await lab.finish();
  assert.deepEqual((await lab.judge()).faults, []);
  for (const miner of lab.miners) assert.equal(await lab.balance(miner), 0n);
}

test('who has been replaced writes nothing, and hands in nothing new', async () => {
  const { lab } = await sentLab();
  const old = lab.desk;
  lab.fence = 2;
  lab.start();
  assert.deepEqual(await lab.heal(), { kind: 'whole' });
  await lab.books.commit({ fence: { name: 'payer', number: 2 }, append: [], records: [] });
  const commits = lab.books.done.length;
  const handed = lab.chain.nodes[0]!.handed.length;
  await lab.earn([ALPH]);
  const settlements = lab.books.done.length - commits;
  const [prepared] = await lab.plan();
  assert.equal(await old.issue(prepared!), 'fenced');
  lab.chain.mine(20);
  lab.nowMs += 61_000;
  await old.step();
  assert.equal(lab.books.done.length, commits + settlements);
  assert.equal(lab.chain.nodes[0]!.handed.length, handed);
  assert.equal(await lab.desk.issue(prepared!), 'sent', 'what was refused is as if it had never been');
  await endWell(lab);
});

test('another payer, with a journal of its own, goes on with what the books have', async () => {
  const { lab, first } = await sentLab();
  const before = [...lab.lines];
  lab.lines.splice(0);
  lab.fence = 2;
  lab.start();
  assert.deepEqual(await lab.heal(), { kind: 'whole' });
  assert.deepEqual(
    lab.desk.open().map(({ txId }) => txId),
    [first.txId],
  );
  await lab.finish();
  await lab.earn([ALPH]);
  await lab.round();
  await lab.finish();
  // The first one comes back, with what it knew.
  lab.lines.splice(0, lab.lines.length, ...before);
  lab.fence = 3;
  lab.start();
  assert.deepEqual(await lab.heal(), { kind: 'whole' });
  assert.deepEqual(lab.desk.open(), []);
  await endWell(lab);
});

test('books that went back behind what only another payer knew of: nothing is sent', async () => {
  const lab = await intentLab(ONE);
  await lab.heal();
  const back = lab.books.snapshot();
  await lab.round();
  await lab.finish();
  lab.lines.splice(0);
  lab.start();
  assert.deepEqual(await lab.heal(), { kind: 'whole' }, 'an empty journal: all is over');
  back();
  lab.start();
  const outcome = await lab.heal();
  assert.equal(outcome.kind, 'behind');
  assert.equal(await lab.desk.issue((await lab.plan())[0]!), 'unhealed');
});

test('books that went back behind what the journal has trimmed: nothing is sent', async () => {
  const lab = await intentLab(ONE);
  lab.mostChars = 2_000;
  lab.start();
  await lab.heal();
  const back = lab.books.snapshot();
  for (let i = 0; i < 6; i++) {
    await lab.round();
    await lab.finish();
    await lab.earn([ALPH / 2n]);
  }
  assert.ok(lab.lines.join('').length < 5_000 && lab.lines[0]!.startsWith('<'), lab.lines[0]);
  lab.start();
  assert.deepEqual(await lab.heal(), { kind: 'whole' });
  back();
  assert.match(
    (await lab.pass(61_000))!,
    /the books end with transaction 0 of the wallet/,
    'noticed while it runs',
  );
  assert.equal((await lab.heal()).kind, 'behind');
  lab.start();
  assert.equal((await lab.heal()).kind, 'behind');
});

test('books that went back without the rewards: what was sent waits for them, and nothing else is sent', async () => {
  const lab = await intentLab({ miners: 2, coins: [5n] });
  const back = lab.books.snapshot();
  await lab.earn([3n * ALPH, 3n * ALPH]);
  await lab.heal();
  await lab.round();
  await lab.pass(5_000);
  lab.chain.mine(20);
  back();
  lab.start();
  const outcome = await lab.heal();
  assert.equal(outcome.kind === 'waits' && outcome.reason, 'overdrawn');
  const [prepared] = await lab.plan();
  assert.equal(await lab.desk.issue(prepared!), 'unhealed');
  const made = lab.lines.flatMap((line) =>
    line.startsWith('{') ? (JSON.parse(line) as { made: [number, string][] }).made : [],
  );
  assert.ok(made.every(([group, key]) => lab.desk.isAwaited(`${group}/${key}`)));
  assert.match((await lab.pass(11_000))!, /sent before wait for their balances/);
  await lab.settle();
  await lab.pass(61_000);
  assert.deepEqual(await lab.heal(), { kind: 'whole' });
  assert.equal(await lab.pass(1_000), undefined);
  await endWell(lab);
});

test('books that went back while the desk runs: what was sent is put back before anything new', async () => {
  const lab = await intentLab(ONE);
  await lab.heal();
  const back = lab.books.snapshot();
  await lab.round();
  await lab.finish();
  back();
  const [prepared] = await lab.plan();
  assert.ok(prepared, 'the books say that the miner is owed');
  assert.equal(await lab.desk.issue(prepared), 'coins');
  assert.deepEqual(await lab.plan(), [], 'now they know better');
  assert.ok(kindsOf(lab).includes('put-back'));
  await endWell(lab);
});

test('books that went back while the desk runs, and more is owed since: the old debt is not paid with it', async () => {
  const lab = await intentLab(ONE);
  await lab.heal();
  const back = lab.books.snapshot();
  await lab.round();
  await lab.finish();
  back();
  await lab.earn([2n * ALPH]);
  const [prepared] = await lab.plan();
  assert.equal(prepared!.payments[0]!.owed, 3n * ALPH);
  assert.equal(await lab.desk.issue(prepared!), 'coins');
  assert.deepEqual(
    lab.news.filter(({ kind }) => kind === 'put-back' || kind === 'dropped').map(({ kind }) => kind),
    ['dropped', 'put-back'],
  );
  assert.equal((await lab.plan())[0]!.payments[0]!.owed, 2n * ALPH);
  await endWell(lab);
});

test('books that went back while the desk runs: nothing is booked of what they have lost', async () => {
  const { lab } = await sentLab({ miners: 3, coins: [1n, 1n, 1n] });
  const back = lab.books.snapshot();
  // What was sent first is in no block: money that is in flight is its own.
  lab.chain.drop();
  await lab.earn([ALPH / 2n, ALPH / 2n, ALPH / 2n]);
  await lab.round();
  await lab.pass(5_000);
  lab.chain.mine(5);
  back();
  await lab.pass(5_000);
  const keys = (await lab.books.log(0, 1000)).map(({ key }) => key);
  for (const key of keys.filter((each) => each.includes('/paid/')))
    assert.ok(keys.includes(key.slice(0, key.indexOf('/paid/'))), key);
  await lab.settle();
  await lab.pass(61_000);
  await endWell(lab);
});

test('a payout that is taken back when its change is spent already: what is built on it is returned with it', async () => {
  const { lab, first } = await sentLab({ miners: 1, coins: [5n], groups: 1 });
  const [input] = await holds(lab, first);
  lab.chain.mine(5);
  await lab.pass(61_000);
  assert.ok(lab.desk.open()[0]!.isPaid);
  await lab.earn([3n * ALPH]);
  await lab.round();
  await lab.pass(5_000);
  const second = lab.desk.open()[1]!;
  assert.equal(second.fromGroup, first.fromGroup);
  lab.chain.mine(1);
  await lab.pass(61_000);
  lab.chain.reorganise(6, false);
  assert.ok(lab.chain.steal([input!], 'the thief'));
  const change = await holds(lab, second);
  assert.equal(change.length, 1);
  assert.match((await lab.pass(61_000))!, /is in no block any more, and can't be booked so: the outputs/);
  assert.ok(lab.desk.open().find(({ txId }) => txId === first.txId)!.isPaid, 'its change is in use');
  lab.chain.mine(2);
  await lab.finish();
  assert.deepEqual(kindsOf(lab).filter((kind) => kind === 'gone').length, 2);
  await lab.adopt();
  // All the pool had is gone.
  assert.deepEqual(
    (await lab.judge()).faults.map(({ fault }) => fault),
    ['debts'],
  );
});

test('what spends change of one that no node takes any more is not given up while both may return', async () => {
  const { lab, first } = await sentLab({ miners: 1, coins: [5n], groups: 1 });
  lab.chain.mine(5);
  await lab.pass(61_000);
  await lab.earn([3n * ALPH]);
  await lab.round();
  await lab.pass(5_000);
  const second = lab.desk.open()[1]!;
  lab.chain.mine(1);
  await lab.pass(61_000);
  lab.chain.reorganise(7, false);
  for (const node of lab.chain.nodes) node.deaf = true;
  lab.chain.drop();
  for (let i = 0; i < 60; i++) {
    lab.chain.mine(1, true);
    await lab.pass(61_000);
  }
  assert.deepEqual(
    lab.desk.open().map(({ standing }) => standing),
    ['lost', 'lost'],
  );
  // A node somewhere has kept both.
  for (const { txId } of [first, second]) lab.chain.nodes[0]!.pool.add(txId);
  lab.chain.mine(1);
  await endWell(lab);
});

test('the payout wins after its cancel was issued', async () => {
  const { lab, first } = await sentLab();
  for (const node of lab.chain.nodes) node.deaf = true;
  lab.chain.drop();
  for (let i = 0; i < 35 && lab.desk.open().length < 2; i++) await lab.pass(61_000);
  const cancel = lab.desk.open()[1]!;
  assert.deepEqual([cancel.kind, cancel.cancels], ['cancel', first.txId]);
  await lab.pass(61_000);
  // A node somewhere has kept the payout all the time.
  lab.chain.nodes[0]!.pool.add(first.txId);
  lab.chain.mine(2);
  await lab.finish();
  assert.deepEqual(kindsOf(lab).slice(-2), ['paid', 'over']);
  lab.start();
  assert.deepEqual(await lab.heal(), { kind: 'whole' });
  assert.deepEqual(lab.desk.open(), [], 'the cancel went with it');
  await endWell(lab);
});

test('a cancel is believed when it lies deep, not before; the payout is not handed in meanwhile', async () => {
  const { lab, first } = await sentLab();
  const [node] = lab.chain.nodes;
  for (const each of lab.chain.nodes) each.deaf = true;
  lab.chain.drop();
  // A list that is cut short tells nothing.
  const { outputs } = node!;
  node!.outputs = async (address) => ({ ...(await outputs(address)), outputs: [], complete: false });
  let trouble: string | undefined;
  for (let i = 0; i < 35; i++) trouble = await lab.pass(61_000);
  assert.match(trouble!, /is dead, and no node tells what is left/);
  assert.equal(lab.desk.open().length, 1);
  node!.outputs = outputs;
  const handed = node!.handed.filter((txId) => txId === first.txId).length;
  await lab.pass(61_000);
  for (const each of lab.chain.nodes) each.deaf = false;
  const cancel = lab.desk.open()[1]!;
  await lab.pass(61_000);
  lab.chain.mine(9);
  await lab.pass(61_000);
  assert.equal(lab.desk.open().length, 2);
  assert.equal(node!.handed.filter((txId) => txId === first.txId).length, handed);
  assert.ok(node!.handed.includes(cancel.txId));
  lab.chain.mine(1);
  await lab.pass(61_000);
  assert.deepEqual(lab.desk.open(), []);
  assert.deepEqual(kindsOf(lab).at(-1), 'returned');
  assert.equal((await lab.books.page('payment', { limit: 10 })).length, 0, 'it was never paid');
  await endWell(lab);
});

test('books that went back between a booking and its taking back: attempts are counted by the log alone', async () => {
  const { lab } = await sentLab();
  const back = lab.books.snapshot();
  lab.chain.mine(5);
  await lab.pass(5_000);
  lab.chain.reorganise(6, true);
  await lab.pass(61_000);
  assert.deepEqual(kindsOf(lab), ['sent', 'paid', 'fell-back']);
  back();
  lab.chain.mine(5);
  await lab.pass(5_000);
  await lab.pass(61_000);
  const keys = (await lab.books.log(0, 1000)).map(({ key }) => key.replace(/[0-9a-f]{64}/, 'ID'));
  assert.deepEqual(
    keys.filter((key) => key.startsWith('payout/')),
    ['payout/ID', 'payout/ID/paid/1'],
  );
  await endWell(lab);
});

test('change of what is booked as paid is not spent before nodes were asked whether it still is', async () => {
  const { lab } = await sentLab({ ...ONE, groups: 1 });
  lab.chain.mine(5);
  await lab.pass(5_000);
  await lab.earn([ALPH]);
  lab.start();
  await lab.heal();
  const [prepared] = await lab.plan();
  assert.equal(await lab.desk.issue(prepared!), 'coins');
  await lab.pass(5_000);
  assert.equal(await lab.desk.issue(prepared!), 'sent');
  await lab.finish();
  await endWell(lab);
});

test('outputs that a waiting transaction spends are not gone; what is gone for long is given up', async () => {
  const { lab, first } = await sentLab();
  lab.chain.steal(await holds(lab, first), 'theft');
  const [node] = lab.chain.nodes;
  const { outputs } = node!;
  node!.outputs = async (address) => ({ ...(await outputs(address)), onChain: false });
  for (let i = 0; i < 40; i++) {
    lab.chain.mine(1);
    await lab.pass(61_000);
  }
  assert.deepEqual(
    lab.desk.open().map(({ standing }) => standing),
    ['lost'],
  );
  node!.outputs = outputs;
  await lab.pass(61_000);
  lab.chain.mine(9);
  await lab.pass(61_000);
  assert.equal(lab.desk.open().length, 1);
  lab.chain.mine(1);
  await lab.pass(61_000);
  assert.equal(kindsOf(lab).at(-1), 'gone');
  await endWell(lab);
});

test('blocks in which its outputs were gone count from the last time that it was alive', async () => {
  const { lab, first } = await sentLab();
  const inputs = await holds(lab, first);
  const lose = async (): Promise<void> => {
    for (let i = 0; i < 35; i++) await lab.pass(61_000);
    assert.deepEqual(
      lab.desk.open().map(({ standing }) => standing),
      ['lost'],
    );
  };
  lab.chain.steal(inputs, 'theft');
  await lose();
  // The thief's block is taken back, and the payout has its place for a while.
  lab.chain.reorganise(1, false);
  lab.chain.nodes[0]!.pool.add(first.txId);
  lab.chain.mine(12);
  await lab.pass(61_000);
  assert.ok(lab.desk.open()[0]!.isPaid);
  lab.chain.reorganise(13, false);
  lab.chain.steal(inputs, 'theft again');
  await lose();
  assert.ok(!kindsOf(lab).includes('gone'), 'not one block came since');
  lab.chain.mine(10);
  await lab.pass(61_000);
  assert.equal(kindsOf(lab).at(-1), 'gone');
  await endWell(lab);
});

test('a machine that slept for hours does not take what it handed in for lost', async () => {
  const { lab } = await sentLab();
  for (const each of lab.chain.nodes) each.deaf = true;
  lab.chain.drop();
  await lab.pass(61_000);
  await lab.pass(5 * 3_600_000);
  await lab.pass(61_000);
  assert.deepEqual(
    lab.desk.open().map(({ kind, standing }) => [kind, standing]),
    [['payout', 'submitted']],
  );
});

test('nodes that are behind, not synced, or contradict each other decide nothing', async () => {
  const { lab } = await sentLab();
  const [one, other] = lab.chain.nodes;
  lab.chain.mine(9, true);
  await lab.pass(61_000);
  one!.lag = 8;
  lab.chain.mine(5);
  other!.isSynced = false;
  assert.match((await lab.pass(61_000))!, /node 0 is behind; node 1 is not synced/);
  assert.equal((await lab.desk.step())?.kind, 'unheard');
  assert.equal(lab.desk.open()[0]!.isPaid, false);
  other!.isSynced = true;
  const status = other!.status;
  other!.status = async (place) => ({ ...(await status(place)), kind: 'conflicted' }) as never;
  one!.lag = 0;
  await lab.pass(61_000);
  assert.equal(lab.desk.open()[0]!.isPaid, false);
  other!.status = status;
  await endWell(lab);
});

test('books that can not be durable: nothing is sent', async () => {
  const lab = await intentLab(ONE);
  await lab.heal();
  lab.books.canBeDurable = false;
  const [prepared] = await lab.plan();
  await assert.rejects(lab.desk.issue(prepared!), StoreRefusedError);
  assert.deepEqual(await lab.heal(), { kind: 'whole' });
  await lab.pass(5_000);
  assert.deepEqual(lab.chain.nodes[0]!.handed, []);
  assert.equal(lab.lines.at(-1)![0], '-');
});

test('a journal that can not be written: nothing is booked', async () => {
  const lab = await intentLab(ONE);
  await lab.heal();
  const commits = lab.books.done.length;
  lab.stopAt = lab.calls;
  const [prepared] = await lab.plan();
  await assert.rejects(lab.desk.issue(prepared!));
  lab.stopAt = Number.POSITIVE_INFINITY;
  assert.equal(lab.books.done.length, commits);
  assert.equal(await lab.desk.issue(prepared!), 'unhealed', 'until they were compared');
  await lab.heal();
  assert.equal(await lab.desk.issue(prepared!), 'sent');
});

test('outputs that are to come are awaited, and those that are spent are not there', async () => {
  const { lab, first } = await sentLab();
  lab.chain.mine(2);
  const free = new Set(await lab.free(first.fromGroup));
  const { address } = (await import('../../support/round-lab.js')).walletKeys[first.fromGroup]!;
  const changes = lab.chain.outputs(address.text).filter(({ key }) => !free.has(key));
  assert.equal(changes.length, 1);
  const name = coinNameText({ group: first.fromGroup, key: changes[0]!.key });
  assert.ok(lab.desk.isAwaited(name));
  lab.chain.mine(2);
  await lab.pass(61_000);
  assert.ok(!lab.desk.isAwaited(name));
  assert.ok((await lab.free(first.fromGroup)).includes(changes[0]!.key));
});
