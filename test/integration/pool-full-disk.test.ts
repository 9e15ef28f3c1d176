import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { limitFiles, MISSING_FILE_LIMIT, MISSING_SMALL_DISK, SmallDisk } from '../support/full-disk.js';
import { lesswork } from '../support/lesswork.js';
import { verdictOf } from '../support/node-verdict.js';
import { PoolLab } from '../support/pool-lab.js';
import { isStored, LOSSES, openPoolLoad, type PoolLoad } from '../support/pool-load.js';
import { MISSING_REDIS, RedisServer } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';
import { storedShares } from '../support/share-ledger.js';
import { sleep, waitFor } from '../support/wait.js';

/** Room for a small pool, its store included. */
const DISK_BYTES = 24 * 1024 * 1024;

/** Miners that stay: fewer are let go at a time, the fewer are left. */
const RESIDENTS = 10;

const UNRECORDED = 'share can not be recorded now';

/** A pool under load, whose miners find some blocks a second, and what they know. */
interface Load extends PoolLoad {
  /** Waits until /ready answers so, and gives what it says. */
  readiness(status: 200 | 503): Promise<unknown>;
  /** A counter's value for a reason. */
  counted(name: string, reason: string): Promise<number>;
  /** Hashes of blocks that the node took, whose finders were told that their share is not on record. */
  unrecordedBlocks(): string[];
  /** Ends everything, and compares what is stored with what was acknowledged. */
  settle(): Promise<void>;
}

async function load(t: TestContext, store: object, folder?: string): Promise<Load> {
  const opened = await openPoolLoad(t, {
    lab: {
      store,
      devnet: { refreshMs: 200, rate: 4_000 },
      config: { jobs: { refreshAfterMs: 50 }, admin: { host: '127.0.0.1', port: 0 } },
      ...(folder === undefined ? {} : { parent: folder }),
    },
    crew: { guests: 2, pauseMs: 300, residents: RESIDENTS, returnMs: 500 },
    leastWork: 400n,
  });
  const { lab, ledger, crew, goesOn } = opened;
  await lab.start();
  await goesOn();
  return {
    ...opened,
    async readiness(status) {
      let said: unknown;
      await waitFor(`/ready answers ${status}`, async () => {
        const answer = await lab.admin('/ready');
        said = await answer.json();
        return answer.status === status;
      });
      return said;
    },
    async counted(name, reason) {
      const text = await (await lab.admin('/metrics')).text();
      const line = text.split('\n').find((one) => one.startsWith(`${name}{reason="${reason}"}`));
      return Number(line?.split(' ').at(-1) ?? 0);
    },
    unrecordedBlocks: () =>
      [...lab.submitted]
        .filter(([hash, taken]) => taken && ledger.fateOfHash(hash) === 'refused')
        .map(([hash]) => hash),
    async settle() {
      await goesOn();
      await crew.stop();
      const states = () =>
        new Set(lab.said.filter(({ type }) => type === 'blockState').map(({ hash }) => String(hash)));
      await waitFor('what the node said of blocks', () =>
        [...lab.submitted.keys()].every((hash) => states().has(hash)),
      );
      await isStored(lab, 30_000);
      await lab.stop();
      assert.deepEqual(lab.pending(), []);
      t.diagnostic(`${ledger.count('acknowledged')} acknowledged, ${ledger.count('unanswered')} unanswered`);
      t.diagnostic(`refused: ${JSON.stringify(ledger.refusals)}`);
      await lab.withStore(async (opened) => {
        const beyond = ledger.check(await storedShares(opened));
        // Nobody was killed: who had no answer had left before.
        t.diagnostic(`${beyond} of the unanswered are stored`);
        const blocks = await opened.blocks({ offset: 0, limit: 1000 });
        t.diagnostic(`${lab.submitted.size} blocks at the node, ${blocks.length} on record`);
        const recorded = new Map(blocks.map((block) => [block.hash, block]));
        for (const [hash, taken] of lab.submitted) {
          assert.equal(verdictOf(recorded.get(hash)?.state), taken ? 'accepted' : 'refused', hash);
          // A share that is refused is credited nowhere.
          if (ledger.fateOfHash(hash) === 'refused') assert.equal(BigInt(recorded.get(hash)!.work), 0n);
        }
      });
      assert.deepEqual(
        lab.recorderSaid.filter((said) => LOSSES.test(said) || said.includes('could not be written')),
        [],
      );
    },
  };
}

/** Nothing can be written any more: what miners, operator and node see of it. @param keepFull - makes it stay so */
async function isFull({ ledger, readiness, counted, unrecordedBlocks }: Load, keepFull: () => void) {
  const blocks = unrecordedBlocks().length;
  const refused = await counted('lesswork_pool_shares_rejected_total', 'unrecorded');
  const letGo = await counted('lesswork_pool_disconnects_total', 'unrecorded');
  const refusals = () =>
    Object.entries(ledger.refusals)
      .filter(([why]) => why.includes(UNRECORDED))
      .reduce((sum, [, count]) => sum + count, 0);
  const toldBefore = refusals();
  await waitFor('refusals', () => refusals() > toldBefore, 30_000);
  keepFull();
  const { ready, node, journal, listeners } = (await readiness(503)) as Record<string, boolean>;
  assert.deepEqual(
    { ready, node, journal, listeners },
    { ready: false, node: true, journal: false, listeners: true },
  );
  await waitFor('a block all the same', () => unrecordedBlocks().length > blocks, 20_000);
  await waitFor(
    'miners are let go',
    async () => (await counted('lesswork_pool_disconnects_total', 'unrecorded')) >= letGo + RESIDENTS / 4,
  );
  await waitFor(
    'who comes is refused',
    async () => (await counted('lesswork_pool_connections_refused_total', 'unrecorded')) > 0,
  );
  const acknowledged = ledger.count('acknowledged');
  assert.ok((await counted('lesswork_pool_shares_rejected_total', 'unrecorded')) > refused);
  await sleep(1_500);
  assert.equal(ledger.count('acknowledged'), acknowledged, 'nothing is acknowledged meanwhile');
  for (const why of Object.keys(ledger.refusals))
    if (why.includes(UNRECORDED)) assert.equal(JSON.parse(why)[0] ?? JSON.parse(why).code, -1);
}

test('the store is away and the journal fills its disk: shares are refused, and taken again when there is room', {
  skip: skipWhen(MISSING_REDIS ?? MISSING_SMALL_DISK),
}, async (t) => {
  const server = await RedisServer.start({ appendFsync: 'everysec' });
  t.after(() => server.close());
  const disk = SmallDisk.mount(t, DISK_BYTES);
  const pool = await load(t, { type: 'redis', url: server.url }, disk.folder);
  await server.kill();
  await pool.goesOn();
  // The rest is taken by what miners earn: a thousand shares, or some blocks.
  disk.fill(8 * 1024);
  await isFull(pool, () => disk.fill());
  await waitFor(
    'all are let go',
    async () => /^lesswork_pool_connections 0$/m.test(await (await pool.lab.admin('/metrics')).text()),
    30_000,
  );
  disk.free();
  await pool.readiness(200);
  await pool.goesOn();
  await server.start();
  await pool.settle();
  const said = pool.lab.recorderSaid.join('\n');
  assert.match(said, /shares can not be recorded, and are refused: journal: ENOSPC/);
  assert.match(said, /shares can be recorded again/);
  assert.match(said, /blocks? that waited (?:is|are) on record/);
});

for (const [what, missing, rounds] of [
  ['of a file system', MISSING_SMALL_DISK, 2],
  ['of the process', MISSING_FILE_LIMIT, 1],
] as const) {
  test(`no room ${what} for journal and embedded store: shares are refused, and taken again when there is some`, {
    skip: skipWhen(missing),
  }, async (t) => {
    const disk = what === 'of a file system' ? SmallDisk.mount(t, DISK_BYTES) : undefined;
    const pool = await load(t, { type: 'embedded' }, disk?.folder);
    for (let round = 0; round < rounds; round++) {
      if (disk === undefined) limitFiles(pool.lab.pid, 'none');
      else disk.fill();
      await isFull(pool, () => {});
      if (disk === undefined) limitFiles(pool.lab.pid, 'unlimited');
      else disk.free();
      await pool.readiness(200);
      await pool.goesOn();
    }
    await pool.settle();
  });
}

/** Fails unless a start ends at once, with one line that says why. */
async function isRefused(lab: PoolLab): Promise<void> {
  const { code, stdout, stderr } = await lab.spawn().end();
  await lab.kill();
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^lesswork: the data folder \S+ can not be written, so that no share could be recorded: the disk is full[^\n]*\n$/,
  );
  assert.equal(stdout, '');
}

test('no room at the start: it ends and says why, and starts when there is some', {
  skip: skipWhen(MISSING_SMALL_DISK),
}, async (t) => {
  const disk = SmallDisk.mount(t, DISK_BYTES);
  const lab = await PoolLab.open(t, { store: { type: 'embedded' }, parent: disk.folder });
  for (let round = 0; round < 2; round++) {
    disk.fill();
    await isRefused(lab);
    disk.free();
    assert.deepEqual(
      readdirSync(disk.folder).filter((name) => name.endsWith('.tmp')),
      [],
    );
    await lab.start();
    // It listens, but has not yet begun all: it ends in order all the same.
    await lab.stop();
  }
});

test('what fills the disk is drained where no pool can start', {
  skip: skipWhen(MISSING_REDIS ?? MISSING_SMALL_DISK),
}, async (t) => {
  const server = await RedisServer.start({ appendFsync: 'everysec' });
  t.after(() => server.close());
  const disk = SmallDisk.mount(t, DISK_BYTES);
  const { lab, ledger, goesOn, crew } = await load(t, { type: 'redis', url: server.url }, disk.folder);
  await server.kill();
  await goesOn();
  await lab.kill();
  await crew.stop();
  assert.notDeepEqual(lab.pending(), []);
  disk.fill();
  await isRefused(lab);
  await server.start();
  const { code, stdout, stderr } = await lesswork('pool', 'drain', '--config', lab.configPath);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /all of it is in the store\n$/);
  assert.deepEqual(lab.pending(), []);
  await lab.withStore(async (store) => void ledger.check(await storedShares(store)));
});
