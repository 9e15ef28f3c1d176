import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intentLab } from '../../support/intent-lab.js';
import { ALPH } from '../../support/round-lab.js';

const UNSIGNED = { kind: 'unsigned', isLasting: false, why: 'the node is away' } as const;

test('what is not signed leaves no trace, and is sent when it is', async () => {
  const lab = await intentLab({ miners: 1, coins: [5n] });
  await lab.heal();
  const commits = lab.books.done.length;
  lab.unsigned = UNSIGNED;
  assert.deepEqual(await lab.round(), [UNSIGNED]);
  assert.deepEqual([lab.lines, lab.desk.open()], [[], []]);
  assert.equal(lab.books.done.length, commits);
  assert.equal(await lab.pass(5_000), undefined);
  assert.equal(lab.chain.nodes[0]!.handed.length, 0);
  lab.unsigned = undefined;
  assert.deepEqual(await lab.round(), ['sent']);
  await lab.finish();
  assert.deepEqual((await lab.judge()).faults, []);
});

test('a cancel that is not signed is told of, and made when it is', async () => {
  const lab = await intentLab({ miners: 1, groups: 1, coins: [4n, 4n], credits: [6n * ALPH] });
  await lab.heal();
  await lab.round();
  await lab.pass(5_000);
  const [first] = lab.desk.open();
  const coins = await lab.ledger.coins(first!.fromGroup, undefined, 100);
  const [spent, left] = coins.filter(({ intent }) => intent === first!.txId);
  assert.ok(left !== undefined, 'something is there to come back');
  lab.chain.conflict([spent!.key], 'theft', first!.txId);
  lab.chain.mine(20);
  lab.unsigned = UNSIGNED;
  const hasCancel = (): boolean => lab.desk.open().some(({ kind }) => kind === 'cancel');
  const said = await lab.pass(5_000);
  assert.match(String(said), /is dead, and what is to cancel it is not signed: the node is away$/);
  assert.ok(!hasCancel());
  assert.equal((await lab.desk.step())?.kind, 'uncancelled');
  assert.equal(await lab.pass(1), said, 'nothing is due just then: it is as it was, and not told as over');
  lab.unsigned = undefined;
  assert.equal(await lab.pass(5_000), undefined);
  assert.ok(hasCancel());
  await lab.finish();
  assert.equal(await lab.balance(lab.miners[0]!), 6n * ALPH);
});

test('of several cancels in a step the first one that is not signed is the last one asked for', async () => {
  const lab = await intentLab({ miners: 2, groups: 2, coins: [4n, 4n], credits: [6n * ALPH, 6n * ALPH] });
  await lab.heal();
  await lab.round();
  await lab.pass(5_000);
  const dead = lab.desk.open();
  assert.equal(dead.length, 2);
  for (const [i, { fromGroup, txId }] of dead.entries()) {
    const coins = await lab.ledger.coins(fromGroup, undefined, 100);
    lab.chain.conflict([coins.find(({ intent }) => intent === txId)!.key], `theft ${i}`, txId);
  }
  lab.chain.mine(20);
  lab.unsigned = UNSIGNED;
  const before = lab.signs;
  await lab.pass(5_000);
  assert.equal(lab.signs - before, 1);
  lab.unsigned = undefined;
  await lab.pass(5_000);
  assert.equal(lab.desk.open().filter(({ kind }) => kind === 'cancel').length, 2);
  await lab.finish();
});
