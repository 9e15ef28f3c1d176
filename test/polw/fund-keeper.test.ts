import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { FundCommit } from '../../polw/fund/fund-store.js';
import { createDeferred } from '../../protocol/deferred.js';
import { closeAll } from '../support/closers.js';
import { DEPTH, openKeeper, viewOn } from '../support/keeper-lab.js';
import { step } from '../support/polw-life.js';
import { waitFor } from '../support/wait.js';

afterEach(closeAll);

test('nothing is known until the history is read; then blocks that templates name are read when they are asked for', async () => {
  const { world, keeper, notices, lab, source } = await openKeeper();
  for (let i = 0; i < 60; i++) step(world, 0, DEPTH - 1);
  assert.deepEqual(keeper.coinsFor(viewOn(world)), { kind: 'unknown', hashes: [] });
  assert.equal(source.asked.length, 0);
  keeper.start();
  await waitFor('the history', () => keeper.caughtUp && lab.changes > 0);
  assert.match(notices[1]!, /^info: the fund is read up to now: \d+ coins/);
  for (let round = 0; round < 20; round++) {
    step(world, 0, DEPTH - 1);
    const view = viewOn(world, round % 16);
    await waitFor('coins', () => keeper.coinsFor(view).kind === 'coins');
    const answer = keeper.coinsFor(view);
    if (answer.kind !== 'coins') throw new Error(answer.kind);
    const expected = world.spendable(view).map(({ amount }) => amount);
    assert.deepEqual(answer.coins.map(({ amount }) => amount).toSorted(), expected.toSorted());
  }
});

test('a node that does not answer is told once, and asked again', async () => {
  const { source, keeper, notices } = await openKeeper();
  source.failure = new Error('connection refused');
  keeper.start();
  await waitFor('some tries', () => source.asked.length > 4);
  assert.deepEqual(notices.slice(1), ["warn: blocks can't be read: connection refused"]);
  source.failure = undefined;
  await waitFor('the history', () => keeper.caughtUp);
});

test('a block that the node does not have is not asked for over and over', async () => {
  const { source, keeper, lab } = await openKeeper();
  keeper.start();
  await waitFor('the history', () => keeper.caughtUp && lab.changes > 0);
  const hash = 'ab'.repeat(32);
  const asked = () => source.asked.filter((what) => what === `block ${hash}`).length;
  assert.equal(keeper.uncleHeight(hash), undefined);
  await waitFor('the question', () => asked() === 1);
  const { changes } = lab;
  await waitFor('its end', () => lab.changes > changes || asked() > 1 || lab.changes > 1);
  for (let i = 0; i < 5; i++) assert.equal(keeper.uncleHeight(hash), undefined);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(asked(), 1);
  lab.laterMs = 1_000;
  assert.equal(keeper.uncleHeight(hash), undefined);
  await waitFor('a second question', () => asked() === 2);
});

test('an uncle has its height once its block is read', async () => {
  const { world, keeper, lab } = await openKeeper();
  for (let i = 0; i < 30; i++) step(world, 0, DEPTH - 1);
  keeper.start();
  await waitFor('the history', () => keeper.caughtUp && lab.changes > 0);
  const block = world.chains[3]!.at(-1)!;
  await waitFor('the height', () => keeper.uncleHeight(block.hash) === block.height);
});

test('what is final is kept; what could not be kept is told, and kept with what follows', async () => {
  const { world, keeper, store, notices } = await openKeeper();
  for (let i = 0; i < 400; i++) step(world, 0, DEPTH - 1);
  store.failure = new Error('disk full');
  keeper.start();
  await waitFor('the history', () => keeper.caughtUp);
  await waitFor('the notices', () => notices.length === 3);
  assert.equal(notices[1], "warn: the fund can't be kept: disk full; chains are mined on meanwhile");
  store.failure = undefined;
  await keeper.close();
  const [commit] = store.commits;
  const keys = commit!.entries.map(({ key }) => key);
  assert.ok(keys.length > 0);
  assert.equal(new Set(keys).size, keys.length);
  assert.deepEqual(commit!.snapshot, keeper.fund.snapshot());
});

test('a find is kept before its block is sent; that it could not be is told', async () => {
  const { keeper, store, notices, lab } = await openKeeper();
  keeper.start();
  await waitFor('the history', () => keeper.caughtUp && lab.changes > 0);
  const find = { hash: 'cd'.repeat(32), chain: 2, height: 9 };
  keeper.found(find);
  assert.deepEqual(store.finds, [find]);
  assert.deepEqual(keeper.fund.finds(), [find]);
  store.failure = new Error('disk full');
  keeper.found({ ...find, hash: 'ef'.repeat(32) });
  await waitFor('a notice', () => notices.length === 3);
  assert.equal(notices[2], 'warn: a find is not kept: disk full');
});

test('nobody waits for a store that does not answer: blocks are read, and one commit at a time is on its way', async () => {
  const { world, keeper, store, lab } = await openKeeper();
  const answer = createDeferred<void>();
  const begun: FundCommit[] = [];
  store.commit = async (commit) => {
    begun.push(commit);
    await answer.promise;
    store.commits.push(commit);
  };
  keeper.start();
  await waitFor('the history', () => keeper.caughtUp);
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 20; i++) step(world, 0, DEPTH - 1);
    lab.laterMs += 11_000;
    const view = viewOn(world, round);
    await waitFor('coins', () => keeper.coinsFor(view).kind === 'coins');
  }
  assert.equal(begun.length, 1);
  answer.resolve();
  await keeper.close();
  assert.equal(store.commits.length, 2);
  assert.deepEqual(store.commits[1]!.snapshot, keeper.fund.snapshot());
});
