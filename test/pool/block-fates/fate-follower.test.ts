import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CoinbaseEntryError } from '../../../node/coinbase-entry.js';
import { RestError } from '../../../node/rest.js';
import { StoreUnavailableError } from '../../../pool/ports/store.js';
import { ALPH } from '../../../protocol/emission.js';
import { entryFor, FateLab, MINERS } from '../../support/fate-lab.js';

/** A block of chain 1 at height 1001, which is the tip. */
async function openWithOne(t: TestContext, nodes = 1) {
  const lab = await FateLab.open(t, nodes);
  const [hash] = (await lab.accept(1)) as [string];
  for (const node of lab.nodes) node.tip = 1_001;
  const grow = (by: number): void => {
    for (const node of lab.nodes) node.tip += by;
  };
  const put = (where: 'main' | 'side' | undefined): void => {
    for (const { blocks } of lab.nodes) {
      if (where === undefined) blocks.delete(hash);
      else blocks.set(hash, where);
    }
  };
  return { lab, hash, grow, put };
}

test('a block is followed from the main chain to its reward', async (t) => {
  const { lab, hash, grow, put } = await openWithOne(t);
  put('main');
  assert.deepEqual(await lab.round(), { kind: 'done' });
  assert.equal(await lab.state(hash), 'main');
  const { reward } = (await lab.fate(hash))!;
  assert.deepEqual([reward?.amount, reward?.address, reward?.ours], [3n * ALPH, MINERS[1], true]);
  grow(59);
  await lab.round();
  assert.equal(await lab.state(hash), 'main');
  grow(1);
  await lab.round();
  // Its lock ended long ago on the store's clock.
  assert.equal(await lab.state(hash), 'main final matured');
  assert.equal((await lab.store.followed('open', { offset: 0, limit: 10 })).length, 0);
  const { length } = lab.node.asked;
  grow(1);
  await lab.round();
  assert.equal(lab.node.asked.length, length, 'nothing more is asked of it');
});

test('a reward that is locked is waited for, without a question', async (t) => {
  const { lab, hash, grow, put } = await openWithOne(t);
  put('main');
  const lockTimeMs = (await lab.store.now()) + 300;
  const entry = entryFor(hash);
  lab.node.entries.set(hash, { ...entry, outputs: [{ ...entry.outputs[0]!, lockTimeMs }] });
  grow(60);
  await lab.round();
  assert.equal(await lab.state(hash), 'main final');
  lab.node.away = true;
  await lab.pass(299);
  assert.deepEqual(await lab.round(), { kind: 'done' });
  assert.equal(await lab.state(hash), 'main final');
  await lab.pass(1);
  await lab.round();
  assert.equal(await lab.state(hash), 'main final matured');
});

test('a block that leaves the main chain and comes back, an orphan, an uncle', async (t) => {
  const { lab, hash, grow, put } = await openWithOne(t);
  const states: string[] = [];
  const look = async (where: 'main' | 'side' | undefined, by: number): Promise<void> => {
    put(where);
    grow(by);
    await lab.round();
    states.push(await lab.state(hash));
  };
  await look('side', 1);
  await look('main', 1);
  await look('side', 1);
  await look('side', 3);
  await look('side', 1);
  await look('main', 1);
  await look(undefined, 1);
  const namer = 'f1'.repeat(32);
  const outputs = [...entryFor(hash).outputs, { ...entryFor(hash).outputs[0]!, amount: ALPH }];
  lab.node.namers.set(
    hash,
    entryFor(hash, { hash: namer, height: 1_004, uncles: [hash], outputs, txId: namer }),
  );
  await look('side', 1);
  assert.deepEqual(states, ['accepted', 'main', 'accepted', 'accepted', 'orphan', 'main', 'orphan', 'uncle']);
  const { reward, number } = (await lab.fate(hash))!;
  assert.deepEqual([reward?.block, reward?.index, reward?.amount, number], [namer, 1, ALPH, 6]);
  assert.equal(lab.news.length, 6);
  await look('side', 60);
  assert.equal(states.at(-1), 'uncle final matured');
});

test('a block that no node has is an orphan once 7 others follow', async (t) => {
  const { lab, hash, grow, put } = await openWithOne(t);
  put(undefined);
  for (const [by, expected] of [
    [6, 'accepted'],
    [1, 'orphan'],
    [59, 'orphan'],
    [1, 'orphan final'],
  ] as const) {
    grow(by);
    await lab.round();
    assert.equal(await lab.state(hash), expected);
  }
});

test('a block is asked about when its chain has grown, or the one that takes it in', async (t) => {
  const { lab, put } = await openWithOne(t);
  put('main');
  const looks = async (): Promise<number> => {
    const before = lab.node.asked.filter((what) => what.startsWith('main')).length;
    await lab.round();
    return lab.node.asked.filter((what) => what.startsWith('main')).length - before;
  };
  assert.equal(await looks(), 1);
  assert.equal(await looks(), 0);
  lab.node.tips.set(2, 2_000);
  assert.equal(await looks(), 0);
  lab.node.tips.set(0, 1_002);
  assert.equal(await looks(), 1);
  lab.node.tips.set(1, 1_002);
  assert.equal(await looks(), 1);
});

test('a node that is behind, not synced, away or of another network is not believed', async (t) => {
  const { lab, hash, grow, put } = await openWithOne(t, 2);
  const [first, second] = lab.nodes as [(typeof lab.nodes)[0], (typeof lab.nodes)[0]];
  put('side');
  second.blocks.set(hash, 'main');
  const trouble = async (): Promise<string> => {
    const end = await lab.round();
    return end.kind === 'trouble' ? end.message : end.kind;
  };
  // The first says that it is beside the chain, and is believed only as long as it keeps up.
  grow(7);
  await lab.round();
  assert.equal(await lab.state(hash), 'orphan');
  grow(2);
  second.tip += 3;
  await lab.round();
  assert.equal(await lab.state(hash), 'main');
  for (const [what, change, undo] of [
    ['behind', () => {}, () => {}],
    ['not synced', () => (second.isSynced = false), () => (second.isSynced = true)],
    ['away', () => (second.away = true), () => (second.away = false)],
  ] as const) {
    const { length } = lab.news;
    second.tip += 1;
    change();
    const told = await trouble();
    if (what !== 'behind') assert.match(told, new RegExp(`node-0 is behind; node-1 is ${what}`));
    undo();
    assert.equal(lab.news.length, length, what);
    assert.equal(await lab.state(hash), 'main');
  }
  // After a while the height that nobody has any more is forgotten.
  second.away = true;
  lab.now += 600_000;
  first.tip += 1;
  await lab.round();
  assert.equal(await lab.state(hash), 'orphan');
  // Another network answers at the address, after a pause.
  second.away = false;
  first.away = true;
  second.network = 5;
  lab.now += 300_000;
  assert.match(await trouble(), /node-0 is away; node-1 is of network 5, not 4/);
});

test('who is not the owner, or does not know the addresses, asks nothing', async (t) => {
  const { lab, put } = await openWithOne(t);
  put('main');
  lab.fence = undefined;
  assert.deepEqual(await lab.round(), { kind: 'rest' });
  lab.fence = 1;
  lab.addresses = undefined;
  assert.deepEqual(await lab.round(), { kind: 'rest' });
  assert.deepEqual(lab.node.asked, []);
});

test('a later owner begins: the earlier one notes nothing', async (t) => {
  const { lab, hash, put } = await openWithOne(t);
  put('main');
  const lease = (await lab.store.takeLease('settlement', 'other', 1_000))!;
  assert.deepEqual(await lab.round(), { kind: 'rest' });
  assert.equal(await lab.fate(hash), undefined);
  lab.fence = lease.fence;
  lab.node.tip++;
  await lab.round();
  assert.equal(await lab.state(hash), 'main');
});

test('a block that pays somebody else is told, and one of our own other addresses is ours', async (t) => {
  const { lab, hash, put, grow } = await openWithOne(t);
  put('main');
  const entry = entryFor(hash);
  lab.node.entries.set(hash, { ...entry, outputs: [{ ...entry.outputs[0]!, address: '1burn' }] });
  lab.addresses = ['1burn'];
  await lab.round();
  assert.equal((await lab.fate(hash))?.reward?.ours, true);
  const [other] = (await lab.accept(17)) as [string];
  lab.node.blocks.set(other, 'main');
  lab.node.entries.set(other, { ...entryFor(other), outputs: [{ ...entry.outputs[0]!, address: '1their' }] });
  grow(80);
  await lab.round();
  assert.equal((await lab.fate(other))?.reward?.ours, false);
  assert.deepEqual(
    await lab.store.followed('earned', { offset: 0, limit: 9 }).then((all) => all.map((one) => one.hash)),
    [hash],
  );
});

test('an answer that is none stops no other block; a node that fails again and again ends the round', async (t) => {
  const { lab, hash, put } = await openWithOne(t);
  put('main');
  const others = await lab.accept(2, 3, 4, 5, 6);
  for (const other of others) lab.node.blocks.set(other, 'main');
  lab.node.faults.set(hash, new CoinbaseEntryError('strange'));
  assert.deepEqual(await lab.round(), { kind: 'trouble', message: 'strange' });
  for (const other of others) assert.equal(await lab.state(other), 'main');
  lab.node.faults.delete(hash);
  await lab.round();
  assert.equal(await lab.state(hash), 'main');
  for (const other of others) lab.node.faults.set(other, new RestError('no answer'));
  lab.node.tip++;
  const { length } = lab.node.asked;
  assert.deepEqual(await lab.round(), { kind: 'trouble', message: 'no answer' });
  assert.ok(lab.node.asked.slice(length).filter((what) => what.startsWith('main')).length <= 4);
  for (const other of others) lab.node.faults.delete(other);
  lab.node.away = true;
  assert.equal((await lab.round()).kind, 'trouble');
});

test('a thousand open blocks take two questions each, spread over rounds, and nothing after that', async (t) => {
  const lab = await FateLab.open(t);
  const hashes = await lab.accept(...Array.from({ length: 1_000 }, (_, i) => i + 1));
  for (const hash of hashes) lab.node.blocks.set(hash, 'main');
  lab.node.tip = 1_050;
  let rounds = 1;
  while ((await lab.round()).kind === 'more') rounds++;
  assert.equal(rounds, 5);
  const asked = (kind: string): number => lab.node.asked.filter((what) => what.startsWith(kind)).length;
  assert.deepEqual([asked('main'), asked('block')], [1_000, 1_000]);
  const { length } = lab.node.asked;
  await lab.round();
  assert.ok(lab.node.asked.length - length <= 17);
  assert.equal(await lab.store.countBlocks(['main']), 1_000);
});

test('thousands of blocks of long ago do not hold up a new one', async (t) => {
  const lab = await FateLab.open(t);
  const hashes = await lab.accept(...Array.from({ length: 5_001 }, (_, i) => i + 1));
  for (const hash of hashes) lab.node.blocks.set(hash, 'main');
  lab.node.tip = 6_001;
  assert.deepEqual(await lab.round(), { kind: 'more' });
  assert.equal(await lab.state(hashes.at(-1)!), 'main');
  assert.equal(await lab.state(hashes[4_000]!), 'accepted');
});

test('a store that is away ends the round with its error', async (t) => {
  const { lab, put } = await openWithOne(t);
  put('main');
  lab.store.followed = async () => {
    throw new StoreUnavailableError('away');
  };
  await assert.rejects(lab.round(), StoreUnavailableError);
});
