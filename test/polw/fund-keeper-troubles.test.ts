import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Fund } from '../../polw/fund/fund.js';
import { hintOfLockupScript } from '../../protocol/address.js';
import { closeAll } from '../support/closers.js';
import { ALPH } from '../support/fund-lab.js';
import { DEPTH, openKeeper, viewOn } from '../support/keeper-lab.js';
import { step } from '../support/polw-life.js';
import { authorizationOf } from '../support/polw-templates.js';
import type { PolwWorld } from '../support/polw-world.js';
import { waitFor } from '../support/wait.js';

afterEach(closeAll);

type Lab = Awaited<ReturnType<typeof openKeeper>>;

async function caughtUp(lab: Lab): Promise<void> {
  lab.keeper.start();
  await waitFor('the history', () => lab.keeper.caughtUp && lab.lab.changes > 0);
  lab.notices.splice(0);
}

const mine = (world: PolwWorld, chain: number) => world.append(world.block(world.tip(chain)));
const tips = (world: PolwWorld) => world.chains.map((blocks) => blocks.at(-1)!.hash);

test('one block that can not be read stops no other chain; it is told once, asked for again later, and told when it is over', async () => {
  const lab = await openKeeper();
  const { world, source, keeper, notices } = lab;
  await caughtUp(lab);
  const bad = mine(world, 5);
  source.faults.set(bad.hash, new Error('its index is damaged'));
  const asked = () => source.asked.filter((what) => what === `block ${bad.hash}`).length;
  for (let round = 0; round < 3; round++) {
    for (const chain of [4, 6, 7, 0, 1, 2, 3]) mine(world, chain);
    keeper.follow(tips(world));
    await waitFor('the others', () => keeper.fund.tip(3)!.hash === world.tip(3).hash);
    assert.equal(keeper.coinsFor(viewOn(world, 0)).kind, 'coins');
    assert.equal(asked(), round + 1);
    keeper.follow(tips(world));
    lab.lab.laterMs += 6;
  }
  assert.deepEqual(notices, ["warn: blocks can't be read: its index is damaged"]);
  source.faults.clear();
  keeper.follow(tips(world));
  await waitFor('it', () => keeper.fund.tip(5)!.hash === bad.hash && notices.length === 2);
  assert.equal(notices[1], 'info: blocks are read again');
});

test('a fund that is far behind reads by time what it has missed', async () => {
  const lab = await openKeeper();
  const { world, keeper, notices } = lab;
  await caughtUp(lab);
  for (let i = 0; i < 300; i++) mine(world, 1);
  keeper.follow([world.tip(1).hash]);
  await waitFor('the tip', () => keeper.fund.tip(1)!.hash === world.tip(1).hash);
  assert.deepEqual(notices, []);
});

test('a node whose chain leaves what is final is told, with what to do', async () => {
  const lab = await openKeeper();
  const { world, keeper, notices } = lab;
  for (let i = 0; i < 40; i++) for (let chain = 0; chain < 16; chain++) mine(world, chain);
  await caughtUp(lab);
  const view = viewOn(world, 9);
  const branch = [world.block(world.chains[1]![2]!)];
  for (let i = 0; i < 45; i++) branch.push(world.block(branch.at(-1)!));
  world.put(1, 3, branch);
  keeper.follow([world.tip(1).hash]);
  await waitFor('a notice', () => notices.length > 0);
  assert.match(
    notices[0]!,
    /^warn: blocks can't be read: chain 0-1: .* must begin anew: end this program, remove what it has kept/,
  );
  assert.equal(keeper.coinsFor(view).kind, 'coins');
});

test('that what is final can not be kept is told once, and when it is over', async () => {
  const lab = await openKeeper();
  const { world, store, keeper, notices } = lab;
  await caughtUp(lab);
  store.failure = new Error('disk full');
  for (let round = 0; round < 4; round++) {
    if (round === 3) store.failure = undefined;
    for (let i = 0; i < 20; i++) step(world, 0, DEPTH - 1);
    lab.lab.laterMs += 11_000;
    const view = viewOn(world, round);
    await waitFor('coins', () => keeper.coinsFor(view).kind === 'coins');
  }
  await waitFor('the end', () => notices.length > 1);
  assert.deepEqual(notices, [
    "warn: the fund can't be kept: disk full; chains are mined on meanwhile",
    'info: the fund is kept again',
  ]);
});

test('a fund that is not as it should be gives no coins, and says so once', async () => {
  const lab = await openKeeper({
    snapshot: ({ addresses }) => {
      const snapshot = new Fund({ addresses, depth: DEPTH, minDeposit: ALPH }).snapshot();
      return {
        ...snapshot,
        ledger: { ...snapshot.ledger, accounts: { ...snapshot.ledger.accounts, fund: 1n } },
      };
    },
  });
  const { world, store, keeper, notices } = lab;
  await caughtUp(lab);
  for (let i = 0; i < 3; i++)
    assert.deepEqual(keeper.coinsFor(viewOn(world)), { kind: 'unknown', hashes: [] });
  await keeper.close();
  assert.deepEqual(store.commits, []);
  assert.equal(notices.length, 1);
  assert.match(notices[0]!, /not as it should be: coins hold -1 attoALPH more than the accounts/);
});

test('what comes to an address that was kept, and that nobody has authorized now, is still seen', async () => {
  const { burn } = authorizationOf(1);
  const { world, keeper, lab } = await openKeeper({
    snapshot: ({ addresses }) => {
      addresses[1] = burn.text;
      return new Fund({ addresses: [...addresses], depth: DEPTH, minDeposit: ALPH }).snapshot();
    },
    without: [1],
  });
  const output = { ...world.output(1, ALPH, 0), hint: hintOfLockupScript(burn.lockupScript) };
  const truth = { deposit: ALPH, made: new Map([[output.key, 0n]]) };
  const deposit = world.transaction({ coinbase: false, spends: [], outputs: [output], gasFee: 0n }, truth);
  world.append(world.block(world.tip(0), [deposit]));
  keeper.start();
  await waitFor('the history', () => keeper.caughtUp && lab.changes > 0);
  assert.equal(keeper.fund.accounts().fund, ALPH);
});

test('chains whose burn address is new to a fund that was kept are told', async () => {
  const { keeper, notices } = await openKeeper({
    snapshot: ({ addresses }) =>
      new Fund({
        addresses: (addresses as (string | undefined)[]).with(2, undefined).with(9, undefined),
        depth: DEPTH,
        minDeposit: ALPH,
      }).snapshot(),
  });
  keeper.start();
  assert.match(notices[1]!, /^warn: 0-2, 2-1: the burn address is new to the fund that was kept/);
});
