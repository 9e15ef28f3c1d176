import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { verdictOf } from '../support/node-verdict.js';
import { LOSSES, openPoolLoad } from '../support/pool-load.js';
import { MISSING_REDIS, RedisServer } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';
import { ShareLedger, storedShares } from '../support/share-ledger.js';
import { sleep, waitFor } from '../support/wait.js';

/** Of each store; `npm run test:crash` asks for many more. Every fifth start is cut short, every second kill meets a busy pool. */
const KILLS = Number(process.env.LESSWORK_KILLS ?? 10);

/** Least shares from a start to the next kill. */
const SHARES_PER_KILL = 11;

/** Of so many starts one is cut short before anybody is served. */
const CUT_SHORT = 5;

const STORES: Readonly<Record<string, (t: TestContext) => Promise<object>>> = {
  embedded: async () => ({ type: 'embedded' }),
  redis: async (t) => {
    const server = await RedisServer.start({ appendFsync: 'everysec' });
    t.after(() => server.close());
    return { type: 'redis', url: server.url };
  },
};

for (const [name, store] of Object.entries(STORES)) {
  test(`killed ${KILLS} times under load: the ${name} store has each share that was acknowledged, once, and each block`, {
    skip: name === 'redis' && skipWhen(MISSING_REDIS),
  }, async (t) => {
    const { lab, ledger, crew, random, goesOn } = await openPoolLoad(t, {
      lab: { store: await store(t) },
      crew: { guests: 24, pauseMs: 40 },
    });
    for (let kill = 1; kill <= KILLS; kill++) {
      if (kill % CUT_SHORT === 0) {
        lab.spawn();
        await sleep(random() * 800);
        await lab.kill();
      }
      await lab.start();
      await goesOn(SHARES_PER_KILL);
      await sleep(random() * 1_000);
      if (kill % 2 === 0) await lab.killBusy(50, random() * 5);
      else await lab.kill();
    }
    await lab.start();
    await crew.stop();
    await lab.stop();
    const acknowledged = ledger.count('acknowledged');
    t.diagnostic(`${acknowledged} acknowledged, ${ledger.count('unanswered')} unanswered`);
    t.diagnostic(`refused: ${JSON.stringify(ledger.refusals)}`);
    assert.ok(acknowledged >= KILLS * SHARES_PER_KILL, 'there was load');
    assert.ok(ledger.count('unanswered') > 0, 'it was killed at work');
    assert.deepEqual(lab.pending(), []);
    await lab.withStore(async (opened) => {
      const beyond = ledger.check(await storedShares(opened));
      t.diagnostic(`${beyond} of the unanswered are stored`);
      const blocks = await opened.blocks({ offset: 0, limit: 1000 });
      t.diagnostic(`${lab.submitted.size} blocks at the node, ${blocks.length} on record`);
      for (const block of blocks) assert.ok(ledger.hasFound(block), 'somebody found it');
      const recorded = new Map(blocks.map((block) => [block.hash, verdictOf(block.state)]));
      for (const [hash, taken] of lab.submitted) {
        const state = recorded.get(hash);
        // What its finder was told of is on record; killed between the node and the record, there may be none.
        if (ledger.wasTold(hash)) assert.ok(state !== undefined, hash);
        if (state === 'accepted') assert.ok(taken, hash);
        if (state === 'refused') assert.ok(!taken, hash);
      }
    });
    assert.deepEqual(
      lab.recorderSaid.filter((message) => LOSSES.test(message)),
      [],
    );
  });
}

test('killed before it knew what became of its blocks, the next process finds out', async (t) => {
  const { lab, ledger, crew } = await openPoolLoad(t, {
    lab: { store: { type: 'embedded' }, devnet: { rate: 5_000 } },
    crew: { guests: 2, pauseMs: 20 },
    leastWork: 2_000n,
  });
  lab.devnet.disturbAnswers({ kind: 'lose' }, 10_000);
  await lab.start();
  // Those are on record whose finders had their answer: killed between the node and the record, there may be none.
  const answered = () =>
    [...lab.submitted].filter(([hash, good]) => good && ledger.wasTold(hash)).map(([hash]) => hash);
  await waitFor('blocks', () => answered().length >= 3, 60_000);
  const taken = answered();
  await lab.kill();
  await crew.stop();
  await lab.start();
  const accepted = () =>
    lab.said
      .filter(({ type, state }) => type === 'blockState' && state === 'accepted')
      .map(({ hash }) => hash);
  await waitFor('the end of each', () => taken.every((hash) => accepted().includes(hash)), 20_000);
  await lab.stop();
  await lab.withStore(async (store) => {
    for (const hash of taken) assert.equal(verdictOf((await store.block(hash))?.state), 'accepted');
  });
});

test('the comparison notices a share that is lost, one that is doubled, one of each, and blocks that nobody found', () => {
  const ledger = new ShareLedger();
  const place = { account: '00aa', worker: 'rig', chain: 4 };
  for (const work of [100n, 101n, 102n]) ledger.send({ ...place, work, hash: `${work}` });
  ledger.acknowledge(100n);
  ledger.acknowledge(101n);
  ledger.try('0f'.repeat(24));
  const found = { hash: '100', header: '0f'.repeat(326), work: '0' };
  assert.ok(ledger.hasFound({ ...found, header: '', work: '100' }));
  assert.ok(ledger.hasFound({ ...found, hash: '103' }));
  for (const other of [{ header: '0e'.repeat(326) }, { work: '100' }])
    assert.ok(!ledger.hasFound({ ...found, hash: '103', ...other }));
  const sums = (...works: bigint[]) =>
    new Map([
      [
        '00aa.rig 4',
        {
          shares: works.length,
          work: works.reduce((a, b) => a + b, 0n),
          squares: works.reduce((a, b) => a + b * b, 0n),
        },
      ],
    ]);
  ledger.check(sums(100n, 101n));
  ledger.check(sums(100n, 101n, 102n));
  for (const works of [[], [100n], [100n, 100n], [100n, 101n, 101n], [100n, 102n], [100n, 101n, 102n, 102n]])
    assert.throws(() => ledger.check(sums(...works)), assert.AssertionError, `${works}`);
  assert.throws(() => ledger.check(new Map()), assert.AssertionError);
  ledger.refuse(102n, 'stale');
  assert.throws(() => ledger.check(sums(100n, 101n, 102n)), assert.AssertionError);
});
