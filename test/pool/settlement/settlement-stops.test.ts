// A process may end at any commit, and store and books may go back in time: every block is credited once all the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailableError } from '../../../pool/ports/store.js';
import { INTERVAL_MS } from '../../../pool/settlement/interval.js';
import { live, textsOf } from '../../support/settlement-life.js';
import { accountKey, SettlementWorld } from '../../support/settlement-world.js';

const ALPH = 10n ** 18n;
const undisturbed = (async () => {
  const world = new SettlementWorld();
  await live(world, async () => void (await world.settle()));
  await world.judge();
  return { texts: await textsOf(world), commits: world.books.done.length, runs: await world.runs() };
})();

/** The process ends at a commit or a note, as `stop` says, and another one goes on. */
async function liveWithStops(stop: (world: SettlementWorld, step: number) => void): Promise<SettlementWorld> {
  const world = new SettlementWorld();
  let step = 0;
  let settlement = world.settlement();
  world.books.beforeCommit = () => stop(world, step++);
  world.beforeNote = () => stop(world, step++);
  const hashes = await live(world, async () => {
    for (let tries = 0; ; tries++)
      try {
        await world.settle(settlement);
        // A step that lost a race with itself ends early, and is done again after some seconds.
        await world.settle(settlement);
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError) || tries > 1_000) throw error;
        settlement = world.settlement();
      }
  });
  for (const hash of hashes) assert.equal(world.fate(hash)?.credited, true);
  await world.judge();
  return world;
}

test('the history that is stopped below has several parts, tables and runs', async () => {
  const { runs, texts } = await undisturbed;
  assert.deepEqual(
    runs.map(({ blocks }) => blocks.length),
    [2, 2],
  );
  assert.ok(texts.filter((text) => / settlement\/1\/[01] /.test(text)).length === 2);
});

test('a process that ends before any one of its commits', async () => {
  const { texts, commits } = await undisturbed;
  for (let at = 0; at < commits + 4; at++) {
    const world = await liveWithStops((_, step) => {
      if (step === at) throw new StoreUnavailableError('stopped');
    });
    assert.deepEqual(await textsOf(world), texts, `stopped at ${at}`);
  }
});

test('a process that ends after any one of its commits, and never hears of it', async () => {
  const { texts, commits } = await undisturbed;
  for (let at = 0; at < commits; at++) {
    const world = await liveWithStops(({ books }, step) => {
      if (step === at) books.loseAnswers = 1;
    });
    assert.deepEqual(await textsOf(world), texts, `stopped after ${at}`);
  }
});

test('a process that ends all the time', async () => {
  const { texts } = await undisturbed;
  const world = await liveWithStops((_, step) => {
    if (step % 5 === 4) throw new StoreUnavailableError('stopped');
  });
  assert.deepEqual(await textsOf(world), texts);
});

test('a process that has lost the lease writes nothing more', async () => {
  const world = new SettlementWorld();
  const settlement = world.settlement();
  await live(world, async () => void (await world.settle(settlement)));
  const before = await textsOf(world);
  await world.books.takeLease('settlement', 'another', 60_000);
  world.share(accountKey(1), 10n);
  world.find();
  world.pass(2 * INTERVAL_MS);
  await world.settle(settlement);
  assert.deepEqual(await textsOf(world), before);
});

test('the store goes back: what is in a run stays in it, and is noted as credited again', async () => {
  const world = new SettlementWorld();
  const settlement = world.settlement();
  let back: (() => void) | undefined;
  let settled = 0;
  const hashes = await live(world, async () => {
    if (++settled === 6) back = world.snapshot();
    await world.settle(settlement);
  });
  const before = (await textsOf(world)).filter((text) => !text.startsWith('note settlement/state'));
  back!();
  await world.settle(settlement);
  assert.deepEqual(
    hashes.map((hash) => world.fate(hash)?.credited),
    [true, true, false, false],
  );
  for (const hash of hashes.slice(2)) world.mature(hash);
  world.pass(INTERVAL_MS);
  await world.settle(settlement);
  await world.settle();
  for (const hash of hashes) assert.equal(world.fate(hash)?.credited, true);
  const after = (await textsOf(world)).filter((text) => !text.startsWith('note settlement/state'));
  assert.deepEqual(after, before);
});

for (const which of ['another process', 'the same process'] as const)
  test(`the books go back, and ${which} goes on: what they have lost is credited again, to the same miners`, async () => {
    const { runs } = await undisturbed;
    for (let at = 1; at <= 7; at++) {
      const world = new SettlementWorld();
      const settlement = world.settlement();
      let back: (() => void) | undefined;
      let settled = 0;
      const hashes = await live(world, async () => {
        if (settled++ === at) back = world.books.snapshot();
        await world.settle(settlement);
      });
      const owed = await world.owed(0, 1, 64, 129);
      back?.();
      const next = which === 'another process' ? world.settlement() : settlement;
      for (let i = 0; i < 4; i++) {
        await world.settle(next);
        world.pass(INTERVAL_MS);
      }
      for (const hash of hashes) assert.equal(world.fate(hash)?.credited, true, `back to ${at}`);
      assert.deepEqual(await world.owed(0, 1, 64, 129), owed, `back to ${at}`);
      assert.equal(await world.balance('pool-fee'), (-12n * ALPH) / 100n);
      const blocks = (await world.runs()).flatMap((run) => run.blocks.map(({ hash }) => hash));
      assert.deepEqual(
        blocks.toSorted(),
        runs.flatMap((run) => run.blocks.map(({ hash }) => hash)).toSorted(),
      );
      await world.judge();
    }
  });
