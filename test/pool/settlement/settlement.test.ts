// From shares and finds to balances, over a store and books in memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownTransaction, unexplained } from '../../../ledger/movements.js';
import { abandonJournal } from '../../../pool/settlement/abandon-journal.js';
import { INTERVAL_MS } from '../../../pool/settlement/interval.js';
import { accountKey, SettlementWorld, WORLD_MS } from '../../support/settlement-world.js';

const ALPH = 10n ** 18n;
const [ONE, TWO, THREE] = [1, 2, 3].map(accountKey) as [string, string, string];
const SLICE_MS = 10_000;

/** A world whose task has begun: blocks that were found before do not count. */
async function begun(...terms: ConstructorParameters<typeof SettlementWorld>) {
  const world = new SettlementWorld(...terms);
  const settlement = await world.settle();
  return { world, settlement };
}

async function noteOf(world: SettlementWorld, key: string) {
  const [record] = await world.books.get('note', [key]);
  return record && JSON.parse(record.text);
}

/** All blocks are final, and their rewards can be spent. */
async function mature(world: SettlementWorld, hashes: readonly string[], reward = 3n * ALPH): Promise<void> {
  for (const hash of hashes) world.end(hash, {}, reward);
  await world.settle();
  world.pass(30_000_000);
  for (const hash of hashes) world.mature(hash);
  await world.settle();
}

test('what a block brought is shared out by the work of its window, once its reward can be spent', async () => {
  const { world, settlement } = await begun();
  world.share(ONE, 1_000n);
  world.share(ONE, 500n, { name: 'other' });
  world.pass(SLICE_MS);
  world.share(TWO, 400n);
  world.share(TWO, 100n, { journal: 'b' });
  const hash = world.find({ expected: 900n, account: TWO });
  world.pass(INTERVAL_MS + SLICE_MS);
  await world.settle(settlement);
  const [head] = await world.books.get('work', [`T${String(WORLD_MS).padStart(15, '0')}`]);
  const { windows, totals, finds, chunks } = JSON.parse(head!.text);
  assert.deepEqual(finds, [[hash, 0]]);
  assert.deepEqual(totals, ['1800']);
  assert.deepEqual(chunks, [ONE]);
  assert.deepEqual(windows, [{ fromMs: WORLD_MS, toMs: WORLD_MS + 2 * SLICE_MS, part: '1300', of: '1500' }]);
  world.end(hash);
  await world.settle(settlement);
  assert.equal(await world.balance('wallet/1/immature'), 3n * ALPH);
  assert.deepEqual(await world.owed(1, 2), [0n, 0n]);
  world.pass(30_000_000);
  world.mature(hash);
  await world.settle(settlement);
  const shared = (3n * ALPH * 99n) / 100n;
  assert.deepEqual(await world.owed(1, 2), [(shared * 1300n) / 1800n, (shared * 500n) / 1800n]);
  assert.equal(await world.balance('pool-fee'), -(3n * ALPH) / 100n);
  assert.equal(await world.balance('wallet/1/spendable'), 3n * ALPH);
  assert.equal(world.fate(hash)?.credited, true);
  const [run] = await world.runs();
  assert.deepEqual(run!.blocks, [
    { hash, chain: 1, height: 1001, interval: WORLD_MS, window: 0, reward: 3n * ALPH },
  ]);
  const day = new Date(world.nowMs).toISOString().slice(0, 10);
  const [earned] = await world.books.get('earning', [`${TWO}/${day}`]);
  assert.equal(earned?.text, `${(shared * 500n) / 1800n}`);
  assert.deepEqual(await noteOf(world, 'settlement/state'), {
    atMs: world.nowMs,
    fromMs: WORLD_MS,
    throughMs: Math.floor(world.nowMs / INTERVAL_MS) * INTERVAL_MS,
    blockedBy: [],
    runs: 1,
  });
  assert.deepEqual(settlement.figures, {
    blockedBy: 0,
    blockedForMs: 0,
    throughAgoMs: world.nowMs % INTERVAL_MS,
    runs: 1,
    lastRunMs: world.nowMs,
  });
  await world.judge();
});

test('blocks of before the task began are left alone, and those of others and orphans are nobody’s', async () => {
  const world = new SettlementWorld();
  world.share(ONE, 5n);
  const before = world.find();
  world.pass(1);
  await world.settle();
  world.share(ONE, 5n);
  const [orphan, strange, ours] = [world.find(), world.find(), world.find()];
  world.pass(INTERVAL_MS + SLICE_MS);
  world.end(orphan, { state: 'orphan', reward: undefined });
  world.end(strange);
  world.end(strange, { reward: { ...world.fate(strange)!.reward!, ours: false } });
  await world.settle();
  await mature(world, [before, ours]);
  assert.deepEqual(
    (await world.runs()).flatMap(({ blocks }) => blocks.map(({ hash }) => hash)),
    [ours],
  );
  assert.equal(world.fate(before)?.credited, false);
  await world.judge();
});

test('runs are ten minutes apart, and take what has gathered meanwhile', async () => {
  const { world } = await begun();
  const hashes: string[] = [];
  for (let i = 0; i < 4; i++) {
    world.share(ONE, 10n);
    hashes.push(world.find());
    world.pass(1_000);
  }
  world.pass(INTERVAL_MS + SLICE_MS);
  for (const hash of hashes) world.end(hash);
  await world.settle();
  world.pass(30_000_000);
  for (const hash of hashes) {
    world.mature(hash);
    await world.settle();
    world.pass(INTERVAL_MS / 2);
  }
  world.pass(INTERVAL_MS);
  await world.settle();
  assert.deepEqual(
    (await world.runs()).map(({ blocks }) => blocks.length),
    [1, 2, 1],
  );
  await world.judge();
});

test('tables wait for a silent journal, which is told; it goes on when that comes back', async () => {
  const { world, settlement } = await begun();
  world.share(ONE, 100n);
  world.share(TWO, 100n, { journal: 'b' });
  world.find();
  const silentMs = world.nowMs;
  world.nowMs += INTERVAL_MS + SLICE_MS;
  world.report('a');
  await world.settle(settlement);
  assert.deepEqual([settlement.standing?.blockedBy, settlement.standing?.sinceMs], [['b'], silentMs]);
  assert.deepEqual(settlement.figures?.blockedForMs, world.nowMs - silentMs);
  const { blockedBy, sinceMs, throughMs } = await noteOf(world, 'settlement/state');
  assert.deepEqual([blockedBy, sinceMs, throughMs], [['b'], silentMs, WORLD_MS]);
  assert.deepEqual(await world.books.page('work', { limit: 9 }), []);
  world.share(TWO, 300n, { journal: 'b', atMs: WORLD_MS });
  world.report('b');
  await world.settle(settlement);
  assert.deepEqual((await noteOf(world, 'settlement/state')).blockedBy, []);
  const [row] = (await world.books.page('work', { prefix: 'T', limit: 9 })).slice(1);
  assert.equal(row?.text, `${ONE} 100\n${TWO} 400`);
});

for (const how of ['after some time', 'by the operator'] as const)
  test(`a silent journal is left out ${how}; what it brings later counts in the next windows, once`, async () => {
    const { world } = await begun({
      scheme: 'prop',
      silentJournalMs: how === 'after some time' ? 300_000 : undefined,
    });
    world.share(ONE, 100n);
    world.share(TWO, 100n, { journal: 'b' });
    world.find();
    world.nowMs += INTERVAL_MS + SLICE_MS;
    world.report('a');
    if (how === 'by the operator') assert.ok(await abandonJournal(world.books, 'operator', 'b', world.nowMs));
    await world.settle();
    const rowsOf = async (index: number): Promise<string> => {
      const records = await world.books.page('work', { prefix: 'T', limit: 9 });
      return records[2 * index + 1]!.text;
    };
    // What it had brought by then counts where it was found.
    assert.equal(await rowsOf(0), `${ONE} 100\n${TWO} 100`);
    world.share(THREE, 7n, { journal: 'b', atMs: WORLD_MS + 1 });
    world.share(ONE, 5n);
    world.pass(SLICE_MS);
    world.find();
    world.pass(INTERVAL_MS);
    await world.settle();
    assert.equal(await rowsOf(1), `${ONE} 5`);
    assert.equal((await world.books.page('note', { prefix: 'settlement/abandon/', limit: 9 })).length, 0);
    world.share(TWO, 1n, { journal: 'b' });
    world.pass(SLICE_MS);
    world.find();
    world.pass(INTERVAL_MS);
    await world.settle();
    assert.equal(await rowsOf(2), `${TWO} 1\n${THREE} 7`);
  });

test('late work stays where it counts in a window that goes back beyond it', async () => {
  const { world } = await begun({ silentJournalMs: 300_000 });
  world.share(ONE, 1000n);
  world.share(TWO, 1000n, { journal: 'b' });
  world.find({ expected: 20n });
  world.nowMs += INTERVAL_MS + SLICE_MS;
  world.report('a');
  await world.settle();
  world.share(THREE, 70n, { journal: 'b', atMs: WORLD_MS + 1 });
  for (let i = 1; i < 3; i++) {
    world.share(ONE, 50n);
    world.pass(SLICE_MS);
    world.find({ expected: 9_000n });
    world.pass(INTERVAL_MS);
    await world.settle();
    const records = await world.books.page('work', { prefix: 'T', limit: 9 });
    assert.equal(records.at(-1)!.text, `${ONE} ${1000 + 50 * i}\n${TWO} 1000${i > 1 ? `\n${THREE} 70` : ''}`);
  }
  // A window that begins after its own slices holds it where it came.
  world.share(ONE, 10n);
  world.find({ expected: 80n });
  world.pass(INTERVAL_MS);
  await world.settle();
  const records = await world.books.page('work', { prefix: 'T', limit: 9 });
  assert.equal(records.at(-1)!.text, `${ONE} 90\n${THREE} 70`);
});

test('a find of which a node says late that it has it is credited by its own window', async () => {
  const { world } = await begun();
  world.share(ONE, 10n);
  const refused = world.find({ state: 'refused' });
  const taken = world.find();
  world.pass(INTERVAL_MS);
  world.share(TWO, 10n);
  world.pass(INTERVAL_MS + SLICE_MS);
  await world.settle();
  world.turn(refused, 'accepted');
  await mature(world, [refused, taken]);
  world.pass(INTERVAL_MS);
  await world.settle();
  const blocks = (await world.runs()).flatMap((run) => run.blocks);
  assert.deepEqual(
    blocks.map(({ hash, interval, late }) => [hash, interval, late]),
    [
      [taken, WORLD_MS, undefined],
      [refused, WORLD_MS, 1],
    ],
  );
  assert.deepEqual(await world.owed(1, 2), [(6n * ALPH * 99n) / 100n, 0n]);
  await world.judge();
});

test('PROP: work since the find before; without work all but the fee is the remainder', async () => {
  const { world } = await begun({ scheme: 'prop' });
  world.share(ONE, 10n);
  const first = world.find();
  world.pass(SLICE_MS);
  world.share(TWO, 10n);
  world.pass(SLICE_MS);
  world.share(THREE, 30n);
  const second = world.find();
  world.pass(SLICE_MS);
  const third = world.find();
  world.pass(INTERVAL_MS + SLICE_MS);
  await mature(world, [first, second, third]);
  const shared = (3n * ALPH * 99n) / 100n;
  assert.deepEqual(await world.owed(1, 2, 3), [shared, shared / 4n, (shared * 3n) / 4n]);
  assert.equal(await world.balance('remainder'), -shared);
  await world.judge();
});

test('solo: all is the finder’s, whose address is kept where it does not follow from the account', async () => {
  const { world } = await begun({ scheme: 'solo' });
  world.share(TWO, 10n);
  const groupless = `04${'02'.repeat(38)}`;
  const hashes = [
    world.find({ account: ONE }),
    world.find({ account: groupless, address: 'groupless:2' }),
    world.find({ account: ONE }),
  ];
  await mature(world, hashes);
  const shared = (3n * ALPH * 99n) / 100n;
  assert.deepEqual(await world.owed(1, 2), [2n * shared, 0n]);
  assert.equal(await world.balance(`miner/${groupless}`), -shared);
  const notes = await world.books.page('note', { prefix: 'address/', limit: 9 });
  assert.deepEqual(
    notes.map(({ key, text }) => [key, text]),
    [[`address/${groupless}`, 'groupless:2']],
  );
  await world.judge();
});

test('the address of a groupless account is the one its miner named last', async () => {
  const { world } = await begun();
  const account = `05${'03'.repeat(36)}`;
  world.share(account, 10n, { address: 'one:1' });
  world.find();
  world.pass(INTERVAL_MS + SLICE_MS);
  await world.settle();
  world.share(account, 10n, { address: 'one:3', name: 'other' });
  world.find();
  world.pass(INTERVAL_MS + SLICE_MS);
  await world.settle();
  const [note] = await world.books.get('note', [`address/${account}`]);
  assert.deepEqual([note?.text, note?.version], ['one:3', 2]);
});

test('an output that was booked as unexplained before its block was final becomes a reward', async () => {
  const { world } = await begun();
  world.share(ONE, 10n);
  const hash = world.find();
  world.pass(INTERVAL_MS + SLICE_MS);
  world.end(hash);
  const { key, amount, lockTimeMs } = world.fate(hash)!.reward!;
  const coin = { group: 1, key, amount, lockTimeMs } as const;
  await world.ledger.post({
    fence: { name: 'payer', number: 1 },
    transactions: [unexplained(world.nowMs, coin)],
  });
  await mature(world, [hash]);
  assert.deepEqual(await world.owed(1), [(3n * ALPH * 99n) / 100n]);
  assert.deepEqual(
    [await world.balance('unexplained'), await world.balance('wallet/1/spendable')],
    [0n, 3n * ALPH],
  );
  assert.deepEqual(world.troubles, []);
  await world.judge();
});

for (const trimmed of [false, true])
  test(`an output that was unexplained and is spent before its block is final is no second one${trimmed ? ', in a trimmed log, too' : ''}`, async () => {
    const { world } = await begun();
    world.share(ONE, 10n);
    const hash = world.find();
    world.pass(INTERVAL_MS + SLICE_MS);
    world.end(hash);
    const { key, amount, lockTimeMs } = world.fate(hash)!.reward!;
    const coin = { group: 1, key, amount, lockTimeMs } as const;
    const fence = { name: 'payer', number: 1 } as const;
    // Its lock was over when it was seen.
    await world.ledger.post({ fence, transactions: [unexplained(lockTimeMs, coin)] });
    const made = [{ group: 1, key: 'ab'.repeat(32), amount: amount - 5n, lockTimeMs: 0 }] as const;
    const merge = { txId: 'cd'.repeat(32), group: 1, spent: [coin], made, fee: 5n } as const;
    await world.ledger.post({ fence, transactions: [ownTransaction(lockTimeMs, merge)] });
    if (trimmed) await world.books.trimLog(await world.books.logEnd(), { name: 'ledger', number: 1 });
    await mature(world, [hash]);
    assert.deepEqual(await world.owed(1), [(3n * ALPH * 99n) / 100n]);
    assert.deepEqual(
      [await world.balance('unexplained'), await world.balance('wallet/1/spendable')],
      [0n, 3n * ALPH - 5n],
    );
    assert.deepEqual(
      (await world.ledger.coins(1, undefined, 10)).map((one) => one.key),
      ['ab'.repeat(32)],
    );
    assert.deepEqual(world.troubles, []);
  });

test('what pays the fund of Proof of Less Work is shared out when its entries are booked', async () => {
  const { world } = await begun();
  world.share(ONE, 10n);
  const hash = world.find();
  world.pass(INTERVAL_MS + SLICE_MS);
  world.end(hash);
  world.fundAddresses = [world.fate(hash)!.reward!.address];
  await mature(world, [hash]);
  assert.deepEqual([await world.runs(), world.troubles], [[], []]);
  world.pass(3_600_000);
  await world.settle();
  assert.match(world.troubles.join(), /block 0+1 can't be credited: what it brought is not on the books/);
  await world.ledger.post({
    fence: { name: 'settlement', number: 1 },
    transactions: [
      {
        key: 'polw/entry',
        timeMs: world.nowMs,
        kind: 'polw',
        postings: [
          { account: 'polw/pending', amount: 3n * ALPH },
          { account: 'reward', amount: -3n * ALPH },
        ],
        made: [],
        spent: [],
        txId: '',
        memo: '',
      },
    ],
  });
  await world.settle();
  assert.deepEqual(await world.owed(1), [(3n * ALPH * 99n) / 100n]);
  await world.judge();
});

test('test networks have short intervals where payouts are close to each other; a change of that loses no find', async () => {
  const { world } = await begun({ everyMs: 1_000 });
  world.networkId = 4;
  const hashes: string[] = [];
  const play = async (): Promise<void> => {
    world.share(ONE, 10n);
    hashes.push(world.find());
    world.pass(4 * SLICE_MS);
    await world.settle();
  };
  await play();
  await play();
  const keys = async (): Promise<number> =>
    (await world.books.page('work', { prefix: 'T', limit: 99 })).filter(({ key }) => !key.includes('/'))
      .length;
  assert.equal(await keys(), 2);
  world.terms = { ...world.terms, everyMs: INTERVAL_MS };
  await play();
  world.pass(INTERVAL_MS);
  await world.settle();
  world.terms = { ...world.terms, everyMs: 1_000 };
  await play();
  assert.equal(await keys(), 4);
  await mature(world, hashes);
  world.pass(INTERVAL_MS);
  await world.settle();
  assert.deepEqual(await world.owed(1), [(4n * 3n * ALPH * 99n) / 100n]);
  await world.judge();
});
