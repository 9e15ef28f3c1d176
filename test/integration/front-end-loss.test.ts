import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SLICE_MS } from '../../pool/domain/batch.js';
import type { Store } from '../../pool/ports/store.js';
import { frontEndName } from '../../pool/process/front-end-place.js';
import { FrontEndLab } from '../support/front-end-lab.js';
import { MISSING_REDIS } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';
import { sleep, waitFor } from '../support/wait.js';

const skip = skipWhen(MISSING_REDIS);

/** Shares that nobody had time to bring to the store. */
const SHARES = 5;

async function sharesIn(store: Store): Promise<number> {
  const slices = await store.slices(0, Date.now() + 86_400_000);
  return slices.flatMap(({ entries }) => entries).reduce((sum, { shares }) => sum + shares, 0);
}

async function eventuallyShares(store: Store, shares: number): Promise<void> {
  for (let tries = 0; tries < 600 && (await sharesIn(store)) < shares; tries++) await sleep(100);
  assert.equal(await sharesIn(store), shares);
}

/** Blocks of extranonces that are leased, by owner. */
async function leases(lab: FrontEndLab): Promise<ReadonlyMap<string, number>> {
  const answer = (await lab.redis.command(['HVALS', '{lesswork:several}:extranonce-owners'])) as string[];
  const owners = new Map<string, number>();
  for (const owner of answer.filter((owner) => owner !== '')) owners.set(owner, (owners.get(owner) ?? 0) + 1);
  return owners;
}

test('one dies: the other goes on, and what the dead one had comes back with it', { skip }, async (t) => {
  const lab = await FrontEndLab.open(t);
  const store = await lab.openStore();
  const [one, two] = await Promise.all([lab.start('one'), lab.start('two')]);
  const [first, second] = await Promise.all([one.mine({ work: 1_000n }), two.mine({ work: 1_000n })]);
  for (let i = 0; i < SHARES; i++) assert.ok(await first.mineOne());
  await one.kill();
  await waitFor('the connection is gone', () => first.closed);
  assert.ok(await second.mineOne());
  const name = frontEndName(lab.dataFolder('one'));
  assert.ok((await leases(lab)).get(name)! > 0);
  const again = await lab.start('one');
  assert.equal(frontEndName(lab.dataFolder('one')), name);
  await eventuallyShares(store, SHARES + 1);
  // It holds no more than it needs: what the dead one held is free again.
  assert.ok((await leases(lab)).get(name)! <= 8, JSON.stringify([...(await leases(lab))]));
  // They rest until nobody mines on a header of then: what a miner gets now is another.
  const back = await again.mine({ work: 1_000n });
  assert.notEqual(back.extranonce, first.extranonce);
  assert.notEqual(back.extranonce, second.extranonce);
  assert.ok(await back.mineOne());
  await Promise.all([again.stop(), two.stop()]);
  assert.deepEqual([...(await leases(lab))], []);
  assert.equal(await sharesIn(store), SHARES + 2);
});

test('drain: all to the store, extranonces too; not beside a front end, nor without the store', {
  skip,
}, async (t) => {
  const lab = await FrontEndLab.open(t);
  const store = await lab.openStore();
  const one = await lab.start('one');
  const beside = await lab.drain('one');
  assert.equal(beside.code, 1);
  assert.match(beside.stderr, /a pool is already running here, in the data folder .*one/);
  const miner = await one.mine({ work: 1_000n });
  for (let i = 0; i < SHARES; i++) assert.ok(await miner.mineOne());
  await one.kill();

  const nobody = { store: { type: 'redis', url: 'redis://127.0.0.1:1' } };
  const inVain = await lab.drain('one', nobody, '--seconds', '1');
  assert.equal(inVain.code, 1);
  assert.match(inVain.stderr, /^lesswork: .*127\.0\.0\.1:1/);
  assert.doesNotMatch(inVain.stdout, /all of it/);

  const drained = await lab.drain('one');
  assert.equal(drained.code, 0, drained.stderr);
  assert.match(drained.stdout, /all of it is in the store\n$/);
  assert.equal(await sharesIn(store), SHARES);
  assert.deepEqual([...(await leases(lab))], []);

  const twice = await lab.drain('one');
  assert.equal(twice.code, 0, twice.stderr);
  assert.equal(await sharesIn(store), SHARES);
});

test('drain tells what is damaged', { skip }, async (t) => {
  const lab = await FrontEndLab.open(t);
  const one = await lab.start('one');
  const miner = await one.mine({ work: 1_000n });
  // All in one slice, and so in one segment: its middle is not its last frame. And all of it far from the slice's ends:
  // the pool's clock may be off this one, and with the end of a slice its segment goes to the store.
  const early = () => Date.now() % SLICE_MS >= SLICE_MS / 10 && Date.now() % SLICE_MS < SLICE_MS / 2;
  const slice = () => Math.floor(Date.now() / SLICE_MS);
  for (let began = -1; began !== slice() || !early(); ) {
    await waitFor('the first half of a slice', early, 3 * SLICE_MS);
    began = slice();
    for (let i = 0; i < 2 * SHARES; i++) assert.ok(await miner.mineOne());
  }
  await one.kill();
  const journals = join(lab.dataFolder('one'), 'journal');
  const [id] = readdirSync(journals);
  const segments = readdirSync(join(journals, id!)).filter((name) => name.endsWith('.seg'));
  const newest = segments.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).at(-1)!;
  const path = join(journals, id!, newest);
  const bytes = readFileSync(path);
  // In the midst of what was acknowledged: no torn tail.
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(path, bytes);
  const { code, stderr } = await lab.drain('one');
  assert.equal(code, 1);
  assert.match(stderr, /the rest of it is in the store, but not what is damaged: .*\.damaged/);
});

test('a data folder belongs to one front end: a second is refused, and troubles nobody', {
  skip,
}, async (t) => {
  const lab = await FrontEndLab.open(t);
  const one = await lab.start('one');
  const before = await leases(lab);
  const second = await lab.run('one');
  assert.equal(second.code, 1);
  assert.match(second.stderr, /a pool is already running here.*setting dataFolder, or LESSWORK_DATA/);
  assert.deepEqual(await leases(lab), before);
  assert.ok(await (await one.mine({ work: 1_000n })).mineOne());
});

test('a store of another pool is refused at the start, with the reason', { skip }, async (t) => {
  const lab = await FrontEndLab.open(t);
  const store = await lab.openStore();
  const longer = await lab.run('longer', { config: { extranonceBytes: 3 } });
  assert.equal(longer.code, 1);
  assert.match(longer.stderr, /^lesswork: the store's extranonces have 2 bytes, not 3/);
  // Of another network are nodes, which may be mended: they are not used, and why is said.
  await store.claimNodeIdentity({ networkId: 0, minerAddresses: lab.devnet.minerAddresses });
  const other = lab.spawn('other');
  const refusal =
    /not used: its network id is 4, that of this pool 0; a pool on another network needs an id of its own: set pool\.id/;
  await waitFor(
    'the refusal',
    () => other.failedOr(() => other.notices.some((line) => refusal.test(line))),
    30_000,
  );
  await waitFor('its administration', () =>
    other.said.some(({ type, what }) => type === 'serving' && what === 'admin'),
  );
  assert.equal((await other.admin('/ready')).status, 503);
  await other.stop();
  // Pools of other ids share a Redis without a word.
  const beside = await lab.start('beside', { config: { pool: { id: 'beside' } } });
  await beside.stop();
});
