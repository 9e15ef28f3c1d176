import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRound } from '../../../payer/plan-round.js';
import { moveOf } from '../../../payer/rounds/own-transfers.js';
import { planMoves } from '../../../payer/rounds/plan-move.js';
import { createTransfer } from '../../../protocol/transfer.js';
import { ALPH, balanceOf, coinsOf, orderOf, walletKeys } from '../../support/round-lab.js';

test('what no group can pay is paid after the moves that are planned, and each of these is a transfer', () => {
  const amounts = [[60n * ALPH], [40n * ALPH, 30n * ALPH], [20n * ALPH], []];
  const balance = balanceOf(0, 120n * ALPH);
  const order = orderOf([balance], amounts);
  assert.equal(planRound(order).waiting.coins.accounts, 1);
  const moves = planMoves(order.coins, balance.amount);
  assert.deepEqual(
    moves.map(({ fromGroup, toGroup }) => [fromGroup, toGroup]),
    [[0, 1]],
    'into the group with the most, out of the next one',
  );
  const wallet = { networkId: 4, keys: walletKeys };
  const coins = order.coins.map((list) => [...list]);
  for (const move of moves) {
    const transfer = createTransfer(moveOf(wallet, move, 1).parts);
    assert.equal(transfer.fee, move.fee);
    coins[move.fromGroup] = coins[move.fromGroup]!.filter((coin) => !move.inputs.includes(coin));
    coins[move.toGroup]!.push(...coinsOf([move.amount], 999));
  }
  assert.equal(planRound({ ...order, coins }).batches[0]?.payments[0]?.owed, balance.amount);
});

test('nothing is moved where one group can pay, or all together can not', () => {
  const coinsAre = (...amounts: bigint[]) => amounts.map((amount, group) => coinsOf([amount], 10 * group));
  assert.deepEqual(planMoves(coinsAre(60n * ALPH, 5n * ALPH, 5n * ALPH, 5n * ALPH), 50n * ALPH), []);
  assert.deepEqual(planMoves(coinsAre(60n * ALPH, 5n * ALPH, 5n * ALPH, 5n * ALPH), 90n * ALPH), []);
  assert.deepEqual(planMoves([[], [], [], []], 90n * ALPH), []);
  assert.equal(planMoves(coinsAre(60n * ALPH, 9n * ALPH, 5n * ALPH, 5n * ALPH), 71n * ALPH).length, 2);
});
