import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type IntentLab, intentLab } from '../../support/intent-lab.js';

const newsOf = ({ news }: IntentLab, txId?: string): string[] =>
  news.filter((one) => txId === undefined || one.txId === txId).map(({ kind }) => kind);

/** A lab that has sent one round; its transactions are at the nodes. */
async function sentLab(options = {}): Promise<IntentLab> {
  const lab = await intentLab(options);
  assert.deepEqual(await lab.heal(), { kind: 'whole' });
  const outcomes = await lab.round();
  assert.ok(outcomes.length > 0);
  assert.deepEqual(new Set(outcomes), new Set(['sent']));
  await lab.pass(5_000);
  return lab;
}

test('a payout is sent, in a block, paid, deep', async () => {
  const lab = await sentLab();
  const all = lab.desk.open().length;
  assert.ok(lab.desk.open().every(({ kind, isPaid }) => kind === 'payout' && !isPaid));
  for (const { pool } of lab.chain.nodes) assert.equal(pool.size, all, 'every node was handed it');
  lab.chain.mine(2);
  await lab.pass(5_000);
  assert.deepEqual(new Set(lab.desk.open().map(({ standing }) => standing)), new Set(['in-block']));
  lab.chain.mine(2);
  await lab.pass(5_000);
  assert.ok(lab.desk.open().every(({ isPaid, standing }) => isPaid && standing === 'paid'));
  await lab.finish();
  const { faults } = await lab.judge();
  assert.deepEqual(faults, []);
  assert.equal(newsOf(lab).filter((kind) => kind === 'over').length, all);
});

test('two inputs, one of them stolen: the other comes back, and the miners are paid by another one', async () => {
  const lab = await sentLab({ coins: [3n, 3n, 3n], miners: 8 });
  const [first] = lab.desk.open();
  assert.ok(first);
  const inputs = (await lab.ledger.coins(first.fromGroup, undefined, 100)).filter(
    ({ intent }) => intent === first.txId,
  );
  assert.ok(inputs.length > 0);
  lab.chain.conflict([inputs[0]!.key], 'theft', first.txId);
  await lab.finish();
  assert.ok(newsOf(lab, first.txId).includes(inputs.length > 1 ? 'returned' : 'gone'));
  await lab.adopt();
  assert.deepEqual((await lab.judge()).faults, []);
  await lab.heal();
  await lab.round();
  await lab.pass(5000);
  await lab.finish();
  assert.deepEqual((await lab.judge()).faults, []);
  for (const miner of lab.miners) assert.equal(await lab.balance(miner), 0n);
});
