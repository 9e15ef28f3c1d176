import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AddressOutputs } from '../../node/rest-outputs.js';
import { OutputsCheck } from '../../polw/outputs-check.js';
import { ALPH, type FundLab, funded } from '../support/fund-lab.js';

/** A check of chain 0-1, which has a deposit, over a node that says what the test wants. */
function openCheck(lab: FundLab = funded(1)) {
  const { fund } = lab;
  for (let i = 0; i < 4; i++) lab.mineAll(1);
  fund.settle();
  const told: string[] = [];
  const asked: string[] = [];
  const node: { answer: () => AddressOutputs } = { answer: () => listOf(lab, 1) };
  const check = new OutputsCheck({
    fund,
    outputsOf: async (address) => {
      asked.push(address);
      return node.answer();
    },
    onNotice: ({ level, message }) => told.push(`${level}: ${message}`),
  });
  return { lab, fund, check, told, asked, node };
}

const listOf = ({ fund }: FundLab, chain: number, without: readonly string[] = []): AddressOutputs => ({
  outputs: [...fund.coins(), ...fund.foreign().listed]
    .filter(({ owner, key }) => owner === chain && !without.includes(key))
    .map(({ key, amount, lockTimeMs }) => ({ key, amount, lockTimeMs })),
  complete: true,
  onChain: true,
});

test('a node that has the same says nothing, dust and locked outputs included', async () => {
  const lab = funded(1);
  lab.mine(0, [lab.world.litter(1, 'small'), lab.world.litter(1, 'locked')]);
  lab.burn(4);
  const { check, told } = openCheck(lab);
  for (let i = 0; i < 3; i++) await check.check(1);
  assert.deepEqual(told, []);
  assert.deepEqual(check.counts, { checks: 3, differences: 0, incomplete: 0 });
});

test('a difference is told the second time in a row, once, with its references, and when it is over', async () => {
  const { lab, check, told, node } = openCheck();
  const [coin] = lab.coins(1);
  const strange = { key: 'ab'.repeat(32), amount: 3n * ALPH, lockTimeMs: 0 };
  node.answer = () => {
    const list = listOf(lab, 1, [coin!.key]);
    return { ...list, outputs: [...list.outputs, strange] };
  };
  await check.check(1);
  assert.deepEqual([told, check.counts.differences], [[], 0]);
  for (let i = 0; i < 3; i++) await check.check(1);
  assert.deepEqual(told.splice(0), [
    'warn: chain 0-1: what the node lists at burn-1 differs from the fund: ' +
      `the node lacks ${coin!.key} (100.0000 ALPH); the fund lacks ${strange.key} (3.0000 ALPH)`,
  ]);
  assert.equal(check.counts.differences, 2);
  node.answer = () => listOf(lab, 1);
  await check.check(1);
  assert.deepEqual(told, ['info: chain 0-1: what the node lists at burn-1 agrees with the fund again']);
  assert.equal(check.counts.differences, 0);
});

test('what is in flight differs once, and is not told: another output each time', async () => {
  const { lab, check, told, node } = openCheck();
  let name = 0;
  node.answer = () => {
    const list = listOf(lab, 1);
    return {
      ...list,
      outputs: [...list.outputs, { key: `${name++}`.padStart(64, '0'), amount: ALPH, lockTimeMs: 0 }],
    };
  };
  for (let i = 0; i < 4; i++) await check.check(1);
  assert.deepEqual([told, check.counts.differences], [[], 0]);
});

test('a coin that is set aside, or whose block may still leave, may be missing', async () => {
  const { lab, fund, check, told, node } = openCheck();
  const [coin] = lab.coins(1);
  assert.equal(fund.reserve({ id: 'a', payer: 'fund', amount: ALPH, keys: [coin!.key] }), 'reserved');
  lab.mine(0, [lab.world.deposit([1], 5n * ALPH)]);
  node.answer = () => ({ outputs: [], complete: true, onChain: true });
  for (let i = 0; i < 3; i++) await check.check(1);
  assert.deepEqual(told, []);
  fund.release('a');
  for (let i = 0; i < 2; i++) await check.check(1);
  assert.equal(told.length, 1);
});

test('a list that is not whole is told, not judged; one with transfers that wait is not judged; a failure is nothing', async () => {
  const { lab, check, told, node } = openCheck();
  node.answer = () => ({ outputs: [], complete: false, onChain: false });
  for (let i = 0; i < 3; i++) await check.check(1);
  assert.deepEqual(told.splice(0), [
    'warn: chain 0-1: what the node lists at burn-1 is not compared with the fund: ' +
      'there are more outputs than it is set to tell of (alephium.api.default-utxos-limit)',
  ]);
  assert.deepEqual(check.counts, { checks: 0, differences: 0, incomplete: 1 });
  node.answer = () => ({ outputs: [], complete: true, onChain: false });
  for (let i = 0; i < 3; i++) await check.check(1);
  node.answer = () => {
    throw new Error('away');
  };
  for (let i = 0; i < 3; i++) await check.check(1);
  assert.deepEqual(told, []);
  assert.deepEqual(check.counts, { checks: 0, differences: 0, incomplete: 0 });
  assert.equal(lab.fund.coins().length, 1);
});

test('where outputs that are not taken in are too many to be listed, more of them are not told from others', async () => {
  const lab = funded(1);
  for (let i = 0; i < 9; i++)
    lab.mine(
      0,
      Array.from({ length: 128 }, () => lab.world.litter(1, 'small')),
    );
  const { check, told, node } = openCheck(lab);
  assert.ok(lab.fund.foreign().unlisted[1]!.count > 0);
  node.answer = () => {
    const list = listOf(lab, 1);
    return { ...list, outputs: [...list.outputs, { key: 'cd'.repeat(32), amount: 1n, lockTimeMs: 0 }] };
  };
  for (let i = 0; i < 3; i++) await check.check(1);
  assert.deepEqual(told, []);
});

test('addresses are looked at one after the other, each every ten minutes', async () => {
  const { check, asked } = openCheck();
  for (let ms = 0; ms <= 1_200_000; ms += 2_500) {
    check.tick(ms);
    await Promise.resolve();
    await Promise.resolve();
  }
  assert.deepEqual(asked.slice(0, 17), [
    ...Array.from({ length: 16 }, (_, chain) => `burn-${chain}`),
    'burn-0',
  ]);
  assert.equal(asked.length, 32);
});
